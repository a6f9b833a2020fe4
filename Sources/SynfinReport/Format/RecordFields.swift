internal import SynfinLifecycle
internal import SynfinWire

extension RecordField {
  /// The record of a connection, field by field in the order they are written.
  static func table(communityIDSeed seed: UInt16) -> [FieldNode<ConnectionRecord>] {
    before + [.field(communityID(seed: seed))] + after
  }

  private static let before: [FieldNode<ConnectionRecord>] =
    identity.map { .field($0) } + [
      .group("client", endpoint) { $1($0.client) },
      .group("server", endpoint) { $1($0.server) },
    ] + course.map { .field($0) } + [
      .group("handshake", handshake.map { .field($0) }) { if let part = $0.handshake { $1(part) } },
      .group("teardown", teardown.map { .field($0) }) { if let part = $0.teardown { $1(part) } },
    ] + timing.map { .field($0) } + [
      .group("response_ms", durations) { if let part = $0.responseTime { $1(part) } },
      .group("server_think_ms", durations) { if let part = $0.serverThinkTime { $1(part) } },
      .group("client_think_ms", durations) { if let part = $0.clientThinkTime { $1(part) } },
      .part(windowStalls) { if $0.transport == .tcp { $1($0) } },
      .group("echo", echo.map { .field($0) }) { if let part = $0.echo { $1(part) } },
    ]

  private static let after: [FieldNode<ConnectionRecord>] =
    evidence.map { .field($0) } + [
      .group("verdict", verdict.map { .field($0) })
    ]

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
    Field(
      "tunnels", listOf: tunnel,
      "the tunnels that the first packet came through, the outermost first; absent without any",
      isRare: true
    ) { $0.tunnels },
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

  private static func communityID(seed: UInt16) -> Field<ConnectionRecord> {
    Field(
      "community_id", .text,
      "names the flow as Zeek and Suricata do (version 1, seed 0 unless --community-id-seed is given)"
    ) { .text(CommunityID.text(for: $0, seed: seed)) }
  }

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
    Field("cause", .word, "why segments were sent again: an entry for each cause") {
      .word($0.cause?.rawValue)
    },
    Field("count", .integer, "how often") { .unsigned($0.count) },
    Field("packets", .packets, "the first packets that show it, at most eight") {
      .numbers($0.packets)
    },
    Field(
      "reason", .word,
      "why the first reset was ignored: acknowledges_nothing, off_next_number, outside_window"
    ) { .word($0.flaw?.rawValue) },
  ]

  private static let windowStalls: [FieldNode<ConnectionRecord>] = [
    .field(
      Field("window_stalls", listOf: windowStall, "the first eight times an end closed its window")
      {
        $0.windowStalls
      })
  ]

  private static let windowStall: [Field<WindowStallRecord>] = [
    Field("closed_by", .word, "who had no room: client or server; the other had to wait") {
      .text($0.closedBy == .client ? "client" : "server")
    },
    Field("packet", .packet, "the packet that closed the window") { .unsigned($0.packet) },
    Field("reopened_packet", .packet, "the packet that opened it; absent if it stayed closed") {
      .count($0.reopenedBy)
    },
    Field("duration_ms", .milliseconds, "until it was opened, or the last packet") {
      .milliseconds($0.duration)
    },
    Field("probes", .integer, "probes that the other end sent meanwhile") { .unsigned($0.probes) },
  ]

  private static let tunnel: [Field<TunnelRecord>] = [
    Field("kind", .word, "the protocol that wraps: gre, vxlan, gtp and others") {
      .text($0.kind.name)
    },
    Field("source", .address, "sender of the outer packet") { .address($0.source) },
    Field("destination", .address, "receiver of the outer packet") { .address($0.destination) },
    Field("id", .integer, "VNI, key, call, session, TEID or label") {
      .count($0.identifier.map { UInt64($0) })
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
