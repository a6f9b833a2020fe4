import SynfinWire

/// Values at one moment of a connection, or at several moments that one dot on the paper stands for.
struct GraphPoint: Sendable, Equatable {
  /// Nanoseconds since the connection's first packet, of the first and of the last value.
  var time: Int64
  var lastTime: Int64
  var first: Int64
  var last: Int64
  var lowest: Int64
  var highest: Int64
  var count: UInt64 = 1
  /// The first packet that it shows.
  var packet: UInt64

  fileprivate mutating func absorb(_ other: GraphPoint) {
    lastTime = other.lastTime
    last = other.last
    lowest = min(lowest, other.lowest)
    highest = max(highest, other.highest)
    count += other.count
  }
}

/// The time of a connection, cut into moments that are finer than the paper can show.
struct GraphTime: Sendable {
  private let start: Timestamp
  let duration: Int64
  private let width: Int64
  private var latest: Int64 = 0

  /// Moments of a long connection.
  static let moments = 2000

  init(start: Timestamp, duration: Int64) {
    self.start = start
    self.duration = max(0, duration)
    width = max(1, self.duration / Int64(Self.moments - 1))
  }

  /// Nanoseconds since the first packet; a time that runs backwards stands still here.
  mutating func clamped(_ time: Timestamp) -> Int64 {
    latest = max(latest, min(time.nanoseconds(since: start), duration))
    return latest
  }

  func moment(_ time: Int64) -> Int64 { time / width }
}

/// Some value over time: every one of few, for each moment what many amount to.
///
/// How many will come is known beforehand from the connection's record, so that what is kept of the
/// first values and of the last ones is equally fine.
struct GraphTrack: Sendable {
  private(set) var points: [GraphPoint] = []
  private let keepsAll: Bool
  private var moment: Int64 = -1

  /// A track for at most so many values.
  init(expecting count: UInt64) {
    keepsAll = count <= UInt64(GraphTime.moments)
  }

  /// How many values came.
  var count: UInt64 { points.reduce(0) { $0 + $1.count } }

  var isEmpty: Bool { points.isEmpty }

  mutating func add(_ value: Int64, at time: Int64, of clock: GraphTime, packet: UInt64) {
    add(from: value, to: value, at: time, of: clock, packet: packet)
  }

  /// Adds a span, such as the octets of a segment.
  mutating func add(
    from start: Int64, to end: Int64, at time: Int64, of clock: GraphTime, packet: UInt64
  ) {
    let point = GraphPoint(
      time: time, lastTime: time, first: start, last: end, lowest: min(start, end),
      highest: max(start, end), packet: packet)
    let place = clock.moment(time)
    // What is expected comes from a record; a wrong one must not fill the memory.
    let isMany = points.count >= 4 * GraphTime.moments
    if place == moment, !keepsAll || isMany, !points.isEmpty {
      points[points.count - 1].absorb(point)
    } else {
      points.append(point)
    }
    moment = place
  }
}

/// Octets in equal spans of time.
struct GraphBins: Sendable {
  struct Bin: Sendable, Equatable {
    /// All payload.
    var octets: UInt64 = 0
    /// Payload that was not seen before.
    var fresh: UInt64 = 0
  }

  /// Nanoseconds of a bin.
  let width: Int64
  private(set) var bins: [Bin]

  /// As many bins of a round width as lie between 60 and 150, fewer for less than a few microseconds.
  init(duration: Int64) {
    var width: Int64 = 1000
    var factors = [2, 5, 10]
    var unit = width
    while duration / width >= 150 {
      let factor = factors.removeFirst()
      width = unit.multipliedReportingOverflow(by: Int64(factor)).partialValue
      if factors.isEmpty {
        factors = [2, 5, 10]
        unit = width
      }
    }
    self.width = width
    bins = Array(repeating: Bin(), count: Int(duration / width) + 1)
  }

  mutating func add(_ octets: Int, fresh: Int64, at time: Int64) {
    let index = min(bins.count - 1, Int(max(0, time) / width))
    bins[index].octets &+= UInt64(max(0, octets))
    bins[index].fresh &+= UInt64(max(0, fresh))
  }
}
