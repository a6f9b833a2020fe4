internal import SynfinLifecycle
internal import SynfinReport
internal import SynfinWire

/// What takes what a live tracker tells.
protocol LifeSink: ~Copyable {
  /// Takes what has just happened.
  mutating func take(_ event: LifeEvent) throws
  /// Takes the record of a connection that has left the tracker.
  mutating func take(_ record: inout ConnectionRecord, _ departure: Departure) throws
}

/// Sends packets through a tracker that tells events and lets go of what is over.
struct LiveTracking<Sink: LifeSink & ~Copyable>: PacketConsumer, ~Copyable {
  /// How many leave at most before a packet: on average no more than one can come with each.
  private static var departuresPerPacket: Int { 2 }
  /// How many leave at most while no packet waits, before somebody looks for packets again.
  private static var departuresPerPause: Int { 4096 }

  var sink: Sink
  private(set) var tracker: Tracker
  private(set) var tally = RecordTally()
  private var replay = Replay()

  init(_ options: TrackerOptions, _ sink: consuming Sink) {
    self.sink = sink
    tracker = Tracker(options: options)
  }

  mutating func beginFile() { tracker.beginFile() }

  @inline(__always)
  mutating func take(_ packet: inout Packet, _ place: PacketPlace, _ bytes: RawSpan) throws {
    if tracker.mustLetGo(at: place.time) { try letGo(at: place.time, Self.departuresPerPacket) }
    _ = tracker.process(packet, bytes, number: place.number, time: place.time)
    if tracker.hasEvents { try tell() }
  }

  /// Tells what time it is, where the packets' times are not to be followed.
  mutating func setClock(_ nanoseconds: Int64) { tracker.setClock(nanoseconds) }

  /// Whether somebody may have to go by a time.
  func mustAdvance(to time: Timestamp) -> Bool { tracker.mustLetGo(at: time) }

  /// Lets some of those go who have been silent for too long at a time, before which no packet will come any more.
  mutating func advance(to time: Timestamp) throws {
    if tracker.mustLetGo(at: time) { try letGo(at: time, Self.departuresPerPause) }
  }

  /// Lets some of those go who have been silent for too long by the clock that was set.
  mutating func advance() throws { try advance(to: Timestamp(nanoseconds: 0)) }

  /// Notes how many packets the capture has dropped so far.
  mutating func note(dropped: UInt64) { tracker.note(dropped: dropped) }

  /// Shows every connection and conversation as it is now, in the order of their numbers.
  mutating func show(_ body: (FlowSnapshot) -> Void) {
    tracker.snapshots(&replay, body)
  }

  /// Lets all go.
  mutating func finish() throws {
    try tracker.letAllGo(&replay) { record, departure in
      tally.add(record.summary)
      try sink.take(&record, departure)
    }
  }

  @inline(never)
  private mutating func letGo(at time: Timestamp, _ most: Int) throws {
    try tracker.letGo(at: time, atMost: most, &replay) { record, departure in
      tally.add(record.summary)
      try sink.take(&record, departure)
    }
    if tracker.hasEvents { try tell() }
  }

  @inline(never)
  private mutating func tell() throws {
    try tracker.takeEvents { try sink.take($0) }
  }
}
