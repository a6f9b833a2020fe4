internal import SynfinLifecycle

// The opening and the closing.

extension RecordFields {
  func handshake(
    _ opening: inout HandshakeRecord?, _ out: inout some FieldWriter & ~Copyable
  ) {
    var kind = out.beginBrief()
    kind.flag(
      "complete", "all of it was seen, each acknowledgement fitting", opening?.complete)
    kind.word(
      "kind", "three_way, simultaneous, fast_open, partial or none", opening?.kind.word)
    out.endBrief(kind)
    out.packets("packets", "SYN, SYN+ACK and ACK, as far as seen", opening?.packets)
    var brief = out.beginBrief()
    brief.milliseconds(
      "rtt_ms", "SYN to the final ACK; absent if a half is ambiguous", opening?.roundTripTime)
    brief.milliseconds("server_rtt_ms", "SYN to SYN+ACK", opening?.serverRoundTripTime)
    brief.milliseconds("client_rtt_ms", "SYN+ACK to ACK", opening?.clientRoundTripTime)
    brief.flag(
      "ambiguous", "a repeated SYN or SYN+ACK makes the times uncertain", opening?.ambiguous)
    brief.number("syn_retries", .integer, "repeated SYNs", opening?.synRetries)
    brief.number("synack_retries", .integer, "repeated SYN+ACKs", opening?.synAckRetries)
    brief.flag(
      "syn_ack_exact", "SYN+ACK acknowledges exactly the client's ISN + 1", opening?.synAckIsExact)
    brief.flag("ack_exact", "ACK acknowledges exactly the server's ISN + 1", opening?.ackIsExact)
    brief.number("syn_payload_bytes", .bytes, "data in the SYN", opening?.synPayload)
    brief.flag("window_scaling", "both sides offered window scaling", opening?.windowScaling)
    brief.flag("sack", "both sides offered selective acknowledgements", opening?.sack)
    brief.flag("timestamps", "both sides offered timestamps", opening?.timestamps)
    out.endBrief(brief)
  }

  func teardown(_ closing: inout TeardownRecord?, _ out: inout some FieldWriter & ~Copyable) {
    out.brief { out in
      out.word(
        "kind", "four_way, three_way, simultaneous, reset, half or none", closing?.kind.word)
    }
    out.packets("packets", "FIN, its ACK, FIN, its ACK; or the RST", closing?.packets)
    out.brief { out in
      out.milliseconds("duration_ms", "first FIN to last ACK, or to the RST", closing?.duration)
    }
  }
}
