internal import SynfinCapture
internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// One packet on its way: what is known of it beside its bytes.
struct PacketPlace: BitwiseCopyable {
  /// Counts from 1 over all files.
  var number: UInt64
  /// When; for a packet without a time that of the packet before.
  var time: Timestamp
  var record: PacketRecord
}

/// What takes the packets that come through the pipeline.
protocol PacketConsumer: ~Copyable {
  /// Notes that the next packet is the first of a file.
  mutating func beginFile()
  /// Takes the next packet as it was captured, if it needs not be decoded for that; false if it has to be.
  mutating func takePlain(_ place: PacketPlace, _ bytes: RawSpan) throws -> Bool
  /// Takes the next packet, decoded; the bytes are gone after the call.
  ///
  /// The packet stays as it is, but of one that is only borrowed the compiler makes a copy.
  mutating func take(_ packet: inout Packet, _ place: PacketPlace, _ bytes: RawSpan) throws
}

extension PacketConsumer where Self: ~Copyable {
  @inline(__always)
  mutating func takePlain(_ place: PacketPlace, _ bytes: RawSpan) -> Bool { false }
}

/// One packet on its way, with what the tracker says of it.
struct SeenPacket: BitwiseCopyable {
  /// Counts from 1 over all files.
  var number: UInt64
  /// When; for a packet without a time that of the packet before.
  var time: Timestamp
  var record: PacketRecord
  var packet: Packet
  var verdict: PacketVerdict
}

/// What takes packets behind the tracker.
protocol PacketSink: ~Copyable {
  /// Takes the next packet; the bytes are gone after the call.
  mutating func take(_ seen: SeenPacket, _ bytes: RawSpan) throws
  /// Ends the output after the last packet.
  mutating func finish() throws
}

extension PacketSink where Self: ~Copyable {
  mutating func finish() throws {}
}

/// Takes packets and does nothing.
struct NoSink: PacketSink {
  @inline(__always)
  mutating func take(_ seen: SeenPacket, _ bytes: RawSpan) {}
}

/// Sends every packet through the tracker to a sink.
struct Tracking<Sink: PacketSink & ~Copyable>: PacketConsumer, ~Copyable {
  var tracker: Tracker
  var sink: Sink

  init(_ options: TrackerOptions, _ sink: consuming Sink) {
    tracker = Tracker(options: options)
    self.sink = sink
  }

  mutating func beginFile() { tracker.beginFile() }

  @inline(__always)
  mutating func take(
    _ packet: inout Packet, _ place: PacketPlace, _ bytes: RawSpan
  ) throws {
    let verdict = tracker.process(packet, bytes, number: place.number, time: place.time)
    var seen = SeenPacket(
      number: place.number, time: place.time, record: place.record, packet: packet,
      verdict: verdict)
    if packet.fragment.isFragment { seen.packet.takeAddresses(verdict, tracker.datagram) }
    try sink.take(seen, bytes)
  }
}

/// Source → filter → decode → consumer, for all files of the input one after the other.
///
/// Packet numbers run on from file to file. The pipeline is generic over what takes the packets, so that the compiler
/// makes one loop of it all.
struct Pipeline: ~Copyable {
  private let input: InputOptions
  private var filter: CaptureFilter?
  private var progress: Progress
  private var lastTime = Timestamp(nanoseconds: 0)
  // Decoded into in place, which saves a copy of each.
  private var packet = Packet()
  private var numbersBefore: UInt64 = 0
  private(set) var facts = CaptureFacts()

  init(_ input: InputOptions, showsProgress: Bool = true) throws(CaptureError) {
    self.input = input
    filter = nil
    if let expression = input.filter { filter = try CaptureFilter(expression) }
    progress = Progress(isShown: showsProgress)
  }

  /// Sends every packet to `consumer`.
  mutating func run(_ consumer: inout some PacketConsumer & ~Copyable) throws {
    defer { progress.finish() }
    for path in input.paths where !isDone {
      var file = try CaptureFile(path: path, reader: input.reader)
      consumer.beginFile()
      var numbers: UInt64 = 0
      while !isDone {
        let number = try file.next { (record, bytes) throws -> UInt64 in
          try take(record, bytes, &consumer)
          return record.number
        }
        guard let number else { break }
        numbers = number
        if numbers & 0xFFF == 0 {
          progress.update(packets: facts.packets, read: file.bytesRead, of: file.size)
        }
      }
      numbersBefore += numbers
      facts.add(file)
    }
  }

  private var isDone: Bool { facts.matched == input.packetLimit }

  @inline(__always)
  private mutating func take(
    _ record: PacketRecord, _ bytes: RawSpan, _ consumer: inout some PacketConsumer & ~Copyable
  ) throws {
    let number = numbersBefore &+ record.number
    facts.packets = number
    do throws(CaptureError) {
      let matches = try filter?.matches(
        bytes, record.linkType, originalLength: record.originalLength)
      if matches == false { return }
    } catch {
      var error = error
      error.advice = "packet \(number) is of that link type, leave -f away to read it"
      throw error
    }
    facts.count(record)
    if record.hasTimestamp { lastTime = record.timestamp }
    let place = PacketPlace(number: number, time: lastTime, record: record)
    if try consumer.takePlain(place, bytes) { return }
    packet.decode(bytes, linkType: record.linkType, originalLength: record.originalLength)
    try consumer.take(&packet, place, bytes)
  }
}

extension Packet {
  /// Where a fragment completes a datagram that is a tunnel's, the addresses that count are those inside.
  fileprivate mutating func takeAddresses(_ verdict: PacketVerdict, _ datagram: Packet) {
    if case .none = verdict.reassembled { return }
    guard datagram.tunnels.count > tunnels.count else { return }
    ip = datagram.ip
    tunnels = datagram.tunnels
  }
}

extension CaptureFacts {
  @inline(__always)
  mutating func count(_ record: PacketRecord) {
    matched += 1
    bytes &+= UInt64(truncatingIfNeeded: record.originalLength)
    if record.capturedLength < record.originalLength { cut += 1 }
    if !record.hasTimestamp { withoutTime += 1 }
  }

  /// Notes what a file says of itself once it has been read.
  fileprivate mutating func add(_ file: borrowing CaptureFile) {
    let kinds = file.interfaces.map(\.linkType.description)
    let snap = file.interfaces.map(\.snapLength).filter { $0 > 0 }.min()
    files.append(
      File(
        name: System.harmless(file.name), format: file.format.description, linkTypes: kinds,
        snapLength: snap,
        damage: file.damage?.description))
    if let statistics = file.statistics {
      add(&droppedByInterface, statistics.droppedByInterface)
      add(&droppedByKernel, statistics.droppedByOS)
    }
  }

  private func add(_ total: inout UInt64?, _ count: UInt64?) {
    guard let count else { return }
    total = (total ?? 0) &+ count
  }
}
