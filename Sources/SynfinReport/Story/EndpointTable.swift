import SynfinLifecycle

/// What both ends did, row by row; rows in which neither has anything to say are left out.
struct EndpointTable {
  let record: ConnectionRecord
  private(set) var rows: [(String, String, String)] = []
  /// The name of a row that needs an explanation.
  static let roundTripTime = "round-trip time"

  init(record: ConnectionRecord) {
    self.record = record
    row("packets") { Phrase.grouped($0.packets) }
    row("payload") { Self.payload($0) }
    row("bytes with IP headers") { Phrase.bytes($0.ipBytes) }
    row(record.transport == .tcp ? "goodput" : "throughput") {
      Self.rate(
        $0.tcp?.acknowledgedBytes ?? $0.streamBytes, $0.tcp?.transferTime ?? record.duration)
    }
    count("fragments") { $0.fragments }
    count("damaged") { $0.damagedPackets }
    if record.transport == .tcp { addTCP() }
    if let echo = record.echo {
      rows.append(("requests / replies", "\(echo.requests) sent", "\(echo.replies) answered"))
      if echo.lost > 0 { rows.append(("lost", Phrase.grouped(echo.lost), "")) }
    }
  }

  private static func payload(_ end: EndpointRecord) -> String {
    guard let tcp = end.tcp, tcp.uniquePayloadBytes < end.payloadBytes else {
      return Phrase.bytes(end.payloadBytes)
    }
    return "\(Phrase.bytes(end.payloadBytes)) (\(Phrase.bytes(tcp.uniquePayloadBytes)) unique)"
  }

  /// Of TCP what arrived once, from the first data to the last acknowledgement of data; else all over the whole life.
  private static func rate(_ bytes: UInt64, _ duration: Int64) -> String {
    guard bytes > 0, let rate = Phrase.rate(bytes: bytes, nanoseconds: duration)
    else { return "" }
    return "\(rate) over \(DurationText.short(duration))"
  }

  private mutating func addTCP() {
    tcp(Self.roundTripTime) { $0.roundTripTime.map(Self.trip) }
    tcp("  by timestamps") { $0.timestampRoundTripTime.map(Self.trip) }
    tcp("maximum segment size") { $0.maximumSegmentSize.map { "\(Phrase.grouped($0)) offered" } }
    tcp("largest segment sent") { $0.largestSegment > 0 ? Phrase.grouped($0.largestSegment) : nil }
    tcp("window scale") { $0.windowScale.map { "\($0) (× \(1 << Int(min($0, 14))))" } }
    tcp("largest window") { $0.maximumWindow.map(Phrase.bytes) }
    tcp("smallest window") { $0.minimumWindow.map(Phrase.bytes) }
    tcp("most in flight") { $0.maximumBytesInFlight.map(Phrase.bytes) }
    tcp("initial sequence number") { $0.initialSequenceNumber.map { String($0) } }
    tcpCount("retransmissions") { $0.retransmissions }
    tcpCount("  by timeout") { $0.causes.timeout }
    tcpCount("  by fast retransmit") { $0.causes.fastRetransmit }
    tcpCount("  tail-loss probes") { $0.causes.tailLossProbe }
    tcpCount("  needless") { $0.causes.spurious }
    tcpCount("out of order") { $0.outOfOrder }
    tcpCount("duplicates") { $0.duplicates }
    tcpCount("duplicate ACKs") { $0.duplicateAcks }
    tcpCount("keep-alives") { $0.keepAlives }
    tcpCount("zero-window probes") { $0.zeroWindowProbes }
    tcp("window closed") {
      $0.zeroWindows == 0
        ? nil
        : ($0.zeroWindows == 1 ? "once" : "\(Phrase.grouped($0.zeroWindows)) times")
          + ($0.zeroWindowTime > 0 ? ", " + DurationText.short($0.zeroWindowTime) : "")
    }
    tcpCount("bytes lost before capture") { $0.lostBytes }
    tcpCount("bytes missed by capture") { $0.missedBytes }
    tcpCount("bytes after peer's FIN") { $0.bytesAfterPeerClosed }
    tcp("last state") { $0.states.last?.state.name }
  }

  private static func trip(_ value: RoundTripStatistics) -> String {
    let mean = DurationText.short(value.durations.wholeMean)
    let (least, most) = (value.durations.minimum, value.durations.maximum)
    if value.durations.samples == 1 { return mean }
    let range = "\(mean) (\(DurationText.short(least))–\(DurationText.short(most)))"
    // Of fewer than twenty samples the 95th percentile is the maximum.
    guard value.durations.samples >= 20 else { return range }
    return "\(range), p95 \(DurationText.short(value.percentile95))"
  }

  private mutating func row(_ name: String, _ value: (EndpointRecord) -> String) {
    let (client, server) = (value(record.client), value(record.server))
    if !client.isEmpty || !server.isEmpty { rows.append((name, client, server)) }
  }

  private mutating func count(_ name: String, _ value: (EndpointRecord) -> UInt64) {
    guard value(record.client) + value(record.server) > 0 else { return }
    row(name) { Phrase.grouped(value($0)) }
  }

  private mutating func tcp(_ name: String, _ value: (TCPEndpointRecord) -> String?) {
    row(name) { $0.tcp.flatMap(value) ?? "" }
  }

  private mutating func tcpCount(_ name: String, _ value: (TCPEndpointRecord) -> UInt64) {
    let (client, server) = (record.client.tcp.map(value) ?? 0, record.server.tcp.map(value) ?? 0)
    guard client > 0 || server > 0 else { return }
    rows.append((name, Phrase.grouped(client), Phrase.grouped(server)))
  }
}

extension DurationStatistics {
  /// The mean in whole nanoseconds.
  var wholeMean: Int64 { sum / Int64(clamping: max(samples, 1)) }
}
