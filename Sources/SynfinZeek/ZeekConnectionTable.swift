/// The connections that have not ended, found by their flows, and the rows of those that have.
///
/// Memory is that of the connections alive at once: a place is used again when its connection has ended.
struct ZeekConnectionTable: ~Copyable {
  /// The rows of connections that have ended, until somebody takes them.
  var rows: [ZeekRow] = []

  private var connections: [ZeekConnection] = []
  private var free: [Int] = []
  private var index: [ZeekFlowKey: Int] = [:]
  private var timers = ZeekTimers()
  private var nextID: UInt64 = 0

  subscript(slot: Int) -> ZeekConnection {
    _read { yield connections[slot] }
    _modify { yield &connections[slot] }
  }

  /// Where the connection of a flow is, if there is one.
  func find(_ key: ZeekFlowKey) -> Int? { index[key] }

  /// Adds the connection of a flow that has none; its place.
  mutating func add(_ flow: ZeekFlow, uid: ZeekUID, at now: Int64, isFlipped: Bool) -> Int {
    nextID += 1
    let connection = ZeekConnection(
      id: nextID, flow: flow, uid: uid, now: now, isFlipped: isFlipped)
    let slot = free.popLast() ?? connections.count
    if slot == connections.count {
      connections.append(connection)
    } else {
      connections[slot] = connection
    }
    index[connection.key] = slot
    return slot
  }

  /// Ends a connection.
  mutating func end(_ slot: Int) {
    rows.append(connections[slot].row)
    index[connections[slot].key] = nil
    connections[slot].retire()
    free.append(slot)
  }

  /// Ends all connections in the order of their first packets.
  mutating func endAll(_ body: (ZeekRow) throws -> Void) rethrows {
    let slots = index.values.sorted { connections[$0].id < connections[$1].id }
    index = [:]
    for slot in slots {
      try body(connections[slot].row)
      connections[slot].retire()
      free.append(slot)
    }
  }

  /// Looks at the connections whose time has come.
  mutating func runTimers(at now: Int64) {
    while let entry = timers.next(at: now) {
      let slot = entry.slot
      // Connections that have ended leave their entries behind, and so do deadlines that moved forward.
      guard connections[slot].id == entry.connection, connections[slot].timerDue == entry.due
      else { continue }
      connections[slot].timerDue = .max
      if connections[slot].look(at: now) { end(slot) } else { setTimer(slot) }
    }
  }

  /// Makes sure that a connection is looked at when its next deadline comes.
  mutating func setTimer(_ slot: Int) {
    let due = connections[slot].shared.deadlines.next.due
    guard due < connections[slot].timerDue else { return }
    connections[slot].timerDue = due
    timers.add(ZeekTimers.Entry(due: due, connection: connections[slot].id, slot: slot))
  }
}
