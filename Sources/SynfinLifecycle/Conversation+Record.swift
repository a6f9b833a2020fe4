import SynfinWire

extension Conversation {
  /// Says what the conversation amounted to.
  func finish(_ cold: borrowing ColdStorage) -> ConnectionRecord {
    let log = log < 0 ? nil : cold.logs[log]
    return ConnectionRecord(
      id: id, transport: transport, stream: stream, client: endpoint(.client),
      server: endpoint(.server), firstPacket: firstPacket, lastPacket: lastPacket, start: start,
      duration: max(0, latest.nanoseconds(since: start)), outcome: outcome,
      exchanges: Int(exchanges), longestIdle: longestIdle,
      timeToFirstByte: timeToFirstByte < 0 ? nil : timeToFirstByte,
      responseTime: responseTime.statistics, echo: echo, icmpErrors: log?.icmpErrors ?? [],
      problems: log?.problems ?? [], doubts: doubts)
  }

  /// What a summary needs of the conversation.
  var summary: RecordSummary {
    RecordSummary(transport: transport, outcome: outcome, doubts: doubts)
  }

  private var doubts: [Doubt] {
    var doubts: [Doubt] = clientInferred ? [.clientInferred] : []
    if clockBackwards { doubts.append(.clockBackwards) }
    return doubts
  }

  private var outcome: Outcome {
    let wasAnswered =
      transport == .icmp
      ? replies > 0 : ends[0].packets > 0 && ends[1].packets > 0
    if wasAnswered { return .answered }
    if isUnreachable { return .unreachable }
    return isToMany ? .oneWay : .unanswered
  }

  private var echo: EchoRecord? {
    transport == .icmp
      ? EchoRecord(identifier: identifier, requests: ends[0].packets, replies: UInt64(replies))
      : nil
  }

  private func endpoint(_ side: Side) -> EndpointRecord {
    let socket = (side == .client) == clientIsLow ? key.low : key.high
    let party = ends[Int(side.rawValue)]
    var record = EndpointRecord(
      address: socket.address, port: transport == .icmp ? nil : socket.port)
    record.packets = party.packets
    record.fragments = UInt64(party.fragments)
    record.ipBytes = party.ipBytes
    record.payloadBytes = party.payloadBytes
    record.damagedPackets = UInt64(party.damagedPackets)
    return record
  }
}
