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
  /// How long saved packets may wait for others, in seconds.
  private static let flushInterval = 1.0

  private var captures: LiveCaptureSet
  private var intake: Intake
  private let packetLimit: UInt64
  private var nextStatistics = 0.0
  private var nextFlush = 0.0

  /// - Parameter packetLimit: packets after which to stop; nil for no limit.
  init(_ input: consuming LiveInput, packetLimit: UInt64?) {
    self.packetLimit = packetLimit ?? .max
    intake = Intake(input.writer, isPacketBuffered: input.isPacketBuffered)
    captures = input.captures
    intake.facts.files = captures.interfaces.map { interface in
      CaptureFacts.File(
        name: System.harmless(interface.name), format: "live", linkTypes: [interface.linkTypeName],
        snapLength: interface.snapLength, damage: nil)
    }
  }

  /// What was captured so far.
  var facts: CaptureFacts { intake.facts }

  /// Whether as many packets came, or as many files were written, as were wanted.
  var isDone: Bool { facts.packets >= packetLimit || intake.isFull }

  /// Packets that kernel and interfaces have dropped so far.
  var dropped: UInt64 { (facts.droppedByKernel ?? 0) &+ (facts.droppedByInterface ?? 0) }

  /// Takes the packets that wait now, and waits a little if there are none.
  ///
  /// - Returns: how many packets came.
  mutating func round(_ consumer: inout some PacketConsumer & ~Copyable) throws -> Int {
    let now = System.monotonicSeconds()
    if now >= nextStatistics {
      nextStatistics = now + Self.statisticsInterval
      countDrops()
    }
    let limit = Int(clamping: min(UInt64(Self.roundSize), packetLimit - facts.packets))
    let count = try captures.drain(limit: limit) { record, bytes in
      try intake.take(record, bytes, &consumer)
    }
    if count == 0 || now >= nextFlush {
      nextFlush = now + Self.flushInterval
      try intake.flush()
    }
    if count == 0 { _ = captures.wait(milliseconds: Self.patience) }
    return count
  }

  /// Takes what the kernel has accepted until now.
  mutating func finish(_ consumer: inout some PacketConsumer & ~Copyable) throws {
    guard !isDone else { return }
    let limit = packetLimit
    _ = try captures.finish { record, bytes in
      if intake.facts.packets < limit, !intake.isFull {
        try intake.take(record, bytes, &consumer)
      }
    }
  }

  /// Completes the savefile, and asks for the drops a last time.
  mutating func close() throws {
    countDrops()
    try intake.close()
  }

  private mutating func countDrops() {
    let statistics = captures.statistics()
    intake.facts.received = statistics.received
    intake.facts.droppedByKernel = statistics.droppedByOS
    intake.facts.droppedByInterface = statistics.droppedByInterface
  }
}

/// What becomes of each packet.
private struct Intake: ~Copyable {
  var facts = CaptureFacts()
  /// Whether no further packet will be saved.
  private(set) var isFull = false
  private var writer: SavefileWriter?
  private let isPacketBuffered: Bool
  // Decoded into in place, which saves a copy of each.
  private var packet = Packet()

  init(_ writer: consuming SavefileWriter?, isPacketBuffered: Bool) {
    self.writer = writer
    self.isPacketBuffered = isPacketBuffered
  }

  mutating func take(
    _ record: PacketRecord, _ bytes: RawSpan, _ consumer: inout some PacketConsumer & ~Copyable
  ) throws {
    try writer?.write(record, bytes)
    if isPacketBuffered { try writer?.flush() }
    isFull = writer?.isFull == true
    // The packet that comes when the last file is complete is in none.
    if isFull { return }
    facts.packets += 1
    facts.count(record)
    packet.decode(bytes, linkType: record.linkType, originalLength: record.originalLength)
    let place = PacketPlace(number: facts.packets, time: record.timestamp, record: record)
    try consumer.take(&packet, place, bytes)
  }

  mutating func flush() throws { try writer?.flush() }

  mutating func close() throws { try writer?.close() }
}
