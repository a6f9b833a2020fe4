import SynfinWire

extension Tracker {
  /// Finds or opens the connection of a segment and hands it over.
  mutating func track(
    _ segment: Segment, _ ip: InternetHeader, _ fragments: UInt32, _ number: UInt64,
    _ time: Timestamp
  ) -> PacketVerdict {
    let key = FlowKey(
      ip.source, segment.sourcePort, ip.destination, segment.destinationPort)
    let senderIsLow = FlowKey.isLow(
      ip.source, segment.sourcePort, ip.destination, segment.destinationPort)
    var arrival = Arrival(
      segment: segment, identification: ip.identification, ipBytes: ip.totalLength.magnitude,
      hasDamagedHeader: ip.headerChecksum == .wrong, fragments: fragments, sender: .client,
      packet: number, time: time)
    var isReuse = false
    var index: Int32
    if let found = connections.find(key) {
      arrival.sender = side(senderIsLow, found)
      if segment.flags.isSyn && connections.flows[found].isNewIncarnation(arrival) {
        index = open(&arrival, key, senderIsLow, previous: found)
        isReuse = true
      } else {
        index = belongsToPrevious(arrival, found, senderIsLow)
        arrival.sender = side(senderIsLow, index)
        // RFC 5961 §4.2: what comes back from the old connection challenges the new SYN.
        if index != found {
          connections.flows[index][arrival.sender.peer].facts.insert(.challenged)
        }
      }
    } else {
      index = open(&arrival, key, senderIsLow, previous: -1)
    }
    var verdict = process(arrival, index)
    if isReuse { verdict.labels.insert(.reusedPorts) }
    if !verdict.labels.isEmpty {
      connections.flows[index].count(verdict.labels, of: arrival.sender, &cold.labelCounts)
    }
    return verdict
  }

  /// Counts the fragments of a segment that was never completed, if its connection is known.
  mutating func countIncomplete(_ datagram: IncompleteDatagram, _ segment: Segment) {
    let ip = datagram.packet.ip
    let source = segment.sourcePort
    let destination = segment.destinationPort
    let key = FlowKey(ip.source, source, ip.destination, destination)
    guard let index = connections.find(key) else { return }
    let sender = side(FlowKey.isLow(ip.source, source, ip.destination, destination), index)
    connections.flows[index][sender].fragments &+= datagram.fragments
    connections.flows[index][sender].ipBytes &+= UInt64(ip.totalLength.magnitude)
  }

  func side(_ senderIsLow: Bool, _ index: Int32) -> Side {
    senderIsLow == connections.flows[index].clientIsLow ? .client : .server
  }

  // MARK: - Identity

  /// Opens a connection: the client is the sender of a SYN, the receiver of a SYN+ACK, else who the ports say.
  private mutating func open(
    _ arrival: inout Arrival, _ key: FlowKey, _ senderIsLow: Bool, previous: Int32
  ) -> Int32 {
    let segment = arrival.segment
    let isServer =
      segment.flags.isSynAck
      || (!segment.flags.contains(.syn)
        && ServicePorts.pointToSender(segment.sourcePort, segment.destinationPort))
    arrival.sender = isServer ? .server : .client
    var connection = Connection(
      key: key, id: takeID(), stream: tcpStreams, clientIsLow: senderIsLow != isServer,
      previous: previous, packet: arrival.packet, time: arrival.time, ends: endpoints.makePair())
    tcpStreams += 1
    if segment.flags.isSyn { connection.facts.insert(.startSeen) }
    if !segment.flags.contains(.syn) { connection.facts.insert(.clientInferred) }
    return connections.insert(connection)
  }

  /// While a new incarnation is not established, a segment that fits the old one's numbers and not its own belongs to
  /// the old one (RFC 9293 §3.10.7.4, RFC 5961 §4: the challenge ACK to a stray SYN and what follows it).
  private mutating func belongsToPrevious(
    _ arrival: Arrival, _ index: Int32, _ senderIsLow: Bool
  ) -> Int32 {
    let previous = connections.flows[index].previous
    guard previous >= 0, !arrival.flags.contains(.syn),
      connections.flows[index].isStranger(arrival)
    else { return index }
    let sender = side(senderIsLow, previous)
    return connections.flows[previous].isFamiliar(arrival, from: sender) ? previous : index
  }

  // MARK: - Damage

  /// Counts and labels the segment, and lets the state machine see it unless it is damaged.
  private mutating func process(_ arrival: Arrival, _ index: Int32) -> PacketVerdict {
    connections.flows[index].count(arrival, &cold)
    let labels = connections.flows[index].label(arrival)
    if isDamaged(arrival) {
      receiveDamaged(arrival, index)
    } else {
      noteGoodChecksum(arrival, index)
      connections.flows[index].receive(arrival, &cold)
      let shadow = connections.flows[index].shadow
      if shadow >= 0 { shadows[shadow].receive(arrival, &cold) }
    }
    return connections.flows[index].verdict(arrival, labels)
  }

  private func isDamaged(_ arrival: Arrival) -> Bool {
    !options.ignoresChecksums
      && (arrival.segment.checksum == .wrong || arrival.hasDamagedHeader)
  }

  private mutating func noteGoodChecksum(_ arrival: Arrival, _ index: Int32) {
    switch arrival.segment.checksum {
    case .correct: connections.flows[index][arrival.sender].facts.insert(.goodChecksum)
    case .offloaded:
      connections.flows[index][arrival.sender].facts.insert([.goodChecksum, .offloadedChecksum])
    default: break
    }
  }

  /// A damaged segment counts only if every segment of its side turns out to be "damaged": then
  /// it is the capture that came before the checksum.
  ///
  /// That is known at the end alone, so from the first such segment on two connections live side by
  /// side: this one, which takes damaged segments as long as its side sent no good one, and a shadow, which takes none.
  private mutating func receiveDamaged(_ arrival: Arrival, _ index: Int32) {
    let sender = arrival.sender
    if connections.flows[index].shadow < 0 { makeShadow(of: index) }
    let shadow = connections.flows[index].shadow
    shadows[shadow].noteDamage(arrival, &cold.logs)
    let takesIt = !connections.flows[index][sender].has(.goodChecksum)
    connections.flows[index].noteDamage(arrival, &cold.logs)
    if takesIt { connections.flows[index].receive(arrival, &cold) }
  }

  private mutating func makeShadow(of index: Int32) {
    let shadow = shadows.insertCopy(of: index, from: connections.flows)
    connections.flows[index].shadow = shadow
    shadows[shadow].ends = endpoints.makeCopy(of: connections.flows[index].ends)
    shadows[shadow].separate(&cold)
  }

  /// The record of a connection.
  mutating func finishConnection(_ index: Int32) -> ConnectionRecord {
    let shadow = concludeConnection(index)
    return shadow < 0 ? connections.flows[index].record(cold) : shadows[shadow].record(cold)
  }

  /// What a summary needs of a connection.
  mutating func summarizeConnection(_ index: Int32) -> RecordSummary {
    let shadow = concludeConnection(index)
    return shadow < 0 ? connections.flows[index].summary(cold) : shadows[shadow].summary(cold)
  }

  /// Draws the last conclusions.
  ///
  /// - Returns: the shadow that counts instead of the connection, if the damage was real; else -1.
  private mutating func concludeConnection(_ index: Int32) -> Int32 {
    let shadow = connections.flows[index].shadow
    guard shadow >= 0, !connections.flows[index].allWrong(.client),
      !connections.flows[index].allWrong(.server)
    else {
      connections.flows[index].conclude(&cold)
      return -1
    }
    // A SYN that was answered arrived intact, whatever its checksum says in the file.
    let handshakeIsDamaged =
      connections.flows[index].has(.established) && !shadows[shadow].startWasSeen
    if handshakeIsDamaged {
      connections.flows[index].denyDamage()
      connections.flows[index].conclude(&cold)
      return -1
    }
    Self.takeCounters(&shadows, shadow, from: connections.flows, index)
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
