public import SynfinLifecycle

/// The graphs of one connection as drawings.
public struct ConnectionGraph: Sendable {
  /// What a graph shows.
  public enum Kind: String, Sendable, CaseIterable {
    /// Segments by sequence number over time, with acknowledgements and window.
    case sequence
    /// Round-trip times.
    case rtt
    /// Octets per second.
    case throughput
    /// Octets sent and not yet acknowledged, against the window.
    case flight
  }

  /// How a graph is placed.
  public struct Style: Sendable {
    /// The width in pixels.
    public var width: Double = 900
    /// The least height in pixels.
    public var height: Double = 480
    /// Makes an element for a page that holds the style sheet, in place of a whole file.
    public var isFragment = false
    /// Tells its parts from those of other drawings in the same page.
    public var name = "graph"

    /// A file of the usual size.
    public init() {}
  }

  let record: ConnectionRecord
  let collector: GraphCollector

  /// Makes the graphs of a record from what a collector kept of its packets.
  public init(record: ConnectionRecord, collector: GraphCollector) {
    self.record = record
    self.collector = collector
  }

  /// Makes the graphs of a record from all its packets, in capture order.
  ///
  /// - Parameter sender: whose data the graphs show; by default the end that sent more payload.
  public init(record: ConnectionRecord, steps: [StoryStep], sender: Side? = nil) {
    var collector = GraphCollector(record: record, sender: sender)
    for step in steps { collector.add(step) }
    self.init(record: record, collector: collector)
  }

  /// Why there is no graph of a kind, as a clause; nil if there is one.
  public func absence(of kind: Kind) -> String? {
    let name = collector.sender.word
    switch kind {
    case .sequence, .flight:
      guard collector.isTCP else {
        let what = record.transport == .udp ? "UDP" : "ICMP"
        return "\(what) has no sequence numbers to draw; --kind throughput shows how much was sent"
      }
      if kind == .flight, tracks.inFlight.isEmpty { return "the \(name) sent no data" + other }
      return nil
    case .rtt:
      guard tracks.trips.isEmpty, tracks.clockTrips.isEmpty else { return nil }
      return collector.isTCP
        ? "nothing that the \(name) sent was acknowledged in the capture, so that no round trip is known"
          + other
        : "no answer was captured, so that no round trip is known"
    case .throughput:
      return own.payloadBytes == 0 ? "the \(name) sent no data" + other : nil
    }
  }

  /// A graph as SVG; nil where there is none.
  public func svg(_ kind: Kind, _ style: Style = Style()) -> String? {
    guard absence(of: kind) == nil else { return nil }
    let chart = chart(kind, style)
    return style.isFragment ? chart.fragment() : chart.document()
  }

  func chart(_ kind: Kind, _ style: Style = Style()) -> Chart {
    switch kind {
    case .sequence: sequenceChart(style)
    case .rtt: tripChart(style)
    case .throughput: throughputChart(style)
    case .flight: flightChart(style)
    }
  }

  // MARK: - What all of them need

  var tracks: GraphTracks { collector.tracks }

  /// The end whose data is shown.
  var own: EndpointRecord { collector.sender == .client ? record.client : record.server }

  /// The other end.
  var peer: EndpointRecord { collector.sender == .client ? record.server : record.client }

  private var other: String {
    peer.payloadBytes > 0 ? "; --direction \(collector.sender.peer.word) shows the other end" : ""
  }

  /// "client", "server".
  var ownName: String { String(describing: collector.sender.word) }
  var peerName: String { String(describing: collector.sender.peer.word) }

  /// "client 192.0.2.1:51514 → server 192.0.2.2:443": whose data is shown, and who takes it.
  var path: String {
    let from = EndpointText.text(own.address, port: own.port)
    let to = EndpointText.text(peer.address, port: peer.port)
    return "\(ownName) \(from) → \(peerName) \(to)"
  }

  func blank(_ title: String, _ y: Chart.Axis, _ style: Style) -> Chart {
    let duration = Double(collector.clock.duration)
    return Chart(
      title, summary: "Connection \(record.id), \(path). \(y.title), over time.",
      x: Chart.Axis(
        "time since the connection's first packet", .duration, from: Extent(0, duration)),
      y: y, width: style.width, height: style.height, name: style.name)
  }
}

extension GraphTrack {
  /// A line that keeps its value until the next one; what is merged becomes a stroke.
  func steps(to end: Int64? = nil) -> [Series.Mark] {
    var marks: [Series.Mark] = []
    for point in points {
      let values = point.count == 1 ? [point.last] : [point.first, point.lowest, point.highest]
      for value in values { marks.append(Series.Mark(Double(point.time), Double(value))) }
      if point.count > 1 { marks.append(Series.Mark(Double(point.lastTime), Double(point.last))) }
    }
    if let end, let last = points.last, end > last.lastTime {
      marks.append(Series.Mark(Double(end), Double(last.last)))
    }
    return marks
  }

  /// Dots at the middle of the values; what is merged is one dot.
  func dots(_ title: (GraphPoint) -> String) -> [Series.Mark] {
    points.map { point in
      let middle = Double(point.lowest) + Double(point.highest - point.lowest) / 2
      return Series.Mark(Double(point.time), middle, title: title(point))
    }
  }

  /// Strokes from the lowest to the highest value, none shorter than can be seen.
  ///
  /// - Parameters:
  ///   - least: the shortest stroke.
  ///   - title: what a stroke tells of itself, left out where there are very many.
  func spans(least: Double, _ title: (GraphPoint) -> String) -> [Series.Bar] {
    points.map { point in
      let (low, high) = (Double(point.lowest), Double(point.highest))
      let more = max(0, least - (high - low)) / 2
      let text = points.count <= 300 ? title(point) : nil
      return Series.Bar(
        Series.Mark(Double(point.time), low - more, title: text),
        Series.Mark(Double(point.time), high + more))
    }
  }
}
