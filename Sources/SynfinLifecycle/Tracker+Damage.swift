import SynfinWire

// Segments with wrong checksums: damage on the network, or a capture that came before the checksum.

extension Tracker {
  /// Counts and labels the segment, and lets the state machine see it unless it is damaged.
  mutating func process(_ arrival: Arrival, _ index: Int32) -> PacketVerdict {
    let labels = take(arrival, index)
    return options.judgesPackets ? connections[index].verdict(arrival, labels) : PacketVerdict()
  }

  /// Takes the first segment of a connection, which may have followed another.
  mutating func takeFirst(_ arrival: Arrival, _ index: Int32) -> AnalysisLabels {
    connections[index].begin(arrival, &cold)
    let labels = take(arrival, index)
    return connections[index].followsAnother ? labels.union(.reusedPorts) : labels
  }

  /// Takes an intact segment, when nobody asks what it means.
  @inline(__always)
  mutating func takeIntact(_ arrival: Arrival, _ index: Int32) {
    if connections[index].shadow < 0 {
      _ = connections[index].take(arrival, &cold)
    } else {
      _ = take(arrival, index)
    }
  }

  /// Takes a segment.
  private mutating func take(_ arrival: Arrival, _ index: Int32) -> AnalysisLabels {
    guard isDamaged(arrival) || connections[index].shadow >= 0 else {
      return connections[index].take(arrival, &cold)
    }
    connections[index].count(arrival, &cold)
    let labels = connections[index].label(arrival)
    if isDamaged(arrival) {
      receiveDamaged(arrival, index)
    } else {
      connections[index][arrival.sender].facts.formUnion(arrival.segment.checksum.factsOfGood)
      connections[index].receive(arrival, &cold)
      let shadow = connections[index].shadow
      if shadow >= 0 { shadows[shadow].receive(arrival, &cold) }
    }
    if !labels.isEmpty { connections[index].count(labels, of: arrival.sender, &cold.labelCounts) }
    return labels
  }

  private func isDamaged(_ arrival: Arrival) -> Bool {
    !options.ignoresChecksums
      && (arrival.segment.checksum == .wrong || arrival.hasDamagedHeader)
  }

  /// A damaged segment counts only if every segment of its side turns out to be "damaged": then
  /// it is the capture that came before the checksum.
  ///
  /// That is known at the end alone, so from the first such segment on two connections live side by
  /// side: this one, which takes damaged segments as long as its side sent no good one, and a shadow, which takes none.
  private mutating func receiveDamaged(_ arrival: Arrival, _ index: Int32) {
    let sender = arrival.sender
    if connections[index].shadow < 0 { makeShadow(of: index) }
    let shadow = connections[index].shadow
    shadows[shadow].noteDamage(arrival, &cold.logs)
    let takesIt = !connections[index][sender].has(.goodChecksum)
    connections[index].noteDamage(arrival, &cold.logs)
    if takesIt { connections[index].receive(arrival, &cold) }
  }

  private mutating func makeShadow(of index: Int32) {
    let shadow = shadows.insertCopy(of: index, from: connections)
    connections[index].shadow = shadow
    shadows[shadow].ends = endpoints.makeCopy(of: connections[index].ends)
    shadows[shadow].separate(&cold)
  }

  /// Draws the last conclusions of all connections that are not in the journal.
  mutating func concludeConnections() {
    for index in 0..<Int32(revived.count) {
      let flow = revived[index]
      let connection = tcpFlows.flows[flow].place
      tcpFlows.flows[flow].conclude(countsAt: concludeConnection(connection))
    }
  }

  /// Draws the last conclusions.
  ///
  /// - Returns: the shadow that counts instead of the connection, if the damage was real; else -1.
  mutating func concludeConnection(_ index: Int32) -> Int32 {
    let shadow = connections[index].shadow
    guard shadow >= 0, !connections[index].allWrong(.client),
      !connections[index].allWrong(.server)
    else {
      connections[index].conclude(&cold)
      return -1
    }
    // A SYN that was answered arrived intact, whatever its checksum says in the file.
    let handshakeIsDamaged =
      connections[index].has(.established) && !shadows[shadow].startWasSeen
    if handshakeIsDamaged {
      connections[index].denyDamage()
      connections[index].conclude(&cold)
      return -1
    }
    Self.takeCounters(&shadows, shadow, from: connections, index)
    shadows[shadow].conclude(&cold)
    return shadow
  }

  private static func takeCounters(
    _ shadows: inout Slab<Connection>, _ shadow: Int32, from flows: borrowing Slab<Connection>,
    _ index: Int32
  ) {
    shadows[shadow].takeCounters(of: flows[index])
  }
}

extension Connection {
  /// Counts a damaged segment.
  mutating func noteDamage(_ arrival: Arrival, _ logs: inout Slab<ProblemLog>) {
    self[arrival.sender].damagedPackets &+= 1
    self[arrival.sender].facts.insert(.wrongChecksum)
    if arrival.payload > 0 { noteDamagedRun(arrival) }
    if log < 0 { log = logs.insert(ProblemLog()) }
    logs[log].note(.damaged, arrival.packet)
  }

  private mutating func noteDamagedRun(_ arrival: Arrival) {
    let sender = arrival.sender
    if !self[sender].has(.damagedRun) || self[sender].damagedEnd != arrival.sequence {
      self[sender].damagedStart = arrival.sequence
    }
    self[sender].damagedEnd = arrival.sequence + arrival.payload
    self[sender].facts.insert(.damagedRun)
  }

  /// Gives a copy its own logs and holes.
  mutating func separate(_ cold: inout ColdStorage) {
    if log >= 0 {
      let copy = cold.logs[log]
      log = cold.logs.insert(copy)
    }
    for side in [Side.client, .server] where self[side].ranges >= 0 {
      let copy = cold.ranges[self[side].ranges]
      self[side].ranges = cold.ranges.insert(copy)
    }
    for side in [Side.client, .server] {
      self[side].roundTripTime.separate(&cold.histograms)
      self[side].clockRoundTripTime.separate(&cold.histograms)
    }
    if stalls >= 0 {
      let copy = cold.stalls[stalls]
      stalls = cold.stalls.insert(copy)
    }
    for side in [Side.client, .server] where self[side].keepAlive >= 0 {
      let copy = cold.keepAlives[self[side].keepAlive]
      self[side].keepAlive = cold.keepAlives.insert(copy)
    }
    for side in [Side.client, .server] where self[side].repairs >= 0 {
      let copy = cold.repairs[self[side].repairs]
      self[side].repairs = cold.repairs.insert(copy)
    }
  }

  /// Gives back what is kept elsewhere.
  mutating func release(_ cold: inout ColdStorage) {
    if log >= 0 { cold.logs.remove(log) }
    if stalls >= 0 { cold.stalls.remove(stalls) }
    if labelCounts >= 0 { cold.labelCounts.remove(labelCounts) }
    for side in [Side.client, .server] {
      if self[side].ranges >= 0 { cold.ranges.remove(self[side].ranges) }
      if self[side].keepAlive >= 0 { cold.keepAlives.remove(self[side].keepAlive) }
      if self[side].repairs >= 0 { cold.repairs.remove(self[side].repairs) }
      self[side].roundTripTime.release(&cold.histograms)
      self[side].clockRoundTripTime.release(&cold.histograms)
    }
  }

  /// Takes the counts that do not depend on which segments were good.
  mutating func takeCounters(of other: borrowing Connection) {
    lastPacket = other.lastPacket
    last = other.last
    latest = other.latest
    longestIdle = other.longestIdle
    completeness = other.completeness
    labelCounts = other.labelCounts
    for side in [Side.client, .server] {
      self[side].packets = other[side].packets
      self[side].fragments = other[side].fragments
      self[side].ipBytes = other[side].ipBytes
      self[side].payloadBytes = other[side].payloadBytes
      self[side].largestSegment = other[side].largestSegment
      self[side].damagedPackets = other[side].damagedPackets
      self[side].facts.formUnion(
        other[side].facts.intersection([.goodChecksum, .wrongChecksum, .offloadedChecksum]))
    }
  }
}
