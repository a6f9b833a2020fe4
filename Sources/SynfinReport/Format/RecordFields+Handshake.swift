internal import SynfinLifecycle

// The opening and the closing.

extension RecordFields {
  @inline(__always)
  func opening(_ opening: inout HandshakeRecord?, _ out: inout some BriefFieldWriter) {
    guard out.beginGroup("handshake", isKnown: opening != nil) else { return }
    out.flag(
      "complete", "all of it was seen, each acknowledgement fitting", opening?.complete)
    out.word(
      "kind", "three_way, simultaneous, fast_open, partial or none", opening?.kind.word)
    out.packets(
      "packets", "SYN, SYN+ACK and ACK, as far as seen", count: opening?.packets.count
    ) { opening?.packets[$0] ?? 0 }
    out.milliseconds(
      "rtt_ms", "SYN to the final ACK; absent if a half is ambiguous", opening?.roundTripTime)
    out.milliseconds("server_rtt_ms", "SYN to SYN+ACK", opening?.serverRoundTripTime)
    out.milliseconds("client_rtt_ms", "SYN+ACK to ACK", opening?.clientRoundTripTime)
    out.flag(
      "ambiguous", "a repeated SYN or SYN+ACK makes the times uncertain", opening?.ambiguous)
    out.number("syn_retries", .integer, "repeated SYNs", opening?.synRetries)
    out.number("synack_retries", .integer, "repeated SYN+ACKs", opening?.synAckRetries)
    out.flag(
      "syn_ack_exact", "SYN+ACK acknowledges exactly the client's ISN + 1", opening?.synAckIsExact)
    out.flag("ack_exact", "ACK acknowledges exactly the server's ISN + 1", opening?.ackIsExact)
    out.number("syn_payload_bytes", .bytes, "data in the SYN", opening?.synPayload)
    out.flag("window_scaling", "both sides offered window scaling", opening?.windowScaling)
    out.flag("sack", "both sides offered selective acknowledgements", opening?.sack)
    out.flag("timestamps", "both sides offered timestamps", opening?.timestamps)
    out.endGroup()
  }

  @inline(__always)
  func closing(_ closing: inout TeardownRecord?, _ out: inout some BriefFieldWriter) {
    guard out.beginGroup("teardown", isKnown: closing != nil) else { return }
    out.word(
      "kind", "four_way, three_way, simultaneous, reset, half or none", closing?.kind.word)
    out.packets(
      "packets", "FIN, its ACK, FIN, its ACK; or the RST", count: closing?.packets.count
    ) { closing?.packets[$0] ?? 0 }
    out.milliseconds("duration_ms", "first FIN to last ACK, or to the RST", closing?.duration)
    out.endGroup()
  }
}
