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

  private var flows = ZeekFlowTable()
  private var briefs = ZeekSlab<ZeekBrief>()
  private var timers = ZeekTimers()
  /// Whether connections are kept in brief at all; tests compare.
  private let usesBriefs: Bool

  init(usesBriefs: Bool = true) {
    self.usesBriefs = usesBriefs
  }

  deinit {
    // A connection owns memory, which its slab knows nothing of.
    for slot in flows.all {
      if case .full(let place) = flows.entries[slot].state { connections.discard(place) }
    }
  }

  /// The connection of a flow, if there is one.
  @inline(__always)
  func find(_ flow: ZeekFlow) -> ZeekMatch? { flows.find(flow) }

  /// Adds the connection of a flow that has none, and leaves it open; its place.
  mutating func add(_ flow: ZeekFlow, order: UInt64, at now: Int64, isFlipped: Bool) -> Int32 {
    let place = connections.insert(ZeekConnection(flow, now: now, isFlipped: isFlipped))
    return flows.insert(ZeekEntry(flow: flow, order: order, start: now, state: .full(place)))
  }

  /// The unique identifier of a connection.
  mutating func uid(_ slot: Int32) -> ZeekUID { flows.entries[slot].uid }

  /// Makes sure that a connection is not in brief; where it is among `connections`.
  @inline(__always)
  mutating func open(_ slot: Int32) -> Int32 {
    switch flows.entries[slot].state {
    case .full(let place): place
    case .brief(let place): unfold(slot, place)
    }
  }

  private mutating func unfold(_ slot: Int32, _ brief: Int32) -> Int32 {
    let place = connections.insert(
      ZeekConnection(
        briefs[brief], flows.entries[slot].flow, start: flows.entries[slot].start))
    briefs.remove(brief)
    flows.entries[slot].state = .full(place)
    return place
  }

  /// Takes a UDP datagram with a good checksum if the connection is in brief and may stay so; false if nothing was done.
  @inline(__always)
  mutating func takeInBrief(
    _ message: ZeekMessage, _ slot: Int32, isFromFirst: Bool, ipBytes: Int, now: Int64
  ) -> Bool {
    guard case .brief(let brief) = flows.entries[slot].state else { return false }
    return briefs[brief].take(
      message, isFromFirst: isFromFirst, respPort: respPort(slot), ipBytes: ipBytes, now: now)
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

  /// Makes sure that an open connection is looked at when its next deadline comes, and puts it back in brief if it may be.
  mutating func settle(_ slot: Int32) {
    guard case .full(let place) = flows.entries[slot].state else { return }
    if connections[place].shared.deadlines.hasChanged {
      connections[place].shared.deadlines.hasChanged = false
      setTimer(slot, due: connections[place].shared.deadlines.next.due)
    }
    // Who has outgrown it once will not fit again.
    guard usesBriefs, !connections[place].shared.hasOutgrownBrief else { return }
    if let brief = ZeekBrief(&connections[place], flows.entries[slot].flow) {
      connections.remove(place)
      flows.entries[slot].state = .brief(briefs.insert(brief))
    } else {
      connections[place].shared.hasOutgrownBrief = true
    }
  }

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
    for slot in flows.sorted() { try body(row(slot)) }
    removeAll()
  }

  /// Looks at the connections whose time has come.
  @inline(__always)
  mutating func runTimers(at now: Int64) {
    if timers.earliest <= now { runDueTimers(at: now) }
  }

  private mutating func runDueTimers(at now: Int64) {
    while let entry = timers.next(at: now) {
      let slot = entry.slot
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
      return (isOver, connections[place].shared.deadlines.next.due)
    }
  }

  private mutating func row(_ slot: Int32) -> ZeekRow {
    switch flows.entries[slot].state {
    case .full(let place): return connections[place].row(flows.entries[slot])
    case .brief(let brief):
      var connection = ZeekConnection(
        briefs[brief], flows.entries[slot].flow, start: flows.entries[slot].start)
      return connection.row(flows.entries[slot])
    }
  }

  private mutating func remove(_ slot: Int32) {
    switch flows.entries[slot].state {
    case .full(let place): connections.remove(place)
    case .brief(let brief): briefs.remove(brief)
    }
    flows.entries[slot].timerDue = .max
    flows.remove(slot)
  }

  /// Lets go of all connections at once, which is less work than one by one.
  private mutating func removeAll() {
    for slot in flows.all {
      if case .full(let place) = flows.entries[slot].state { connections.remove(place) }
    }
    flows = ZeekFlowTable()
    briefs = ZeekSlab()
    timers = ZeekTimers()
  }
}
