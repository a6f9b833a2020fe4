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
    let connections = self.connections(numbers)
    var connection = connections.lowerBound
    var conversation = conversations.first(from: numbers.lowerBound)
    var echo = echoes.first(from: numbers.lowerBound)
    for id in numbers {
      if connection < connections.upperBound, Int(ids[connection]) == id {
        fetchJournals(at: connection, in: connections)
        replay.tell(connection, of: self)
        connection += 1
      } else if conversation < conversations.flows.count,
        conversations.flows[conversation].id == id
      {
        conversations.flows[conversation].tell(&replay.record, cold)
        conversation += 1
      } else if echo < echoes.flows.count {
        echoes.flows[echo].tell(&replay.record, cold)
        echo += 1
      } else {
        continue
      }
      if let path = paths[id] { replay.record.tunnels = path }
      try body(&replay.record)
    }
  }

  /// Hands out what a summary needs of the records with some of the numbers, in no particular order; only after
  /// `conclude`.
  public func summaries(
    _ numbers: Range<Int>, _ replay: inout Replay, _ body: (RecordSummary) -> Void
  ) {
    let connections = self.connections(numbers)
    for index in connections {
      fetchJournals(at: index, in: connections)
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
