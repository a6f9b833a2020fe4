import SynfinWire

extension Tracker {
  /// Finds or opens the connection of a segment and hands it over.
  mutating func track(
    _ segment: Segment, _ name: borrowing FlowName, _ delivery: borrowing Delivery
  ) -> PacketVerdict {
    if !options.judgesPackets, let entry = JournalEntry(segment, delivery) {
      track(entry, segment.options.sackBlocks, name)
      return PacketVerdict()
    }
    var arrival = Arrival(segment, delivery, from: .client)
    guard let found = tcpFlows.find(name.key, name.hash) else {
      return begin(&arrival, name, previous: -1)
    }
    arrival.sender = tcpFlows.flows[found].side(name.senderIsLow)
    if segment.flags.isSyn, isNewIncarnation(arrival.sequence, arrival.sender, found) {
      return begin(&arrival, name, previous: found)
    }
    return process(&arrival, found, name.senderIsLow)
  }

  /// Finds or opens the connection of a segment that fits into a journal.
  @inline(__always)
  mutating func track(
    _ entry: borrowing JournalEntry, _ blocks: @autoclosure () -> SACKBlocks,
    _ name: borrowing FlowName
  ) {
    let found = tcpFlows.find(name.key, name.hash)
    // A SYN may open another connection.
    if let found, !entry.flags.isSyn,
      journal.keep(entry, blocks(), senderIsLow: name.senderIsLow, in: &tcpFlows.flows[found])
    {
      return
    }
    trackUnkept(entry, blocks(), name, found)
  }

  /// Takes a segment that may open a connection, or whose connection is not in the journal.
  @inline(never)
  private mutating func trackUnkept(
    _ entry: borrowing JournalEntry, _ blocks: SACKBlocks, _ name: borrowing FlowName,
    _ found: Int32?
  ) {
    guard let found else { return begin(entry, blocks, name, previous: -1) }
    let sender = tcpFlows.flows[found].side(name.senderIsLow)
    if entry.flags.isSyn {
      if isNewIncarnation(entry.sequence, sender, found) {
        return begin(entry, blocks, name, previous: found)
      }
      if journal.keep(
        entry, blocks, senderIsLow: name.senderIsLow, in: &tcpFlows.flows[found])
      {
        return
      }
    }
    var arrival = entry.arrival(from: sender, blocks)
    _ = process(&arrival, found, name.senderIsLow)
  }

  /// Takes a segment of a connection that is not in the journal, or not any longer.
  private mutating func process(
    _ arrival: inout Arrival, _ found: Int32, _ senderIsLow: Bool
  ) -> PacketVerdict {
    let index = belongsToPrevious(arrival, found, senderIsLow)
    let connection = revive(index)
    arrival.sender = tcpFlows.flows[index].side(senderIsLow)
    // RFC 5961 §4.2: what comes back from the old connection challenges the new SYN.
    if index != found {
      connections[connection][arrival.sender.peer].facts.insert(.challenged)
    }
    return process(arrival, connection)
  }

  /// Counts the fragments of a segment that was never completed, if its connection is known.
  mutating func countIncomplete(_ datagram: IncompleteDatagram, _ segment: Segment) {
    let ip = datagram.packet.ip
    let source = segment.sourcePort
    let destination = segment.destinationPort
    let (key, senderIsLow) = FlowKey.make(ip.source, source, ip.destination, destination)
    guard let index = tcpFlows.find(key, key.hash(seed)) else { return }
    let sender = tcpFlows.flows[index].side(senderIsLow)
    let connection = revive(index)
    connections[connection][sender].fragments &+= datagram.fragments
    connections[connection][sender].ipBytes &+= UInt64(ip.totalLength.magnitude)
  }

  // MARK: - Identity

  /// Opens a connection with its first segment, in the journal if that has room for it.
  private mutating func begin(
    _ entry: borrowing JournalEntry, _ blocks: SACKBlocks, _ name: borrowing FlowName,
    previous: Int32
  ) {
    let flags = entry.flags
    let (index, sender) = open(flags, name, previous: previous)
    guard journal.append(entry, blocks, from: sender, to: &tcpFlows.flows[index]) else {
      _ = begin(index, entry.arrival(from: sender, blocks))
      return
    }
    tcpFlows.flows[index].facts.insert(.journaled)
    // With an RST it opens nothing, and its number counts for nothing.
    if flags.isSyn, !flags.contains(.rst) { tcpFlows.flows[index].facts.insert(.startKnown) }
  }

  /// Opens a connection with its first segment.
  private mutating func begin(
    _ arrival: inout Arrival, _ name: borrowing FlowName, previous: Int32
  ) -> PacketVerdict {
    let (index, sender) = open(arrival.flags, name, previous: previous)
    arrival.sender = sender
    return begin(index, arrival)
  }

  private mutating func begin(_ index: Int32, _ arrival: Arrival) -> PacketVerdict {
    let connection = connections.insert(
      makeConnection(of: index, packet: arrival.packet, time: arrival.time))
    tcpFlows.flows[index].place = connection
    _ = live.append(index)
    let labels = takeFirst(arrival, connection)
    return options.judgesPackets
      ? connections[connection].verdict(arrival, labels) : PacketVerdict()
  }

  /// Gives a connection its number, and says whose its first segment is.
  ///
  /// The client is the sender of a SYN, the receiver of a SYN+ACK, else who the ports say.
  private mutating func open(
    _ flags: TCPFlags, _ name: borrowing FlowName, previous: Int32
  ) -> (index: Int32, sender: Side) {
    let portsPointToSender = ServicePorts.pointToSender(name.sourcePort, name.destinationPort)
    let isServer = flags.isSynAck || (!flags.contains(.syn) && portsPointToSender)
    let index = tcpFlows.insert(
      TCPFlow(key: name.key, previous: previous, clientIsLow: name.senderIsLow != isServer),
      name.hash)
    _ = ids.append(UInt32(truncatingIfNeeded: takeID()))
    return (index, isServer ? .server : .client)
  }

  /// Whether a SYN opens another connection than the one that has its addresses and ports.
  private mutating func isNewIncarnation(
    _ number: SequenceNumber, _ sender: Side, _ index: Int32
  ) -> Bool {
    let facts = tcpFlows.flows[index].facts
    if facts.contains(.journaled), facts.contains(.startKnown), sender == .client {
      return tcpFlows.flows[index].start != number
    }
    return connections[revive(index)].isNewIncarnation(number, from: sender)
  }

  /// While a new incarnation is not established, a segment that fits the old one's numbers and not its own belongs to
  /// the old one (RFC 9293 §3.10.7.4, RFC 5961 §4: the challenge ACK to a stray SYN and what follows it).
  private mutating func belongsToPrevious(
    _ arrival: Arrival, _ index: Int32, _ senderIsLow: Bool
  ) -> Int32 {
    let previous = tcpFlows.flows[index].previous
    guard previous >= 0, !arrival.flags.contains(.syn),
      connections[revive(index)].isStranger(arrival)
    else { return index }
    let sender = tcpFlows.flows[previous].side(senderIsLow)
    return connections[revive(previous)].isFamiliar(arrival, from: sender) ? previous : index
  }

  // MARK: - Damage

  /// Counts and labels the segment, and lets the state machine see it unless it is damaged.
  mutating func process(_ arrival: Arrival, _ index: Int32) -> PacketVerdict {
    let labels = take(arrival, index)
    return options.judgesPackets ? connections[index].verdict(arrival, labels) : PacketVerdict()
  }

  /// Takes the first segment of a connection, which may have followed another.
  private mutating func takeFirst(_ arrival: Arrival, _ index: Int32) -> AnalysisLabels {
    connections[index].begin(arrival, &cold)
    let labels = take(arrival, index)
    return connections[index].previous >= 0 ? labels.union(.reusedPorts) : labels
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
    for index in 0..<Int32(live.count) {
      let flow = live[index]
      let connection = tcpFlows.flows[flow].place
      tcpFlows.flows[flow].conclude(countsAt: concludeConnection(connection))
    }
  }

  /// Draws the last conclusions.
  ///
  /// - Returns: the shadow that counts instead of the connection, if the damage was real; else -1.
  private mutating func concludeConnection(_ index: Int32) -> Int32 {
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
  /// Whether a segment does not fit this connection, which is not established yet.
  mutating func isStranger(_ arrival: Arrival) -> Bool {
    guard !has(.established), has(.startSeen) else { return false }
    let sender = arrival.sender
    if sender == .client {
      let offset = arrival.sequence.distance(from: self[.client].initial)
      return !(0...65_536).contains(offset)
    }
    guard arrival.flags.contains(.ack) else { return true }
    let offset = arrival.acknowledgment.distance(from: self[.client].initial)
    return !(1...65_536).contains(offset)
  }

  /// Whether a segment fits the numbers of this connection, which was followed by a new one.
  mutating func isFamiliar(_ arrival: Arrival, from sender: Side) -> Bool {
    guard self[sender].has(.next) else { return false }
    let reach = max(65_536, Int(truncatingIfNeeded: self[sender.peer].maximumWindow))
    return abs(arrival.sequence.distance(from: self[sender].next)) <= reach
  }

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

  /// What to say of a segment after it was taken.
  mutating func verdict(_ arrival: Arrival, _ labels: AnalysisLabels) -> PacketVerdict {
    var verdict = PacketVerdict()
    let sender = arrival.sender
    verdict.connection = id
    verdict.stream = stream
    verdict.sender = sender
    verdict.labels = labels
    verdict.cause = cause
    verdict.sequenceBase = self[sender].analysis.start
    verdict.acknowledgmentBase = self[sender.peer].analysis.start
    if arrival.flags.contains(.syn) {
      verdict.scaledWindow = Int(arrival.segment.window)
    } else if let shift = agreedScale(of: sender) {
      verdict.scaledWindow = Int(arrival.segment.window) << Int(shift)
    }
    verdict.clientState = self[.client].state
    verdict.serverState = self[.server].state
    return verdict
  }
}
