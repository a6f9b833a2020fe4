import SynfinWire

// UDP conversations, ICMP echo exchanges, and the ICMP errors that belong to others.

extension Tracker {
  // MARK: - UDP

  mutating func track(
    _ datagram: Datagram, _ name: borrowing FlowName, _ delivery: borrowing Delivery
  ) -> PacketVerdict {
    track(datagram, name, delivery, conversations.find(name.key, name.hash))
  }

  /// Takes a datagram between two sockets whose latest conversation was found, or has never been.
  @inline(__always)
  mutating func track(
    _ datagram: Datagram, _ name: borrowing FlowName, _ delivery: borrowing Delivery,
    _ found: Int32?
  ) -> PacketVerdict {
    let (index, sender) = conversation(
      of: datagram, name, found, delivery.isToMany, delivery.number, delivery.time)
    conversations.flows[index].count(
      delivery, payload: Int(datagram.payloadLength), from: sender)
    let hasDamagedHeader = delivery.hasDamagedHeader
    let isDamaged = datagram.checksum == .wrong || hasDamagedHeader
    if options.ignoresChecksums || !isDamaged {
      conversations.flows[index].receiveDatagram(from: sender, at: delivery.time)
    } else {
      conversations.flows[index].ends[Int(sender.rawValue)].damagedPackets &+= 1
    }
    if options.expiry != nil {
      noteDatagram(index, delivery.number, delivery.time)
    }
    return options.judgesPackets
      ? conversations.flows[index].verdict(sender) : PacketVerdict()
  }

  /// The conversation of a datagram, which is the one that was found unless it is over.
  @inline(__always)
  private mutating func conversation(
    of datagram: Datagram, _ name: borrowing FlowName, _ found: Int32?, _ isToMany: Bool,
    _ number: UInt64, _ time: Timestamp
  ) -> (index: Int32, sender: Side) {
    if let found, !isOver(conversations.flows[found], time) {
      let clientIsLow = conversations.flows[found].clientIsLow
      return (found, name.senderIsLow == clientIsLow ? .client : .server)
    }
    return open(datagram, name, found, isToMany, number, time)
  }

  /// Opens the conversation of a datagram, behind another one or as the first between its sockets.
  @inline(never)
  private mutating func open(
    _ datagram: Datagram, _ name: borrowing FlowName, _ found: Int32?, _ isToMany: Bool,
    _ number: UInt64, _ time: Timestamp
  ) -> (index: Int32, sender: Side) {
    let senderIsLow = name.senderIsLow
    let stream = found.map { conversations.flows[$0].stream } ?? udpStreams
    if found == nil { udpStreams += 1 }
    let isServer = ServicePorts.pointToSender(
      datagram.sourcePort, datagram.destinationPort)
    var conversation = Conversation(
      key: name.key, id: takeID(), stream: stream, transport: .udp,
      clientIsLow: senderIsLow != isServer, packet: number, time: time)
    conversation.isToMany = isToMany
    conversation.clientInferred = isServer
    let index = conversations.insert(conversation, name.hash)
    if options.expiry != nil { live.beginConversation(nextID - 1, at: index) }
    return (index, isServer ? .server : .client)
  }

  /// Counts the fragments of a datagram that was never completed; it may be all there is of its conversation.
  mutating func countIncomplete(_ datagram: IncompleteDatagram, _ message: Datagram) {
    let ip = datagram.packet.ip
    let name = FlowName(ip, message.sourcePort, message.destinationPort, seed)
    let found = conversations.find(name.key, name.hash)
    let (index, sender) = conversation(
      of: message, name, found, ip.isToMany, datagram.firstPacket, datagram.started)
    let end = Int(sender.rawValue)
    conversations.flows[index].ends[end].fragments &+= datagram.fragments
    conversations.flows[index].ends[end].ipBytes &+= UInt64(ip.totalLength.magnitude)
  }

  private func isOver(_ conversation: borrowing Conversation, _ time: Timestamp) -> Bool {
    time.nanoseconds(since: conversation.last) > options.conversationTimeout
  }

  private func isDamaged(_ checksum: ChecksumStatus, _ ip: InternetHeader) -> Bool {
    !options.ignoresChecksums && (checksum == .wrong || ip.headerChecksum == .wrong)
  }

  // MARK: - ICMP

  mutating func track(
    _ message: ICMPMessage, _ ip: InternetHeader, _ fragments: UInt32, _ number: UInt64,
    _ time: Timestamp
  ) -> PacketVerdict {
    switch message.role {
    case .echoRequest, .echoReply: return trackEcho(message, ip, fragments, number, time)
    case .other: return PacketVerdict()
    default: return trackError(message, ip, number, time)
    }
  }

  private mutating func trackEcho(
    _ message: ICMPMessage, _ ip: InternetHeader, _ fragments: UInt32, _ number: UInt64,
    _ time: Timestamp
  ) -> PacketVerdict {
    let (key, senderIsLow) = FlowKey.make(
      ip.source, message.identifier, ip.destination, message.identifier)
    let isRequest = message.role == .echoRequest
    let hash = key.hash(seed)
    let found = echoes.find(key, hash)
    let index: Int32
    if let found, !isOver(echoes.flows[found], time) {
      index = found
    } else {
      let stream = found.map { echoes.flows[$0].stream } ?? icmpStreams
      if found == nil { icmpStreams += 1 }
      var exchange = Conversation(
        key: key, id: takeID(), stream: stream, transport: .icmp,
        clientIsLow: senderIsLow == isRequest, packet: number, time: time)
      exchange.identifier = message.identifier
      exchange.isToMany = ip.isToMany
      index = echoes.insert(exchange, hash)
      if options.expiry != nil { live.beginEcho(nextID - 1, at: index) }
    }
    let sender: Side = senderIsLow == echoes.flows[index].clientIsLow ? .client : .server
    echoes.flows[index].count(
      Delivery(ip, fragments: fragments, number: number, time: time),
      payload: Int(message.payloadLength), from: sender)
    if !isDamaged(message.checksum, ip) {
      echoes.flows[index].receiveEcho(
        sequence: message.sequenceNumber, isRequest: isRequest, at: time, &cold.echoRequests)
    }
    if options.expiry != nil { noteEcho(index, number, time) }
    return echoes.flows[index].verdict(sender)
  }

  /// An error belongs to the flow whose packet it quotes; the quoted sender is whom it concerns.
  private mutating func trackError(
    _ message: ICMPMessage, _ ip: InternetHeader, _ number: UInt64, _ time: Timestamp
  ) -> PacketVerdict {
    let quoted = message.quoted
    guard quoted.isKnown, !isDamaged(message.checksum, ip) else { return unmatched() }
    let isEcho = quoted.payloadProtocol == .icmp || quoted.payloadProtocol == .icmpv6
    let destinationPort = isEcho ? quoted.sourcePort : quoted.destinationPort
    let (key, senderIsLow) = FlowKey.make(
      quoted.source, quoted.sourcePort, quoted.destination, destinationPort)
    let hash = key.hash(seed)
    var error = QuotingError(
      packet: number, reporter: ip.source, version: message.version, type: message.type,
      code: message.code, mtu: message.mtu)
    switch quoted.payloadProtocol {
    case .tcp:
      guard let index = tcpFlows.find(key, hash) else { return unmatched() }
      return trackError(error, message, senderIsLow, index, time)
    case .udp:
      guard let index = conversations.find(key, hash) else { return unmatched() }
      error.toward = senderIsLow == conversations.flows[index].clientIsLow ? .client : .server
      conversations.flows[index].receive(error, message, &cold.logs)
      if options.expiry != nil { noteUnreachable(index, number, time) }
      return conversations.flows[index].quoteVerdict(error.toward)
    default:
      guard let index = echoes.find(key, hash) else { return unmatched() }
      error.toward = senderIsLow == echoes.flows[index].clientIsLow ? .client : .server
      echoes.flows[index].receive(error, message, &cold.logs)
      if options.expiry != nil { noteEchoUnreachable(index, number, time) }
      return echoes.flows[index].quoteVerdict(error.toward)
    }
  }

  /// An error that quotes a segment, of this connection or of the previous one between the same sockets.
  private mutating func trackError(
    _ error: QuotingError, _ message: ICMPMessage, _ senderIsLow: Bool, _ index: Int32,
    _ time: Timestamp
  ) -> PacketVerdict {
    var error = error
    error.toward = tcpFlows.flows[index].side(senderIsLow)
    var flow = index
    var connection = revive(index)
    let previous = tcpFlows.flows[index].previous
    let number = message.quoted.sequenceNumber
    if previous >= 0, !connections[connection].sent(number, error.toward) {
      let toward = tcpFlows.flows[previous].side(senderIsLow)
      let before = revive(previous)
      if connections[before].sent(number, toward) {
        flow = previous
        connection = before
        error.toward = toward
      }
    }
    connections[connection].receive(error, message, &cold)
    if options.expiry != nil { noteLife(flow, error.packet, time) }
    return connections[connection].quoteVerdict(error.toward)
  }

  private mutating func unmatched() -> PacketVerdict {
    totals.unmatchedErrors += 1
    return PacketVerdict()
  }
}

extension ICMPMessage {
  /// Whether the quoted packet did not arrive and will not.
  fileprivate var meansUnreachable: Bool {
    switch role {
    case .destinationUnreachable, .timeExceeded, .parameterProblem: true
    default: false
    }
  }
}

extension Connection {
  /// Takes an ICMP error that quotes a segment of this connection (RFC 9293 §3.9.2.2).
  fileprivate mutating func receive(
    _ error: QuotingError, _ message: ICMPMessage, _ cold: inout ColdStorage
  ) {
    if log < 0 { log = cold.logs.insert(ProblemLog()) }
    cold.logs[log].note(error)
    noteTooBig(error, message, &cold)
    // RFC 5927 §4.1: an error about numbers that were never sent is not believed.
    guard error.toward == .client, !has(.established), self[.client].has(.syn),
      sent(message.quoted.sequenceNumber, .client)
    else { return }
    if message.isPortUnreachable {
      facts.insert(.portUnreachable)
    } else if message.meansUnreachable {
      facts.insert(.unreachable)
    }
  }

  private mutating func noteTooBig(
    _ error: QuotingError, _ message: ICMPMessage, _ cold: inout ColdStorage
  ) {
    guard error.mtu != 0, sent(message.quoted.sequenceNumber, error.toward) else { return }
    openRepairs(error.toward, &cold)
    cold.repairs[self[error.toward].repairs].isTooBig = true
  }

  /// Whether an end may have sent a segment with this number.
  fileprivate func sent(_ number: UInt32, _ side: Side) -> Bool {
    let number = SequenceNumber(number)
    return self[side].has(.next) && self[side].initial <= number && number <= self[side].next
  }

  fileprivate func quoteVerdict(_ toward: Side) -> PacketVerdict {
    var verdict = PacketVerdict()
    verdict.connection = id
    verdict.sender = toward.peer
    verdict.isQuote = true
    verdict.clientState = self[.client].state
    verdict.serverState = self[.server].state
    return verdict
  }
}

extension Conversation {
  fileprivate mutating func receive(
    _ error: QuotingError, _ message: ICMPMessage, _ logs: inout Slab<ProblemLog>
  ) {
    if log < 0 { log = logs.insert(ProblemLog()) }
    logs[log].note(error)
    if error.toward == .client && message.meansUnreachable { isUnreachable = true }
  }

  fileprivate func verdict(_ sender: Side) -> PacketVerdict {
    var verdict = PacketVerdict()
    verdict.connection = id
    verdict.stream = stream
    verdict.sender = sender
    return verdict
  }

  fileprivate func quoteVerdict(_ toward: Side) -> PacketVerdict {
    var verdict = verdict(toward.peer)
    verdict.stream = -1
    verdict.isQuote = true
    return verdict
  }
}
