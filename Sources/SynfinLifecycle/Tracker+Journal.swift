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
    connections[connection].replay(&reader, of: journal, &cold)
    journal.release(&tcpFlows.flows[index])
    tcpFlows.flows[index].facts.remove(.journaled)
    tcpFlows.flows[index].place = connection
    _ = live.append(index)
    return connection
  }

  /// A connection that has not seen its first segment.
  mutating func makeConnection(of index: Int32, packet: UInt64, time: Timestamp) -> Connection {
    makeConnection(of: index, packet: packet, time: time, endpoints.makePair())
  }

  fileprivate func makeConnection(
    of index: Int32, packet: UInt64, time: Timestamp, _ ends: EndpointPair
  ) -> Connection {
    Connection(
      key: tcpFlows.flows[index].key, id: Int(ids[index]), stream: Int(index),
      clientIsLow: tcpFlows.flows[index].facts.contains(.clientIsLow),
      previous: tcpFlows.flows[index].previous, packet: packet, time: time, ends: ends)
  }

  /// Fetches what the next connections to be replayed need, in three steps: where it is, its last chunk, its first.
  @inline(__always)
  func prefetchReplay(behind index: Int32) {
    let count = Int32(tcpFlows.flows.count)
    if index + 24 < count { tcpFlows.flows.prefetch(index + 24) }
    if index + 16 < count, tcpFlows.flows[index + 16].facts.contains(.journaled) {
      journal.prefetchEnd(of: tcpFlows.flows[index + 16])
    }
    if index + 8 < count, tcpFlows.flows[index + 8].facts.contains(.journaled) {
      journal.prefetchStart(of: tcpFlows.flows[index + 8])
    }
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

/// Where connections that wait in a journal live once more, one after the other, to tell what they amount to.
///
/// It only reads the tracker: several may be at work, each in a thread of its own.
public struct Replay: ~Copyable {
  private var cold = ColdStorage()
  private var endpoints = EndpointStore()
  private var stage = Slab<Connection>()
  private let ends: EndpointPair
  /// Two ends of which nothing is known, to begin with.
  private let blank: EndpointPair

  /// Makes a place that nobody has used.
  public init() {
    ends = endpoints.makePair()
    blank = endpoints.makePair()
  }

  /// The record of a TCP connection.
  mutating func record(of index: Int32, in tracker: borrowing Tracker) -> ConnectionRecord {
    guard tracker.tcpFlows.flows[index].facts.contains(.journaled) else {
      let shadow = tracker.tcpFlows.flows[index].shadow
      return shadow < 0
        ? tracker.connections[tracker.tcpFlows.flows[index].place].record(tracker.cold)
        : tracker.shadows[shadow].record(tracker.cold)
    }
    play(index, of: tracker)
    let record = stage[0].record(cold)
    stage[0].release(&cold)
    return record
  }

  /// What a summary needs of a TCP connection.
  mutating func summary(of index: Int32, in tracker: borrowing Tracker) -> RecordSummary {
    guard tracker.tcpFlows.flows[index].facts.contains(.journaled) else {
      let shadow = tracker.tcpFlows.flows[index].shadow
      return shadow < 0
        ? tracker.connections[tracker.tcpFlows.flows[index].place].summary(tracker.cold)
        : tracker.shadows[shadow].summary(tracker.cold)
    }
    if let plain = PlainLife.summary(of: tracker.tcpFlows.flows[index], in: tracker.journal) {
      return plain
    }
    play(index, of: tracker)
    let summary = stage[0].summary(cold)
    stage[0].release(&cold)
    return summary
  }

  private mutating func play(_ index: Int32, of tracker: borrowing Tracker) {
    var reader = tracker.journal.reader(of: tracker.tcpFlows.flows[index])
    let (packet, time) = reader.start
    ends.become(blank)
    let connection = tracker.makeConnection(of: index, packet: packet, time: time, ends)
    if stage.count == 0 { _ = stage.append(connection) } else { stage[0] = connection }
    stage[0].replay(&reader, of: tracker.journal, &cold)
    stage[0].conclude(&cold)
  }
}
