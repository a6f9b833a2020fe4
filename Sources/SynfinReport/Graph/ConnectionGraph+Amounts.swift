import SynfinLifecycle

extension ConnectionGraph {
  // MARK: - Octets in flight

  /// What was on its way, against what the receiver had room for.
  func flightChart(_ style: Style) -> Chart {
    var chart = blank(
      flightTitle,
      Chart.Axis("octets sent and not yet acknowledged, \(path)", .bytes, from: Extent(0)), style)
    let end = collector.clock.duration
    let most = Double(max(1, tracks.inFlight.points.map(\.highest).max() ?? 1))
    let widest = tracks.windows.points.map { Double($0.highest) }.max() ?? 0
    chart.add(
      Series("in flight", .stepArea(tracks.inFlight.steps(to: end), base: 0), .blue))
    // A window far above everything sent would press the rest to the ground.
    let ceiling = most * 2.5
    let windows = tracks.windows.steps(to: end).map { Series.Mark($0.x, min($0.y, ceiling)) }
    let beyond = widest > ceiling ? ", up to \(Phrase.bytes(UInt64(widest))), above the picture" : ""
    chart.add(
      Series("window of the \(peerName)\(beyond)", .steps(windows), .teal, .dashed),
      unless: windows.isEmpty)
    let repeats = tracks.repeatsInFlight.dots { "sent again: \(Self.packets($0))" }
    chart.add(
      Series("sent again (\(Phrase.grouped(tracks.repeatCount)))", .points(repeats, .triangle), .red),
      unless: repeats.isEmpty)
    return chart
  }

  /// "At most 62.6 kB in flight from the server, of a window of up to 64.2 kB, filled 3 times".
  private var flightTitle: String {
    let most = UInt64(max(0, tracks.inFlight.points.map(\.highest).max() ?? 0))
    let title = "At most \(Phrase.bytes(most)) in flight from the \(ownName)"
    guard let window = tracks.windows.points.map(\.highest).max() else {
      return title + "; the window's scale was not captured"
    }
    let filled = own.tcp?.labels.first { $0.label == .windowFull }?.count ?? 0
    let limit =
      filled == 0
      ? "never filled" : filled == 1 ? "filled once" : "filled \(Phrase.grouped(filled)) times"
    return title + "; window of up to \(Phrase.bytes(UInt64(max(0, window)))), \(limit)"
  }

  // MARK: - Throughput

  /// What came through, and what of it was new.
  func throughputChart(_ style: Style) -> Chart {
    var chart = blank(
      throughputTitle, Chart.Axis("payload per second, \(path)", .bitRate, from: Extent(0)), style)
    let bins = collector.bins
    var fresh: [Series.Bar] = []
    var repeated: [Series.Bar] = []
    for (index, bin) in bins.bins.enumerated() where bin.octets > 0 {
      let left = Double(Int64(index) * bins.width)
      let right = min(left + Double(bins.width), Double(max(collector.clock.duration, bins.width)))
      let rate = 8e9 / Double(bins.width)
      let (new, all) = (Double(bin.fresh) * rate, Double(max(bin.fresh, bin.octets)) * rate)
      let again = bin.octets - min(bin.octets, bin.fresh)
      let title =
        "\(Phrase.bytes(bin.octets)) in \(DurationText.short(bins.width))"
        + (again > 0 ? ", \(Phrase.bytes(again)) of it sent before" : "")
      fresh.append(Series.Bar(Series.Mark(left, 0, title: title), Series.Mark(right, new)))
      guard again > 0 else { continue }
      repeated.append(Series.Bar(Series.Mark(left, new, title: title), Series.Mark(right, all)))
    }
    let isTCP = collector.isTCP
    let span = DurationText.short(bins.width)
    chart.add(
      Series((isTCP ? "sent for the first time" : "sent") + ", in steps of \(span)", .bars(fresh), .blue))
    chart.add(Series("sent before", .bars(repeated), .orange), unless: repeated.isEmpty)
    return chart
  }

  /// "10.4 MB from the server: 36.2 Mbit/s, acknowledged 35.9 Mbit/s".
  private var throughputTitle: String {
    var title = "\(Phrase.bytes(own.payloadBytes)) from the \(ownName)"
    guard let tcp = own.tcp else {
      return title + within(record.duration)
    }
    if let rate = tcp.throughput(payloadBytes: own.payloadBytes) {
      title += within(tcp.transferTime ?? 0) + ": \(Self.rate(rate)) sent"
      if let goodput = tcp.goodput { title += ", \(Self.rate(goodput)) arrived" }
    }
    let again = own.payloadBytes - min(own.payloadBytes, tcp.uniquePayloadBytes)
    if again > 0 { title += "; \(Phrase.bytes(again)) sent again" }
    return title
  }

  private func within(_ nanoseconds: Int64) -> String {
    nanoseconds > 0 ? " in \(DurationText.short(nanoseconds))" : ""
  }

  private static func rate(_ bits: UInt64) -> String {
    bits < 1000 ? "\(bits) bit/s" : Phrase.bytes(bits).dropLast() + "bit/s"
  }

  // MARK: - Round trips

  /// How long acknowledgements or answers took.
  func tripChart(_ style: Style) -> Chart {
    let unit: Chart.Axis
    if collector.isTCP {
      unit = Chart.Axis(
        "from a segment to its acknowledgement, \(path)", .duration, from: Extent(0))
    } else {
      unit = Chart.Axis("from a question to its answer, \(path)", .duration, from: Extent(0))
    }
    var chart = blank(tripTitle, unit, style)
    addLevels(to: &chart)
    let clock = tracks.clockTrips.samples()
    chart.add(
      Series(
        "by timestamps, also of what was sent again (\(Phrase.grouped(tracks.clockTrips.count)))",
        .points(clock, .ring), .orange), unless: clock.isEmpty)
    let trips = tracks.trips.samples()
    let name = collector.isTCP ? "by sequence numbers" : "answers"
    chart.add(
      Series("\(name) (\(Phrase.grouped(tracks.trips.count)))", .points(trips, .dot), .blue),
      unless: trips.isEmpty)
    return chart
  }

  private func addLevels(to chart: inout Chart) {
    let end = Double(max(1, collector.clock.duration))
    func level(_ name: String, _ value: Int64, _ dash: Dash) -> Series {
      Series(
        "\(name) \(DurationText.short(value))",
        .line([Series.Mark(0, Double(value)), Series.Mark(end, Double(value))]), .muted, dash)
    }
    if let statistics = own.tcp?.roundTripTime {
      chart.add(level("median", statistics.median, .dashed))
      chart.add(level("minimum", statistics.durations.minimum, .dotted))
    } else if let times = record.responseTime {
      chart.add(level("mean", Int64(times.mean), .dashed))
      chart.add(level("minimum", times.minimum, .dotted))
    }
  }

  /// "Round trip of the server's segments: 1.2 ms at least, 3.4 ms in the median, 95 % below 9.8 ms".
  private var tripTitle: String {
    if let statistics = own.tcp?.roundTripTime {
      return
        "Round trip of the \(ownName)'s segments: \(DurationText.short(statistics.durations.minimum))"
        + " to \(DurationText.short(statistics.durations.maximum)),"
        + " median \(DurationText.short(statistics.median))"
    }
    guard let times = record.responseTime else { return "Round trips of the \(ownName)'s segments" }
    return "Answers took \(DurationText.short(times.minimum)) to"
      + " \(DurationText.short(times.maximum)), \(DurationText.short(Int64(times.mean))) in the mean"
  }
}

extension GraphTrack {
  /// The lowest and the highest value of each moment.
  fileprivate func samples() -> [Series.Mark] {
    points.flatMap { point in
      let low = Series.Mark(Double(point.time), Double(point.lowest))
      let high = Series.Mark(Double(point.time), Double(point.highest))
      return point.lowest == point.highest ? [low] : [low, high]
    }
  }
}
