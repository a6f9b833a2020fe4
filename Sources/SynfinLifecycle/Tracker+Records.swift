// The end: what became of each connection.

extension Tracker {
  /// Hands out every record, in the order of their numbers.
  public consuming func finish<Failure: Error>(
    _ body: (inout ConnectionRecord) throws(Failure) -> Void
  ) throws(Failure) {
    conclude()
    var replay = Replay()
    try records(recordIDs, &replay, body)
  }

  /// Draws the last conclusions; no packet may come after that.
  public mutating func conclude() {
    countIncompleteDatagrams()
    concludeConnections()
  }

  /// The numbers of all records.
  public var recordIDs: Range<Int> { 1..<max(nextID, 1) }

  /// Hands out the records with some of the numbers, in their order; only after `conclude`.
  ///
  /// - Parameter body: may do with a record what it likes; the next one is made in its place.
  public func records<Failure: Error>(
    _ numbers: Range<Int>, _ replay: inout Replay,
    _ body: (inout ConnectionRecord) throws(Failure) -> Void
  ) throws(Failure) {
    var cursor = cursor(before: numbers.lowerBound)
    for _ in numbers { try record(&cursor, &replay, body) }
  }

  /// Hands out the next record, if there is one; only after `conclude`.
  ///
  /// - Parameters:
  ///   - place: where it is among the records of several trackers, and its number there; nil if this is the only one.
  ///   - body: may do with the record what it likes; the next one is made in its place.
  public func record<Failure: Error>(
    _ cursor: inout RecordCursor, _ replay: inout Replay,
    as place: (number: Int, place: RecordNumbering.Place)? = nil,
    _ body: (inout ConnectionRecord) throws(Failure) -> Void
  ) throws(Failure) {
    switch step(&cursor) {
    case .tcp(let index):
      fetchJournals(at: index, from: cursor.firstConnection)
      replay.tell(index, of: self)
    case .udp(let index): conversations.flows[index].tell(&replay.record, cold)
    case .icmp(let index): echoes.flows[index].tell(&replay.record, cold)
    case nil: return
    }
    if let path = paths[cursor.number] { replay.record.tunnels = path }
    if let place {
      replay.record.id = place.number
      replay.record.stream = Int(place.place.stream)
    }
    try body(&replay.record)
  }

  /// Steps to the next record, of which only is asked when and how it began; nil behind the last.
  public func next(_ cursor: inout RecordCursor) -> RecordNumbering.Beginning? {
    guard let flow = step(&cursor) else { return nil }
    let moment = beginnings[Int32(truncatingIfNeeded: cursor.number - 1)]
    switch flow {
    case .tcp(let index):
      return RecordNumbering.Beginning(moment: moment, transport: .tcp, stream: Int(index))
    case .udp(let index):
      let stream = conversations.flows[index].stream
      return RecordNumbering.Beginning(moment: moment, transport: .udp, stream: stream)
    case .icmp(let index):
      let stream = echoes.flows[index].stream
      return RecordNumbering.Beginning(moment: moment, transport: .icmp, stream: stream)
    }
  }

  /// A cursor whose next record is the one with some number.
  public func cursor(before number: Int) -> RecordCursor {
    RecordCursor(
      number: number - 1, connection: firstConnection(from: number),
      conversation: conversations.first(from: number), echo: echoes.first(from: number))
  }

  private enum FlowIndex { case tcp(Int32), udp(Int32), icmp(Int32) }

  /// The flow of the next record.
  @inline(__always)
  private func step(_ cursor: inout RecordCursor) -> FlowIndex? {
    cursor.number += 1
    if cursor.connection < tcpFlows.flows.count, Int(ids[cursor.connection]) == cursor.number {
      defer { cursor.connection += 1 }
      return .tcp(cursor.connection)
    }
    if cursor.conversation < conversations.flows.count,
      conversations.flows[cursor.conversation].id == cursor.number
    {
      defer { cursor.conversation += 1 }
      return .udp(cursor.conversation)
    }
    guard cursor.echo < echoes.flows.count else { return nil }
    defer { cursor.echo += 1 }
    return .icmp(cursor.echo)
  }

  /// Hands out what a summary needs of the records with some of the numbers, in no particular order; only after
  /// `conclude`.
  public func summaries(
    _ numbers: Range<Int>, _ replay: inout Replay, _ body: (RecordSummary) -> Void
  ) {
    let connections = self.connections(numbers)
    for index in connections {
      fetchJournals(at: index, from: connections.lowerBound)
      body(replay.summary(index, of: self))
    }
    for index in conversations.indices(numbers) { body(conversations.flows[index].summary) }
    for index in echoes.indices(numbers) { body(echoes.flows[index].summary) }
  }

  /// The TCP connections whose records have some of the numbers.
  private func connections(_ numbers: Range<Int>) -> Range<Int32> {
    firstConnection(from: numbers.lowerBound)..<firstConnection(from: numbers.upperBound)
  }

  /// The first TCP connection whose record has that number or a higher one.
  private func firstConnection(from id: Int) -> Int32 {
    firstIndex(below: tcpFlows.flows.count) { Int(ids[$0]) >= id }
  }
}

extension FlowTable<Conversation> {
  /// The first conversation whose record has that number or a higher one.
  fileprivate func first(from id: Int) -> Int32 {
    firstIndex(below: flows.count) { flows[$0].id >= id }
  }

  fileprivate func indices(_ numbers: Range<Int>) -> Range<Int32> {
    first(from: numbers.lowerBound)..<first(from: numbers.upperBound)
  }
}

/// How far the records of a tracker were handed out, in the order of their numbers.
public struct RecordCursor: Sendable {
  /// The number of the last record.
  public fileprivate(set) var number: Int
  // The next ones.
  fileprivate var connection: Int32
  fileprivate var conversation: Int32
  fileprivate var echo: Int32
  /// The first connection from which on they were handed out.
  fileprivate let firstConnection: Int32

  /// A cursor before the first record.
  public init() { self.init(number: 0, connection: 0, conversation: 0, echo: 0) }

  fileprivate init(number: Int, connection: Int32, conversation: Int32, echo: Int32) {
    self.number = number
    self.connection = connection
    self.conversation = conversation
    self.echo = echo
    firstConnection = connection
  }
}

/// The first index for which something is true that stays true behind it; `count` if there is none.
private func firstIndex(below count: Int, where isReached: (Int32) -> Bool) -> Int32 {
  var low: Int32 = 0
  var high = Int32(count)
  while low < high {
    let middle = low + (high - low) / 2
    if isReached(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}
