internal import SynfinLifecycle

extension RecordField {
  static let handshake: [Field<HandshakeRecord>] = [
    Field("complete", .boolean, "all of it was seen, each acknowledgement fitting") {
      .boolean($0.complete)
    },
    Field("kind", .word, "three_way, simultaneous, fast_open, partial or none") {
      .text($0.kind.rawValue)
    },
    Field("packets", .packets, "SYN, SYN+ACK and ACK, as far as seen") { .numbers($0.packets) },
    Field("rtt_ms", .milliseconds, "SYN to the final ACK; absent if a half is ambiguous") {
      .duration($0.roundTripTime)
    },
    Field("server_rtt_ms", .milliseconds, "SYN to SYN+ACK") { .duration($0.serverRoundTripTime) },
    Field("client_rtt_ms", .milliseconds, "SYN+ACK to ACK") { .duration($0.clientRoundTripTime) },
    Field("ambiguous", .boolean, "a repeated SYN or SYN+ACK makes the times uncertain") {
      .boolean($0.ambiguous)
    },
    Field("syn_retries", .integer, "repeated SYNs") { .count($0.synRetries) },
    Field("synack_retries", .integer, "repeated SYN+ACKs") { .count($0.synAckRetries) },
    Field("syn_ack_exact", .boolean, "SYN+ACK acknowledges exactly the client's ISN + 1") {
      .flag($0.synAckIsExact)
    },
    Field("ack_exact", .boolean, "ACK acknowledges exactly the server's ISN + 1") {
      .flag($0.ackIsExact)
    },
    Field("syn_payload_bytes", .bytes, "data in the SYN") { .count($0.synPayload) },
    Field("window_scaling", .boolean, "both sides offered window scaling") {
      .boolean($0.windowScaling)
    },
    Field("sack", .boolean, "both sides offered selective acknowledgements") { .boolean($0.sack) },
    Field("timestamps", .boolean, "both sides offered timestamps") { .boolean($0.timestamps) },
  ]

  static let teardown: [Field<TeardownRecord>] = [
    Field("kind", .word, "four_way, three_way, simultaneous, reset, half or none") {
      .text($0.kind.rawValue)
    },
    Field("packets", .packets, "FIN, its ACK, FIN, its ACK; or the RST") { .numbers($0.packets) },
    Field("duration_ms", .milliseconds, "first FIN to last ACK, or to the RST") {
      .duration($0.duration)
    },
  ]

  static let echo: [Field<EchoRecord>] = [
    Field("identifier", .integer, "the identifier they share") {
      .unsigned(UInt64($0.identifier))
    },
    Field("requests", .integer, "requests sent") { .unsigned($0.requests) },
    Field("replies", .integer, "requests answered") { .unsigned($0.replies) },
    Field("lost", .integer, "requests without a reply") { .unsigned($0.lost) },
  ]
}
