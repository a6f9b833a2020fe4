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
    if tracker.mustLetGo(at: place.time) { try letGo(at: place.time) }
    _ = tracker.process(packet, bytes, number: place.number, time: place.time)
    if tracker.hasEvents { try tell() }
  }

  /// Lets those go who have been silent for too long at a time, before which no packet will come any more.
  mutating func advance(to time: Timestamp) throws {
    if tracker.mustLetGo(at: time) { try letGo(at: time) }
  }

  /// Notes how many packets the capture has dropped so far.
  mutating func note(dropped: UInt64) { tracker.note(dropped: dropped) }

  /// Shows every connection and conversation as it is now.
  mutating func snapshots() -> [FlowSnapshot] {
    var all: [FlowSnapshot] = []
    tracker.snapshots(&replay) { all.append($0) }
    return all
  }

  /// Shows every connection and conversation as it is now, without keeping them all.
  mutating func show(to sampler: inout TopSampler) {
    tracker.snapshots(&replay) { sampler.take($0) }
  }

  /// Lets all go.
  mutating func finish() throws {
    var failure: (any Error)?
    tracker.letAllGo(&replay) { record, departure in
      tally.add(record.summary)
      do { try sink.take(&record, departure) } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }

  @inline(never)
  private mutating func letGo(at time: Timestamp) throws {
    var failure: (any Error)?
    tracker.letGo(at: time, &replay) { record, departure in
      tally.add(record.summary)
      do { try sink.take(&record, departure) } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
    if tracker.hasEvents { try tell() }
  }

  @inline(never)
  private mutating func tell() throws {
    var failure: (any Error)?
    tracker.takeEvents { event in
      do { try sink.take(event) } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }
}
