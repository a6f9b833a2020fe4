internal import SynfinCapture
internal import SynfinReport
internal import SynfinWire

/// Interfaces → savefile → decode → consumer, as long as packets come.
struct LivePipeline: ~Copyable {
  // So many packets at a time, between which everything else gets its turn.
  private static let roundSize = 4096
  /// How long a round waits for packets, in milliseconds; a signal is noticed within that time.
  private static let patience = 100
  /// How often the kernel is asked for its drops, in seconds.
  private static let statisticsInterval = 0.1

  private var captures: LiveCaptureSet
  private let packetLimit: UInt64
  // Decoded into in place, which saves a copy of each.
  private var packet = Packet()
  private var nextStatistics = 0.0
  private(set) var facts = CaptureFacts()

  init(_ captures: consuming LiveCaptureSet, packetLimit: UInt64?) {
    self.packetLimit = packetLimit ?? .max
    facts.files = captures.interfaces.map { interface in
      CaptureFacts.File(
        name: System.harmless(interface.name), format: "live", linkTypes: [interface.linkTypeName],
        snapLength: interface.snapLength, damage: nil)
    }
    self.captures = captures
  }

  /// Whether as many packets came as were wanted.
  var isDone: Bool { facts.packets >= packetLimit }

  /// Packets that kernel and interfaces have dropped so far.
  var dropped: UInt64 { (facts.droppedByKernel ?? 0) &+ (facts.droppedByInterface ?? 0) }

  /// Takes the packets that wait now, and waits a little if there are none.
  ///
  /// - Returns: how many packets came.
  mutating func round(_ consumer: inout some PacketConsumer & ~Copyable) throws -> Int {
    countDrops(now: System.monotonicSeconds())
    let limit = Int(clamping: min(UInt64(Self.roundSize), packetLimit - facts.packets))
    let count = try captures.drain(limit: limit) { record, bytes in
      try Self.take(record, bytes, &facts, &packet, &consumer)
    }
    if count == 0 { _ = captures.wait(milliseconds: Self.patience) }
    return count
  }

  /// Takes what the kernel has accepted until now.
  mutating func finish(_ consumer: inout some PacketConsumer & ~Copyable) throws {
    let limit = packetLimit
    _ = try captures.finish { record, bytes in
      if facts.packets < limit { try Self.take(record, bytes, &facts, &packet, &consumer) }
    }
  }

  /// Asks for the drops a last time.
  mutating func countLastDrops() { countDrops(now: .infinity) }

  private static func take(
    _ record: PacketRecord, _ bytes: RawSpan, _ facts: inout CaptureFacts, _ packet: inout Packet,
    _ consumer: inout some PacketConsumer & ~Copyable
  ) throws {
    facts.packets += 1
    facts.count(record)
    packet.decode(bytes, linkType: record.linkType, originalLength: record.originalLength)
    let place = PacketPlace(number: facts.packets, time: record.timestamp, record: record)
    try consumer.take(&packet, place, bytes)
  }

  private mutating func countDrops(now: Double) {
    guard now >= nextStatistics else { return }
    nextStatistics = now + Self.statisticsInterval
    let statistics = captures.statistics()
    facts.droppedByKernel = statistics.droppedByOS
    facts.droppedByInterface = statistics.droppedByInterface
    facts.received = statistics.received
  }
}
