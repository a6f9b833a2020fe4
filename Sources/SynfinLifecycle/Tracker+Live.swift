import SynfinWire

// A tracker that runs for weeks: it notes when each flow was last seen, and tells what happens as it happens.
//
// A TCP connection stays in the journal as long as all its segments have a SYN: of a flood it keeps no more than their
// words.

/// What a tracker keeps if it is to let go of what is over.
struct LiveState: ~Copyable {
  var tcp = WatchTable()
  var udp = WatchTable()
  var icmp = WatchTable()
  var tcpStreams = 0
  /// The time by which silence is measured, which never runs backwards: the latest of all packets, or what the caller says.
  var clock = Int64.min
  var followsPackets = true
  var events: [LifeEvent] = []
  /// Packets that the capture has dropped so far.
  var dropped: UInt64 = 0
  /// Flows that had to leave for others.
  var evicted: UInt64 = 0
  /// The second in which it was last looked who has to leave.
  var lookedAt = Int64.min

  var count: Int { tcp.count + udp.count + icmp.count }

  func count(_ age: Watch.Age) -> Int { tcp.count(age) + udp.count(age) + icmp.count(age) }
}

extension Tracker {
  /// Whether something happened that `takeEvents` would tell.
  public var hasEvents: Bool { !live.events.isEmpty }

  /// Hands out what happened since the last call, in order; only with `TrackerOptions.expiry`.
  public mutating func takeEvents<Failure: Error>(
    _ body: (LifeEvent) throws(Failure) -> Void
  ) throws(Failure) {
    defer { live.events.removeAll(keepingCapacity: true) }
    for event in live.events { try body(event) }
  }

  /// Tells a tracker that does not follow the packets' times what time it is, in nanoseconds that only count up.
  public mutating func setClock(_ nanoseconds: Int64) {
    live.clock = max(live.clock, nanoseconds)
  }

  /// Notes how many packets the capture has dropped so far.
  public mutating func note(dropped: UInt64) { live.dropped = dropped }

  /// Connections and conversations that are kept now; only with `TrackerOptions.expiry`.
  public var liveCount: Int { live.count }

  /// Connections and conversations that had to leave for others.
  public var evicted: UInt64 { live.evicted }

  /// Finds or opens the connection of a segment, and notes what happens.
  mutating func trackLive(
    _ segment: Segment, _ name: borrowing FlowName, _ delivery: borrowing Delivery
  ) {
    guard let found = tcpFlows.find(name.key, name.hash) else {
      return beginLive(segment, name, delivery, previous: -1)
    }
    let sender = tcpFlows.flows[found].side(name.senderIsLow)
    if segment.flags.isSyn, isNewIncarnation(segment.sequenceNumber, sender, found) {
      return beginLive(segment, name, delivery, previous: found)
    }
    if segment.flags.contains(.syn), keep(segment, name, delivery, found) { return }
    var arrival = Arrival(segment, delivery, from: sender)
    let index = process(&arrival, of: found, name.senderIsLow).index
    noteLife(index, delivery.number, delivery.time)
  }

  /// Keeps a repeated SYN or a SYN+ACK in the journal; false if the connection is not there any more.
  private mutating func keep(
    _ segment: Segment, _ name: borrowing FlowName, _ delivery: borrowing Delivery,
    _ found: Int32
  ) -> Bool {
    guard let entry = JournalEntry(segment, delivery),
      journal.keep(
        entry, segment.options.sackBlocks, senderIsLow: name.senderIsLow,
        in: &tcpFlows.flows[found])
    else { return false }
    live.tcp.touch(found, .unanswered, at: live.clock)
    if segment.flags.isSyn { noteSynRetry(found, delivery.number, delivery.time) }
    return true
  }

  private mutating func beginLive(
    _ segment: Segment, _ name: borrowing FlowName, _ delivery: borrowing Delivery, previous: Int32
  ) {
    if previous >= 0 { retirePrevious(of: previous) }
    let (index, sender) = open(segment.flags, name, previous: previous)
    let isSyn = segment.flags.isSyn
    if segment.flags.contains(.syn), let entry = JournalEntry(segment, delivery),
      begin(entry, segment.options.sackBlocks, index, sender)
    {
      return noteOpening(index, isSyn, delivery.number, delivery.time)
    }
    _ = begin(index, Arrival(segment, delivery, from: sender))
    noteOpening(index, isSyn, delivery.number, delivery.time)
    noteLife(index, delivery.number, delivery.time)
  }

  /// Only the latest incarnation and the one before it can get segments: what came before them has ended.
  private mutating func retirePrevious(of index: Int32) {
    let previous = tcpFlows.flows[index].previous
    guard previous >= 0 else { return }
    tcpFlows.flows[index].previous = -1
    live.tcp.touch(previous, .retired, at: live.clock)
  }

  /// Begins to watch a TCP connection, which gets its number by that.
  mutating func watchConnection(_ index: Int32) {
    let watch = Watch(
      id: takeID(), stream: live.tcpStreams, seen: live.clock, droppedBefore: live.dropped)
    live.tcpStreams += 1
    live.tcp.insert(watch, at: index, .unanswered)
  }

  /// The number of a TCP connection's record, and its stream index.
  func identity(of index: Int32) -> (id: Int, stream: Int) {
    guard options.expiry != nil else { return (Int(ids[index]), Int(index)) }
    return (live.tcp.watches[index].id, live.tcp.watches[index].stream)
  }
}
