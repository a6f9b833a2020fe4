import SynfinWire

// Connections whose segments wait in the journal: what they amount to is found out at the end, or when a segment comes
// that asks.

extension Tracker {
  /// Where a connection is; one in the journal leaves it.
  mutating func revive(_ index: Int32) -> Int32 {
    guard tcpFlows.flows[index].facts.contains(.journaled) else {
      return tcpFlows.flows[index].place
    }
    var reader = journal.reader(of: tcpFlows.flows[index])
    let (packet, time) = reader.start
    let connection = connections.insert(makeConnection(of: index, packet: packet, time: time))
    replay(&reader, connection)
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
    var reader = journal.reader(of: tcpFlows.flows[index])
    let (packet, time) = reader.start
    if stage < 0 {
      blank = endpoints.makePair()
      stage = connections.insert(makeConnection(of: index, packet: packet, time: time))
    } else if let blank {
      let ends = connections[stage].ends
      ends.become(blank)
      connections[stage] = makeConnection(of: index, packet: packet, time: time, ends)
    }
    replay(&reader, stage)
    return stage
  }

  /// Fetches what the next connections to be recalled need, in three steps: where it is, its last chunk, its first.
  @inline(__always)
  func prefetchRecall(behind index: Int32) {
    let count = Int32(tcpFlows.flows.count)
    if index + 24 < count { tcpFlows.flows.prefetch(index + 24) }
    if index + 16 < count, tcpFlows.flows[index + 16].facts.contains(.journaled) {
      journal.prefetchEnd(of: tcpFlows.flows[index + 16])
    }
    if index + 8 < count, tcpFlows.flows[index + 8].facts.contains(.journaled) {
      journal.prefetchStart(of: tcpFlows.flows[index + 8])
    }
  }

  /// Gives back what a recalled connection kept elsewhere.
  mutating func forget(_ index: Int32) {
    guard tcpFlows.flows[index].facts.contains(.journaled) else { return }
    connections[stage].release(&cold)
  }

  private mutating func replay(_ reader: inout JournalReader, _ connection: Int32) {
    var arrival = Arrival.blank
    guard journal.next(&reader, into: &arrival) else { return }
    _ = takeFirst(arrival, connection)
    while journal.next(&reader, into: &arrival) { _ = take(arrival, connection) }
  }

  /// A connection that has not seen its first segment.
  mutating func makeConnection(
    of index: Int32, packet: UInt64, time: Timestamp, _ ends: EndpointPair? = nil
  ) -> Connection {
    Connection(
      key: tcpFlows.flows[index].key, id: Int(ids[index]), stream: Int(index),
      clientIsLow: tcpFlows.flows[index].facts.contains(.clientIsLow),
      previous: tcpFlows.flows[index].previous, packet: packet, time: time,
      ends: ends ?? endpoints.makePair())
  }
}
