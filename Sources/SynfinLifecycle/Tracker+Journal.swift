import SynfinWire

// Connections whose segments wait in the journal: what they amount to is found out at the end, or when a segment comes
// that asks.

extension Tracker {
  /// Puts a segment into the journal if that is all there is to do with it.
  mutating func keep(
    _ segment: Segment, _ ip: InternetHeader, _ number: UInt64, _ time: Timestamp
  ) -> Bool {
    // A SYN may open another connection.
    guard !options.judgesPackets, !segment.flags.isSyn else { return false }
    let (key, senderIsLow) = FlowKey.make(
      ip.source, segment.sourcePort, ip.destination, segment.destinationPort)
    guard let found = tcpFlows.find(key) else { return false }
    return keep(segment, ip, tcpFlows.flows[found].side(senderIsLow), number, time, found)
  }

  /// Puts a segment into the journal of its connection; false if it is not there, or the segment not for it.
  @inline(__always)
  mutating func keep(
    _ segment: Segment, _ ip: InternetHeader, _ sender: Side, _ number: UInt64, _ time: Timestamp,
    _ index: Int32
  ) -> Bool {
    guard tcpFlows.flows[index].facts.contains(.journaled) else { return false }
    if tcpFlows.flows[index].previous >= 0, !fits(segment, sender, index) { return false }
    // Only in a simultaneous open; then the journal does not say any more what number the client begins with.
    if sender == .client, segment.flags.isSynAck {
      tcpFlows.flows[index].facts.remove(.startKnown)
    }
    return journal.append(
      segment, ip, from: sender, packet: number, time: time, to: &tcpFlows.flows[index])
  }

  /// Whether a segment fits the numbers of a connection that followed another; the opposite of `isStranger`, decided
  /// by the first SYN alone.
  private func fits(_ segment: Segment, _ sender: Side, _ index: Int32) -> Bool {
    if segment.flags.contains(.syn) { return true }
    guard tcpFlows.flows[index].facts.contains(.startKnown) else { return false }
    let start = journal.firstNumber(of: tcpFlows.flows[index])
    if sender == .client {
      return (0...65_536).contains(segment.sequenceNumber.distance(from: start))
    }
    return segment.flags.contains(.ack)
      && (1...65_536).contains(segment.acknowledgmentNumber.distance(from: start))
  }

  /// Where a connection is; one in the journal leaves it.
  mutating func revive(_ index: Int32) -> Int32 {
    guard tcpFlows.flows[index].facts.contains(.journaled) else {
      return tcpFlows.flows[index].place
    }
    let (packet, time) = journal.start(of: tcpFlows.flows[index])
    let connection = connections.insert(makeConnection(of: index, packet: packet, time: time))
    replay(index, connection)
    journal.release(&tcpFlows.flows[index])
    tcpFlows.flows[index].facts.remove(.journaled)
    tcpFlows.flows[index].place = connection
    return connection
  }

  /// Where a connection is; one in the journal lives once more, in a place that the next one will take.
  mutating func recall(_ index: Int32) -> Int32 {
    guard tcpFlows.flows[index].facts.contains(.journaled) else {
      return tcpFlows.flows[index].place
    }
    let (packet, time) = journal.start(of: tcpFlows.flows[index])
    if stage < 0 {
      blank = endpoints.makePair()
      stage = connections.insert(makeConnection(of: index, packet: packet, time: time))
    } else if let blank {
      let ends = connections[stage].ends
      ends.become(blank)
      connections[stage] = makeConnection(of: index, packet: packet, time: time, ends)
    }
    replay(index, stage)
    return stage
  }

  /// Gives back what a recalled connection kept elsewhere.
  mutating func forget(_ index: Int32) {
    guard tcpFlows.flows[index].facts.contains(.journaled) else { return }
    connections[stage].release(&cold)
  }

  private mutating func replay(_ index: Int32, _ connection: Int32) {
    var reader = journal.reader(of: tcpFlows.flows[index])
    guard let first = journal.next(&reader) else { return }
    _ = takeFirst(first, connection)
    while let arrival = journal.next(&reader) { _ = take(arrival, connection) }
  }

  /// A connection that has not seen its first segment.
  mutating func makeConnection(
    of index: Int32, packet: UInt64, time: Timestamp, _ ends: EndpointPair? = nil
  ) -> Connection {
    Connection(
      key: tcpFlows.flows[index].key, id: Int(tcpFlows.flows[index].id), stream: Int(index),
      clientIsLow: tcpFlows.flows[index].facts.contains(.clientIsLow),
      previous: tcpFlows.flows[index].previous, packet: packet, time: time,
      ends: ends ?? endpoints.makePair())
  }
}
