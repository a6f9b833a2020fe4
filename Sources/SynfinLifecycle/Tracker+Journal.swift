import SynfinWire

// Connections whose segments wait in the journal: what they amount to is found out at the end, or when a segment comes
// that asks.

extension Tracker {
  /// Where a connection is; one in the journal leaves it.
  mutating func revive(_ index: Int32) -> Int32 {
    guard tcpFlows.flows[index].facts.contains(.journaled) else {
      return tcpFlows.flows[index].place
    }
    var reader = journal.reader(of: index, in: tcpFlows.flows)
    let (packet, time) = reader.start
    let connection = connections.insert(makeConnection(of: index, packet: packet, time: time))
    connections[connection].replay(&reader, of: journal, &cold)
    journal.release(&tcpFlows.flows[index])
    tcpFlows.flows[index].place = connection
    noteInConnection(index)
    return connection
  }

  /// Notes that a connection is not in the journal, for the end.
  mutating func noteInConnection(_ index: Int32) {
    if options.expiry == nil { _ = revived.append(index) }
  }

  /// A connection that has not seen its first segment.
  mutating func makeConnection(of index: Int32, packet: UInt64, time: Timestamp) -> Connection {
    makeConnection(of: index, packet: packet, time: time, endpoints.makePair())
  }

  fileprivate func makeConnection(
    of index: Int32, packet: UInt64, time: Timestamp, _ ends: EndpointPair
  ) -> Connection {
    let (id, stream) = identity(of: index)
    return Connection(
      key: tcpFlows.flows[index].key, id: id, stream: stream,
      clientIsLow: tcpFlows.flows[index].facts.contains(.clientIsLow),
      followsAnother: tcpFlows.flows[index].facts.contains(.followsAnother), packet: packet,
      time: time, ends: ends)
  }

  /// Fetches the journals of a group of connections, if this is the first one of such a group.
  ///
  /// Where a chunk of a journal is stands in the one behind it: of all in the group the last chunks are fetched together,
  /// then those before them, and so on.
  @inline(__always)
  func fetchJournals(at index: Int32, in indices: Range<Int32>) {
    let isFirst = index == indices.lowerBound || index % JournalGroup.size == 0
    if isFirst { fetchJournals(index..<min(indices.upperBound, JournalGroup.end(of: index))) }
  }

  @inline(never)
  private func fetchJournals(_ group: Range<Int32>) {
    var chains = JournalGroup()
    for index in group where tcpFlows.flows[index].chunks > 0 {
      chains.append(tcpFlows.flows[index].tail.previous)
    }
    journal.prefetch(&chains)
  }
}

extension Connection {
  /// Takes all segments of a journal.
  fileprivate mutating func replay(
    _ reader: inout JournalReader, of journal: borrowing SegmentJournal,
    _ cold: inout ColdStorage
  ) {
    var arrival = Arrival.blank
    guard journal.next(&reader, into: &arrival) else { return }
    begin(arrival, &cold)
    repeat { _ = take(arrival, &cold) } while journal.next(&reader, into: &arrival)
  }
}

/// Where connections live once more, one after the other, to tell what they amount to.
///
/// It only reads the tracker: several may be at work, each in a thread of its own.
public struct Replay: ~Copyable {
  /// What was told last.
  var record = ConnectionRecord()
  private(set) var cold = ColdStorage()
  private var endpoints = EndpointStore()
  private var stage = Slab<Connection>()
  private var plain = PlainConnection()
  private let ends: EndpointPair
  /// Two ends of which nothing is known, to begin with.
  private let blank: EndpointPair

  /// Makes a place that nobody has used.
  public init() {
    ends = endpoints.makePair()
    blank = endpoints.makePair()
  }

  /// Makes the record of a TCP connection.
  mutating func tell(_ index: Int32, of tracker: borrowing Tracker) {
    if tellPlain(index, of: tracker) { return }
    if play(index, of: tracker) {
      stage[0].tell(&record, cold)
      stage[0].release(&cold)
    } else {
      stage[0].tell(&record, tracker.cold)
    }
  }

  /// Makes the record of a TCP connection that is plain; false if it is not.
  private mutating func tellPlain(_ index: Int32, of tracker: borrowing Tracker) -> Bool {
    let facts = tracker.tcpFlows.flows[index].facts
    guard facts.contains(.journaled) else { return false }
    var reader = tracker.journal.reader(of: index, in: tracker.tcpFlows.flows)
    let isPlain = plain.take(&reader, of: tracker.journal, &cold.histograms)
    if isPlain {
      (record.id, record.stream) = tracker.identity(of: index)
      record.name(tracker.tcpFlows.flows[index].key, clientIsLow: facts.contains(.clientIsLow))
      plain.tell(
        &record, followsAnother: facts.contains(.followsAnother), &cold.histograms)
    }
    plain.release(&cold.histograms)
    return isPlain
  }

  /// What a summary needs of a TCP connection.
  mutating func summary(_ index: Int32, of tracker: borrowing Tracker) -> RecordSummary {
    if tracker.tcpFlows.flows[index].facts.contains(.journaled),
      let plain = PlainLife.summary(of: index, in: tracker.tcpFlows.flows, tracker.journal)
    {
      return plain
    }
    guard play(index, of: tracker) else { return stage[0].summary(tracker.cold) }
    let summary = stage[0].summary(cold)
    stage[0].release(&cold)
    return summary
  }

  /// Shows a connection that is in the journal as it is now.
  mutating func snapshot(_ index: Int32, of tracker: borrowing Tracker) -> FlowSnapshot {
    _ = play(index, of: tracker)
    defer { stage[0].release(&cold) }
    return stage[0].snapshot
  }

  /// Brings a connection on the stage; whether all of its life was played there, from the journal.
  private mutating func play(_ index: Int32, of tracker: borrowing Tracker) -> Bool {
    guard tracker.tcpFlows.flows[index].facts.contains(.journaled) else {
      showCopy(of: index, in: tracker)
      return false
    }
    var reader = tracker.journal.reader(of: index, in: tracker.tcpFlows.flows)
    let (packet, time) = reader.start
    ends.become(blank)
    let connection = tracker.makeConnection(of: index, packet: packet, time: time, ends)
    if stage.count == 0 { _ = stage.append(connection) } else { stage[0] = connection }
    stage[0].replay(&reader, of: tracker.journal, &cold)
    stage[0].conclude(&cold)
    return true
  }

  /// Brings the copy of a connection that the tracker has concluded; its ends stay where they are.
  private mutating func showCopy(of index: Int32, in tracker: borrowing Tracker) {
    let shadow = tracker.tcpFlows.flows[index].shadow
    if shadow < 0 {
      stage.makeFirst(copyOf: tracker.tcpFlows.flows[index].place, from: tracker.connections)
    } else {
      stage.makeFirst(copyOf: shadow, from: tracker.shadows)
    }
  }
}
