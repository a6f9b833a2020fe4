import SynfinWire

extension Tracker {
  /// Finds or opens the connection of a segment and hands it over.
  mutating func track(
    _ segment: Segment, _ name: borrowing FlowName, _ delivery: borrowing Delivery
  ) -> PacketVerdict {
    if options.expiry != nil {
      trackLive(segment, name, delivery)
      return PacketVerdict()
    }
    if !options.judgesPackets, let entry = JournalEntry(segment, delivery) {
      track(entry, segment.options.sackBlocks, name, tcpFlows.find(name.key, name.hash))
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
    return process(&arrival, of: found, name.senderIsLow).verdict
  }

  /// Opens the connection of a segment that fits into a journal, unless it was found.
  @inline(__always)
  mutating func track(
    _ entry: borrowing JournalEntry, _ blocks: @autoclosure () -> SACKBlocks,
    _ name: borrowing FlowName, _ found: Int32?
  ) {
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
    if tcpFlows.flows[found].isLiveAlone {
      // Nobody else's, and intact, as all that fits into words.
      takeIntact(arrival, tcpFlows.flows[found].place)
    } else {
      _ = process(&arrival, of: found, name.senderIsLow)
    }
  }

  /// Takes a segment of a connection that is not in the journal, or not any longer, and says of which one it is.
  mutating func process(
    _ arrival: inout Arrival, of found: Int32, _ senderIsLow: Bool
  ) -> (verdict: PacketVerdict, index: Int32) {
    let index = belongsToPrevious(arrival, found, senderIsLow)
    let connection = revive(index)
    arrival.sender = tcpFlows.flows[index].side(senderIsLow)
    // RFC 5961 §4.2: what comes back from the old connection challenges the new SYN.
    if index != found {
      connections[connection][arrival.sender.peer].facts.insert(.challenged)
    }
    return (process(arrival, connection), index)
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
    let (index, sender) = open(entry.flags, name, previous: previous)
    if begin(entry, blocks, index, sender) { return }
    _ = begin(index, entry.arrival(from: sender, blocks))
  }

  /// Begins the journal of a connection with its first segment; false if that does not fit.
  mutating func begin(
    _ entry: borrowing JournalEntry, _ blocks: SACKBlocks, _ index: Int32, _ sender: Side
  ) -> Bool {
    guard journal.begin(entry, blocks, from: sender, in: &tcpFlows.flows[index]) else {
      return false
    }
    // With an RST it opens nothing, and its number counts for nothing.
    if entry.flags.isSyn, !entry.flags.contains(.rst) {
      tcpFlows.flows[index].facts.insert(.startKnown)
    }
    return true
  }

  /// Opens a connection with its first segment.
  private mutating func begin(
    _ arrival: inout Arrival, _ name: borrowing FlowName, previous: Int32
  ) -> PacketVerdict {
    let (index, sender) = open(arrival.flags, name, previous: previous)
    arrival.sender = sender
    return begin(index, arrival)
  }

  mutating func begin(_ index: Int32, _ arrival: Arrival) -> PacketVerdict {
    let connection = connections.insert(
      makeConnection(of: index, packet: arrival.packet, time: arrival.time))
    tcpFlows.flows[index].place = connection
    noteInConnection(index)
    let labels = takeFirst(arrival, connection)
    return options.judgesPackets
      ? connections[connection].verdict(arrival, labels) : PacketVerdict()
  }

  /// Gives a connection its number, and says whose its first segment is.
  ///
  /// The client is the sender of a SYN, the receiver of a SYN+ACK, else who the ports say.
  mutating func open(
    _ flags: TCPFlags, _ name: borrowing FlowName, previous: Int32
  ) -> (index: Int32, sender: Side) {
    let portsPointToSender = ServicePorts.pointToSender(name.sourcePort, name.destinationPort)
    let isServer = flags.isSynAck || (!flags.contains(.syn) && portsPointToSender)
    let index = tcpFlows.insert(
      TCPFlow(key: name.key, previous: previous, clientIsLow: name.senderIsLow != isServer),
      name.hash)
    if options.expiry == nil {
      _ = ids.append(UInt32(truncatingIfNeeded: takeID()))
    } else {
      watchConnection(index)
    }
    return (index, isServer ? .server : .client)
  }

  /// Whether a SYN opens another connection than the one that has its addresses and ports.
  mutating func isNewIncarnation(
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
