import SynfinLifecycle

extension ConnectionGraph {
  /// Segments, acknowledgements and window by sequence number, as W. R. Stevens and tcptrace draw them.
  func sequenceChart(_ style: Style) -> Chart {
    var chart = blank(
      sequenceTitle,
      Chart.Axis("sequence number (octets since the start), \(path)", .bytes, from: Extent(0)),
      style)
    let top = sequenceTop
    let least = top / 120
    addReceiver(to: &chart, least, ceiling: top)
    addMissing(to: &chart, least)
    chart.add(
      Series(
        "segment with data", .spans(tracks.data.spans(least: least) { Self.octets($0) }), .blue,
        isThick: true), unless: tracks.data.isEmpty)
    addTroubles(to: &chart, least)
    addFlags(to: &chart)
    return chart
  }

  /// "The server sent 823 segments with data: 12 sent again, 3 late".
  private var sequenceTitle: String {
    let segments = tracks.data.count + tracks.late.count + dataRepeats
    guard segments > 0 else { return "The \(ownName) sent no data" }
    var parts: [String] = []
    if tracks.repeatCount > 0 { parts.append("\(Phrase.grouped(tracks.repeatCount)) sent again") }
    if tracks.late.count > 0 { parts.append("\(Phrase.grouped(tracks.late.count)) late") }
    let closed = tracks.closedWindows.count
    if closed > 0 {
      parts.append("window closed " + (closed == 1 ? "once" : "\(Phrase.grouped(closed)) times"))
    }
    let troubles = parts.isEmpty ? "none sent again" : parts.joined(separator: ", ")
    return "\(Phrase.count(segments, "segment")) with data from the \(ownName): \(troubles)"
  }

  /// Repeats of data, without those of SYN, SYN+ACK and bare FIN.
  private var dataRepeats: UInt64 {
    zip(SegmentCause.ofRetransmissions, tracks.repeats).reduce(0) { sum, pair in
      [.syn, .synAck, .fin].contains(pair.0) ? sum : sum + pair.1.count
    }
  }

  /// Up to where the picture reaches: beyond the last octet the window may reach much further.
  private var sequenceTop: Double {
    let sent = Double(max(1, collector.stream.next ?? 1))
    let edge = tracks.edges.points.map { Double($0.highest) }.max() ?? sent
    return max(sent, min(edge, sent * 1.35))
  }

  private func addReceiver(to chart: inout Chart, _ least: Double, ceiling: Double) {
    let end = collector.clock.duration
    let edges = tracks.edges.steps(to: end).map { mark in
      Series.Mark(mark.x, min(mark.y, ceiling))
    }
    chart.add(
      Series("end of the \(peerName)'s window", .steps(edges), .teal, .dashed),
      unless: tracks.edges.isEmpty)
    chart.add(
      Series(
        "acknowledged by the \(peerName)", .steps(tracks.acknowledgments.steps(to: end)), .green),
      unless: tracks.acknowledgments.isEmpty)
    chart.add(
      Series(
        "SACK: arrived out of order",
        .spans(tracks.sacks.spans(least: least) { Self.octets($0) }), .purple),
      unless: tracks.sacks.isEmpty)
  }

  private func addMissing(to chart: inout Chart, _ least: Double) {
    for (track, name) in [
      (tracks.lost, "missing when later ones came"), (tracks.missed, "not in the capture"),
    ] {
      chart.add(
        Series(
          name, .spans(track.spans(least: least) { Self.octets($0) }), .red, .dotted,
          isThick: true), unless: track.isEmpty)
    }
  }

  private func addTroubles(to chart: inout Chart, _ least: Double) {
    for (cause, track) in zip(SegmentCause.ofRetransmissions, tracks.repeats) where !track.isEmpty {
      let (name, hue, shape) = Self.look(of: cause)
      chart.add(
        Series(
          nil, .spans(track.spans(least: least) { "\(name): \(Self.octets($0))" }), hue,
          isThick: true))
      chart.add(
        Series(
          "\(name) (\(Phrase.grouped(track.count)))",
          .points(track.dots { "\(name): \(Self.octets($0))" }, shape), hue))
    }
    let late = tracks.late.dots { "came late: \(Self.octets($0))" }
    chart.add(
      Series("came late (\(Phrase.grouped(tracks.late.count)))", .points(late, .ring), .purple),
      unless: late.isEmpty)
    let probes = tracks.probes.dots { "probe: \(Self.octets($0))" }
    chart.add(
      Series("keep-alive or window probe", .points(probes, .ring), .amber), unless: probes.isEmpty)
    let closed = tracks.closedWindows.dots { "window closed: \(Self.packets($0))" }
    chart.add(
      Series("\(peerName)'s window closed", .points(closed, .dot), .red), unless: closed.isEmpty)
  }

  private func addFlags(to chart: inout Chart) {
    let flags: [(GraphTrack, String, Series.Shape, Hue)] = [
      (tracks.syns, "SYN", .dot, .ink), (tracks.fins, "FIN", .square, .ink),
      (tracks.resets, "RST", .cross, .red),
    ]
    for (track, name, shape, hue) in flags where !track.isEmpty {
      chart.add(Series(name, .points(track.dots { "\(name): \(Self.packets($0))" }, shape), hue))
    }
  }

  /// What repeats of a cause are called and how they are marked.
  static func look(of cause: SegmentCause) -> (name: String, hue: Hue, shape: Series.Shape) {
    switch cause {
    case .timeout: ("sent again after a timeout", .red, .diamond)
    case .fastRetransmit: ("fast retransmission", .orange, .triangle)
    case .tailLossProbe: ("tail-loss probe", .amber, .square)
    case .spurious: ("needless retransmission", .muted, .ring)
    case .syn: ("SYN again", .red, .ring)
    case .synAck: ("SYN+ACK again", .red, .ring)
    default: ("FIN again", .red, .ring)
    }
  }

  /// "octets 1 to 1,448 (packet 4)"; "3 from packet 4 on" for what is merged.
  static func octets(_ point: GraphPoint) -> String {
    let from = Phrase.grouped(point.lowest)
    let last = max(point.lowest, point.highest - 1)
    return "octets \(from) to \(Phrase.grouped(last)), \(packets(point))"
  }

  static func packets(_ point: GraphPoint) -> String {
    point.count == 1
      ? "packet \(point.packet)"
      : "\(Phrase.grouped(point.count)) from packet \(point.packet) on"
  }
}

extension Chart {
  mutating func add(_ series: Series, unless isEmpty: Bool) {
    if !isEmpty { add(series) }
  }
}
