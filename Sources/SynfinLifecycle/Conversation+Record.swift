import SynfinWire

extension Conversation {
  /// Tells a record what the conversation amounted to; nothing is left in it of what it held before.
  ///
  /// Always inline, as a borrowed conversation would be copied for the call.
  @inline(__always)
  func tell(_ record: inout ConnectionRecord, _ cold: borrowing ColdStorage) {
    record.id = id
    record.transport = transport
    record.stream = stream
    tell(&record.client, .client)
    tell(&record.server, .server)
    record.firstPacket = firstPacket
    record.lastPacket = lastPacket
    record.start = start
    record.duration = max(0, latest.nanoseconds(since: start))
    record.outcome = outcome
    record.exchanges = Int(exchanges)
    record.longestIdle = longestIdle
    record.timeToFirstByte = timeToFirstByte < 0 ? nil : timeToFirstByte
    record.responseTime = responseTime.statistics
    record.echo = echo
    record.icmpErrors.clear()
    record.problems.clear()
    if log >= 0 {
      record.icmpErrors = cold.logs[log].icmpErrors
      record.problems = cold.logs[log].problems
    }
    record.doubts = doubts
    forgetTCP(&record)
  }

  /// Takes out what only TCP has, and tunnels, of which the tracker knows.
  @inline(__always)
  private func forgetTCP(_ record: inout ConnectionRecord) {
    record.tunnels.clear()
    record.closedBy = nil
    record.completeness = nil
    if record.handshake != nil { record.handshake = nil }
    if record.teardown != nil { record.teardown = nil }
    record.serverThinkTime = nil
    record.clientThinkTime = nil
    record.windowStalls.clear()
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

  @inline(__always)
  private func tell(_ record: inout EndpointRecord, _ side: Side) {
    let socket = (side == .client) == clientIsLow ? key.low : key.high
    let party = ends[Int(side.rawValue)]
    record.address = socket.address
    record.port = transport == .icmp ? nil : socket.port
    record.packets = party.packets
    record.fragments = UInt64(party.fragments)
    record.ipBytes = party.ipBytes
    record.payloadBytes = party.payloadBytes
    record.damagedPackets = UInt64(party.damagedPackets)
    if record.tcp != nil { record.tcp = nil }
  }
}
