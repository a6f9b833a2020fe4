// What will be needed soon is fetched while something else is done.

extension ZeekConnectionTable {
  /// Fetches the place in the table where the search for a hash begins.
  @inline(__always)
  func prefetchSlot(_ hash: UInt32) { flows.prefetchSlot(hash) }

  /// Fetches what is known of every connection, when its place in the table is there; where in the table that is.
  @inline(__always)
  func prefetchEntry(_ hash: UInt32) -> UInt32 {
    let position = flows.position(of: hash)
    let slot = flows.slot(at: position, hash)
    if slot >= 0 { flows.entries.prefetch(slot) }
    return position
  }

  /// Fetches a connection of which that is there.
  @inline(__always)
  func prefetchConnection(_ hash: UInt32, at position: UInt32) {
    let slot = flows.slot(at: position, hash)
    if slot >= 0 { prefetchState(slot) }
  }

  @inline(__always)
  func prefetchState(_ slot: Int32) {
    switch flows.entries[slot].state {
    case .brief(let brief): briefs.prefetch(brief)
    case .full(let place):
      let lines = ZeekConnection.usualLines
      connections.prefetch(place, lines: lines.shared)
      connections.prefetch(place, lines: lines.first)
      connections.prefetch(place, lines: lines.second)
    }
  }

  /// Fetches connections whose timers come soon.
  @inline(__always)
  func prefetch(_ timers: (near: Int32, far: Int32)) {
    if timers.far >= 0 { flows.entries.prefetch(timers.far) }
    if timers.near >= 0 {
      flows.prefetchSlot(flows.entries[timers.near].hash)
      prefetchState(timers.near)
      if case .full(let place) = flows.entries[timers.near].state {
        connections.prefetch(place, lines: ZeekConnection.deadlineLines)
      }
    }
  }
}
