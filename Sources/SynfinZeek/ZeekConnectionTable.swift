internal import SynfinWire

/// The connections that have not ended, found by their flows, and the rows of those that have.
///
/// Memory is that of the connections alive at once: a place is used again when its connection has ended. A connection is
/// kept in brief as long as that will do; who works on one opens it before and settles it afterwards.
///
/// Its functions are inlined or mutating even where they only read: the compiler copies all of a borrowed table for a call.
struct ZeekConnectionTable: ~Copyable {
  /// The rows of connections that have ended, until somebody takes them.
  var rows: [ZeekRow] = []
  /// Those that are not in brief; `open` says where.
  var connections = ZeekSlab<ZeekConnection>()

  /// How many connections the packet at hand has begun: a handful if it went through tunnels.
  private var begun: UInt8 = 0
  private(set) var flows = ZeekFlowTable()
  private(set) var briefs = ZeekSlab<ZeekBrief>()
  private var timers = ZeekTimers()
  /// The place where connections are worked on that are or will be in brief: one at a time, none that has outgrown it.
  private var desk: Int32
  /// Whether connections are kept in brief at all; tests compare.
  let usesBriefs: Bool

  init(usesBriefs: Bool = true) {
    self.usesBriefs = usesBriefs
    desk = connections.insert(ZeekConnection())
  }

  deinit {
    // A connection owns memory, which its slab knows nothing of.
    for slot in flows.all {
      if case .full(let place) = flows.entries[slot].state, place != desk {
        connections.discard(place)
      }
    }
    connections.discard(desk)
  }

  /// The hash of a flow, which must come along with it.
  @inline(__always)
  func hash(_ flow: ZeekFlow) -> UInt32 { flows.hash(flow) }

  /// The connection of a packet, if there is one.
  @inline(__always)
  func find(_ packet: inout ZeekPacket) -> ZeekMatch? {
    flows.find(packet.flow, hash: packet.hash, guess: packet.position)
  }

  /// Adds the connection of a packet whose flow has none, and leaves it open; its place.
  mutating func add(_ packet: inout ZeekPacket, isFlipped: Bool) -> Int32 {
    connections[desk].begin(packet.flow, now: packet.time, isFlipped: isFlipped)
    return insert(&packet, .full(desk))
  }

  /// Adds the connection of a packet whose flow has none, in brief; its place.
  @inline(__always)
  mutating func add(_ packet: inout ZeekPacket, _ brief: ZeekBrief) -> Int32 {
    let slot = insert(&packet, .brief(briefs.insert(brief)))
    setTimer(slot, due: brief.earliest)
    return slot
  }

  @inline(__always)
  private mutating func insert(_ packet: inout ZeekPacket, _ state: ZeekPlace) -> Int32 {
    let order = packet.number << 8 | UInt64(begun)
    begun &+= 1
    return flows.insert(
      ZeekEntry(flow: packet.flow, hash: packet.hash, order: order, state: state))
  }

  /// The unique identifier of a connection.
  mutating func uid(_ slot: Int32) -> ZeekUID {
    let start =
      switch flows.entries[slot].state {
      case .brief(let brief): briefs[brief].start
      case .full(let place): connections[place].shared.start
      }
    return flows.entries[slot].uid(start: start)
  }

  /// Makes sure that a connection is not in brief; where it is among `connections`.
  @inline(__always)
  mutating func open(_ slot: Int32) -> Int32 {
    switch flows.entries[slot].state {
    case .full(let place): return place
    case .brief(let brief):
      unfold(slot, brief)
      briefs.remove(brief)
      flows.entries[slot].state = .full(desk)
      return desk
    }
  }

  /// Puts a connection in brief on the desk.
  private mutating func unfold(_ slot: Int32, _ brief: Int32) {
    connections[desk].unfold(briefs[brief], flows.entries[slot].flow)
  }

  /// Takes a UDP datagram with a good checksum if the connection is in brief and may stay so; false if nothing was done.
  @inline(__always)
  mutating func takeInBrief(
    _ packet: inout ZeekPacket, _ slot: Int32, isFromFirst: Bool
  ) -> Bool {
    guard case .brief(let brief) = flows.entries[slot].state else { return false }
    return briefs[brief].take(
      packet.message, isFromFirst: isFromFirst, respPort: respPort(slot), ipBytes: packet.ipBytes,
      now: packet.time)
  }

  /// The responder's port.
  @inline(__always)
  func respPort(_ slot: Int32) -> UInt16 {
    let isFirstOrig =
      switch flows.entries[slot].state {
      case .brief(let brief): briefs[brief].isFirstOrig
      case .full(let place): connections[place].first.isOrig
      }
    return isFirstOrig
      ? flows.entries[slot].flow.destinationPort : flows.entries[slot].flow.sourcePort
  }

  /// Whether Zeek opens no tunnels in a connection any more.
  @inline(__always)
  func isClosedToTunnels(_ slot: Int32) -> Bool {
    switch flows.entries[slot].state {
    case .brief(let brief): briefs[brief].isClosedToTunnels
    case .full(let place): connections[place].shared.isClosedToTunnels
    }
  }

  /// Takes a bare SYN+ACK if it answers the bare SYN of a connection in brief; false if nothing was done.
  @inline(__always)
  mutating func answerInBrief(_ packet: inout ZeekPacket, _ match: ZeekMatch) -> Bool {
    guard case .brief(let brief) = flows.entries[match.slot].state,
      briefs[brief].answer(
        &packet, isFromFirst: match.isForward, respPort: respPort(match.slot))
    else { return false }
    setTimer(match.slot, due: briefs[brief].earliest)
    return true
  }

  /// Makes sure that an open connection is looked at when its next deadline comes, and puts it back in brief if it may be.
  @inline(__always)
  mutating func settle(_ slot: Int32) {
    guard case .full(let place) = flows.entries[slot].state else { return }
    if connections[place].shared.deadlines.hasChanged {
      connections[place].shared.deadlines.hasChanged = false
      setTimer(slot, due: connections[place].shared.deadlines.earliest)
    }
    // Who has outgrown it once will not fit again.
    if place == desk { clearDesk(slot) }
  }

  /// Puts what lies on the desk back in brief, or leaves it there and takes another desk.
  private mutating func clearDesk(_ slot: Int32) {
    let isTCP = flows.entries[slot].flow.transport == .tcp
    if usesBriefs, ZeekBrief.hasRoom(for: &connections[desk], isTCP: isTCP) {
      let brief = briefs.insert(ZeekBrief(&connections[desk], isTCP: isTCP))
      flows.entries[slot].state = .brief(brief)
    } else {
      desk = connections.insert(ZeekConnection())
    }
  }

  @inline(__always)
  private mutating func setTimer(_ slot: Int32, due: Int64) {
    guard due < flows.entries[slot].timerDue else { return }
    flows.entries[slot].timerDue = due
    timers.add(ZeekTimers.Entry(due: due, order: flows.entries[slot].order, slot: slot))
  }

  /// Ends a connection.
  mutating func end(_ slot: Int32) {
    rows.append(row(slot))
    remove(slot)
  }

  /// Ends all connections in the order of their first packets.
  mutating func endAll(_ body: (ZeekRow) throws -> Void) rethrows {
    let slots = flows.sorted()
    for (index, slot) in slots.enumerated() {
      if index + 16 < slots.count { flows.entries.prefetch(slots[index + 16]) }
      if index + 8 < slots.count { prefetchState(slots[index + 8]) }
      try body(row(slot))
    }
    removeAll(slots)
  }

  /// Looks at the connections whose time has come when a packet does.
  @inline(__always)
  mutating func beginPacket(at now: Int64) {
    begun = 0
    if timers.earliest <= now { runDueTimers(at: now) }
  }

  private mutating func runDueTimers(at now: Int64) {
    while let entry = timers.next(at: now) {
      let slot = entry.slot
      prefetch(timers.soon)
      // Connections that have ended leave their entries behind, and so do deadlines that moved forward.
      guard flows.entries[slot].order == entry.order, flows.entries[slot].timerDue == entry.due
      else { continue }
      flows.entries[slot].timerDue = .max
      let (isOver, due) = look(slot, at: now)
      if isOver { end(slot) } else { setTimer(slot, due: due) }
    }
  }

  /// Does what a connection's earliest deadline demands; whether it ends, and if not, when to look again.
  private mutating func look(_ slot: Int32, at now: Int64) -> (isOver: Bool, due: Int64) {
    switch flows.entries[slot].state {
    case .brief(let brief):
      return briefs[brief].look(at: now, flows.entries[slot].flow)
    case .full(let place):
      let isOver = connections[place].look(at: now)
      return (isOver, connections[place].shared.deadlines.earliest)
    }
  }

  private mutating func row(_ slot: Int32) -> ZeekRow {
    switch flows.entries[slot].state {
    case .full(let place): return connections[place].row(flows.entries[slot])
    case .brief(let brief): return briefs[brief].row(flows.entries[slot])
    }
  }

  private mutating func remove(_ slot: Int32) {
    switch flows.entries[slot].state {
    case .full(let place) where place == desk: connections[desk] = ZeekConnection()
    case .full(let place): connections.remove(place)
    case .brief(let brief): briefs.remove(brief)
    }
    flows.entries[slot].timerDue = .max
    flows.remove(slot)
  }

  /// Lets go of all connections at once, which is less work than one by one.
  private mutating func removeAll(_ slots: [Int32]) {
    for slot in slots {
      if case .full(let place) = flows.entries[slot].state { connections.remove(place) }
    }
    flows = ZeekFlowTable()
    briefs = ZeekSlab()
    timers = ZeekTimers()
  }
}
