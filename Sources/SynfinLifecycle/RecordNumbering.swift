/// The numbers of the records of several trackers, of which each had a part of a capture's flows: they are what one
/// tracker with all of them would have given.
///
/// Records are numbered as they begin, and of each it is known with which packet it did.
public struct RecordNumbering: Sendable {
  /// Where the record with some number is, and what only the numbering knows of it.
  public struct Place: Sendable {
    /// Which tracker has it.
    public let shard: Int32
    /// Its number there.
    public let local: Int32
    /// Its stream index, over all trackers.
    public let stream: Int32
  }

  /// What a tracker says of one of its records.
  public struct Beginning {
    /// When the record began.
    let moment: UInt64
    let transport: TransportProtocol
    /// Its stream index in the tracker.
    let stream: Int
  }

  /// The places in the order of the numbers, which begin with 1.
  public private(set) var places: [Place] = []
  // How many streams there are of each transport, and what the trackers' numbers of them became.
  private var streams = [3 of Int32](repeating: 0)
  private var known: [[[Int32]]]

  /// Numbers the records.
  ///
  /// - Parameters:
  ///   - shards: how many trackers there are.
  ///   - count: how many records they have.
  ///   - next: steps to the next record of a tracker.
  public init(
    shards: Int, count: Int, _ next: (Int, inout RecordCursor) -> Beginning?
  ) {
    known = Array(repeating: [[], [], []], count: shards)
    places.reserveCapacity(count)
    var cursors = Array(repeating: RecordCursor(), count: shards)
    var waiting = cursors.indices.map { next($0, &cursors[$0]) }
    while let shard = Self.first(waiting), let beginning = waiting[shard] {
      let local = Int32(truncatingIfNeeded: cursors[shard].number)
      let stream = stream(beginning, shard)
      places.append(Place(shard: Int32(shard), local: local, stream: stream))
      waiting[shard] = next(shard, &cursors[shard])
    }
    known = []
  }

  /// The tracker whose next record began first.
  private static func first(_ waiting: [Beginning?]) -> Int? {
    var first: Int?
    var moment = UInt64.max
    for (shard, beginning) in waiting.enumerated() {
      guard let beginning, beginning.moment < moment else { continue }
      first = shard
      moment = beginning.moment
    }
    return first
  }

  /// The stream of a record: one that its tracker has named before, or the next one.
  private mutating func stream(_ beginning: Beginning, _ shard: Int) -> Int32 {
    let transport = beginning.transport == .tcp ? 0 : beginning.transport == .udp ? 1 : 2
    if beginning.stream < known[shard][transport].count {
      return known[shard][transport][beginning.stream]
    }
    let stream = streams[transport]
    streams[transport] += 1
    // Every TCP connection is a stream of its own.
    if beginning.transport != .tcp { known[shard][transport].append(stream) }
    return stream
  }
}

extension RecordNumbering {
  // Of a packet there can be several moments, as several datagrams can be given up before it is taken.
  private static let momentsOfPacket: UInt64 = 16

  /// The moment in which a packet is taken.
  static func beginning(_ packet: UInt64) -> UInt64 {
    packet &* momentsOfPacket &+ momentsOfPacket &- 1
  }

  /// The first of the moments before a packet is taken.
  static func before(_ packet: UInt64) -> UInt64 { packet &* momentsOfPacket }

  /// The moments behind the last packet.
  static func ending(_ index: Int) -> UInt64 {
    UInt64.max / 2 &+ UInt64(truncatingIfNeeded: index)
  }
}
