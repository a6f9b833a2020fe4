internal import SynfinLifecycle

extension RecordField {
  /// The record of a connection, field by field in the order they are written.
  public static let all: [RecordField] =
    identity.map { .field($0) } + [
      endpoint("client", "the active opener; of UDP and ICMP the one who asks") { $0.client },
      endpoint("server", "the passive opener; of UDP and ICMP the one who is asked") { $0.server },
    ] + course.map { .field($0) } + [
      .group("handshake", "the opening; TCP only", of: handshake) { $0.handshake },
      .group("teardown", "the closing; TCP only", of: teardown) { $0.teardown },
    ] + timing.map { .field($0) } + [
      statistics("response_ms", "question to answer; UDP and ICMP only") { $0.responseTime },
      statistics("server_think_ms", "last byte of a request to first byte of the answer") {
        $0.serverThinkTime
      },
      statistics("client_think_ms", "last byte of an answer to the client's next byte") {
        $0.clientThinkTime
      },
      .group("echo", "echo requests and replies; ICMP only", of: echo) { $0.echo },
    ] + evidence.map { .field($0) } + [
      .group("verdict", "what it comes to", verdict.map { .field($0) })
    ]

  private static func statistics(
    _ name: StaticString, _ meaning: String,
    _ part: @escaping @Sendable (ConnectionRecord) -> DurationStatistics?
  ) -> RecordField {
    .group(name, meaning, of: durations, part)
  }

  private static let identity: [Field<ConnectionRecord>] = [
    Field("id", .integer, "counts from 1 in the order of first packets") { .count($0.id) },
    Field("protocol", .word, "tcp, udp or icmp") { .text($0.transport.rawValue) },
    Field("stream", .integer, "counts from 0 for each protocol, as tshark's stream index") {
      .count($0.stream)
    },
  ]

  private static let course: [Field<ConnectionRecord>] = [
    Field("first_packet", .packet, "its first packet") { .unsigned($0.firstPacket) },
    Field("last_packet", .packet, "its last packet") { .unsigned($0.lastPacket) },
    Field("start", .time, "time of the first packet, UTC") { .time($0.start) },
    Field("duration_s", .seconds, "from the first to the last packet") { .seconds($0.duration) },
    Field("outcome", .word, "how it went") { .text($0.outcome.rawValue) },
    Field("closed_by", .word, "client, server or both; absent if nobody closed it") {
      .word($0.closedBy?.rawValue)
    },
    Field(
      "completeness", .integer, "sum of SYN 1, SYN+ACK 2, ACK 4, data 8, FIN 16, RST 32; TCP only"
    ) { .count($0.completeness.map { UInt64($0) }) },
  ]

  private static let timing: [Field<ConnectionRecord>] = [
    Field("exchanges", .integer, "a run of client data followed by a run of server data") {
      .count($0.exchanges)
    },
    Field("longest_idle_ms", .milliseconds, "longest time without a packet") {
      .milliseconds($0.longestIdle)
    },
    Field(
      "time_to_first_byte_ms", .milliseconds,
      "last byte of the first request to first byte of its answer"
    ) { .duration($0.timeToFirstByte) },
  ]

  private static let evidence: [Field<ConnectionRecord>] = [
    Field("icmp_errors", listOf: icmpError, "ICMP errors that quote it, the first few") {
      $0.icmpErrors
    },
    Field("doubts", .words, "what makes the capture of it less than certain") {
      .words($0.doubts.map(\.rawValue))
    },
  ]

  private static let verdict: [Field<ConnectionRecord>] = [
    Field("summary", .text, "the life of the connection in plain words") {
      .text(VerdictSentence.text(for: $0))
    },
    Field("problems", listOf: problem, "what went wrong") { $0.problems },
  ]

  private static let problem: [Field<Problem>] = [
    Field("kind", .word, "what went wrong") { .text($0.kind.rawValue) },
    Field("count", .integer, "how often") { .unsigned($0.count) },
    Field("packets", .packets, "the first packets that show it, at most eight") {
      .numbers($0.packets)
    },
  ]

  private static let icmpError: [Field<ICMPErrorRecord>] = [
    Field("packet", .packet, "the packet that carries it") { .unsigned($0.packet) },
    Field("version", .integer, "4 for ICMP, 6 for ICMPv6") { .unsigned(UInt64($0.version)) },
    Field("type", .integer, "type field") { .unsigned(UInt64($0.type)) },
    Field("code", .integer, "code field") { .unsigned(UInt64($0.code)) },
    Field("reporter", .address, "who reports") { .address($0.reporter) },
    Field("toward", .word, "whose packet it quotes: client or server") {
      .text($0.toward == .client ? "client" : "server")
    },
    Field("mtu", .bytes, "the MTU it names") { .count($0.mtu.map { UInt64($0) }) },
  ]
}
