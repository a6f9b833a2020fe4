internal import SynfinWire

// One segment's way through Zeek's TCP analyzer. Every function takes the sender, the other side, and what they have in
// common: three parts of one connection.

extension ZeekConnection {
  /// Takes a segment with a good checksum.
  mutating func take(_ segment: ZeekSegment, isFromFirst: Bool, ipBytes: Int, now: Int64) {
    if isFromFirst {
      ZeekTCP.take(segment, &first, &second, &shared, now)
      first.count(ipBytes: ipBytes)
    } else {
      ZeekTCP.take(segment, &second, &first, &shared, now)
      second.count(ipBytes: ipBytes)
    }
    if shared.isNewlyEstablished {
      shared.isNewlyEstablished = false
      waitForInteractiveService()
    }
  }

  /// Notes a segment with a bad checksum, which counts nowhere else.
  mutating func takeBadChecksum(isFromFirst: Bool) {
    let isOrig = isFromFirst == first.isOrig
    let isNoted = isFromFirst ? first.badChecksums.hit() : second.badChecksums.hit()
    if isNoted { shared.history.add("C", isOrig: isOrig) }
  }

  private mutating func waitForInteractiveService() {
    let (orig, origPort, respPort) =
      first.isOrig
      ? (first.state, first.port, second.port) : (second.state, second.port, first.port)
    // Of a half of a connection the originator can be the server.
    let isOrigServer =
      orig == .inactive && !ZeekServicePorts.isService(respPort, .tcp)
      && ZeekServicePorts.isService(origPort, .tcp)
    if ZeekServicePorts.isInteractive(isOrigServer ? origPort : respPort) {
      shared.setInactivityTimeout(ZeekTimeout.interactive)
    }
  }

  /// Whether a SYN begins a new connection of the same sockets.
  mutating func isReused(by segment: ZeekSegment) -> Bool {
    let (orig, origStart) =
      first.isOrig ? (first.state, first.start) : (second.state, second.start)
    let (resp, respStart) =
      first.isOrig ? (second.state, second.start) : (first.state, first.start)
    let (isAnswer, sequence) = (segment.isACK, segment.sequence)
    // Only of a half of a connection a SYN+ACK can be the first packet.
    if isAnswer, orig != .inactive { return false }
    if first.isDone || second.isDone { return true }
    if sequence == (isAnswer ? respStart : origStart) { return false }
    // The SYN that the SYN+ACK before it answers: the capture swapped them.
    let isLate = !isAnswer && orig == .synAckSent && resp == .inactive && sequence == respStart
    return !isLate
  }
}

/// Zeek's TCP analyzer.
enum ZeekTCP {
  /// Jumps of a SYN or RST that cannot be meant.
  private static let tooFar: Int32 = 1_048_576

  @inline(never)
  static func take(
    _ segment: ZeekSegment, _ sender: inout ZeekEndpoint, _ peer: inout ZeekEndpoint,
    _ shared: inout ZeekShared, _ now: Int64
  ) {
    judgeBeginning(segment, isOrig: sender.isOrig, &shared)
    start(segment, &sender)
    let (number, isBeforeStart) = sender.relative(ofSequence: segment.sequence)
    noteFlags(segment, number, &sender, &peer, &shared)
    noteWindow(segment, &sender, peer.state, &shared)
    if !sender.isDone || !peer.isDone { shared.last = now }
    if segment.isFIN {
      sender.hasSentFIN = true
      sender.finNumber = number &+ UInt64(segment.sequenceLength)
    }
    let acknowledgment = acknowledge(segment, &peer)
    moveLast(segment, &sender, &shared)
    var end: ZeekStateMachine.End?
    // Without such a flag only a side's first segment changes its state.
    if segment.isControl || sender.state == .inactive {
      end = ZeekStateMachine.take(segment, &sender, &peer, &shared, now)
    }
    if segment.isACK { findGaps(acknowledgment, &peer, &sender, &shared) }
    if sender.isOrig { shared.hasSeenOrig = true } else { shared.hasSeenResp = true }
    if segment.length > 0, segment.isCaptured, !segment.isRST, !isBeforeStart {
      keep(segment, at: segment.isSYN ? number &+ 1 : number, &sender, peer.state)
    }
    ZeekClosing.lookForEnd(&sender, &peer, &shared)
    if let end { ZeekClosing.close(&sender, &peer, &shared, isRegular: end == .regular) }
  }

  /// Whether the connection is one whose beginning was not captured.
  @inline(__always)
  private static func judgeBeginning(
    _ segment: ZeekSegment, isOrig: Bool, _ shared: inout ZeekShared
  ) {
    if isOrig {
      if !shared.hasSeenOrig { shared.isPartial = !segment.isSYN || segment.isACK }
    } else if !shared.hasSeenResp, !shared.isPartial {
      shared.isPartial = !segment.isSYN
    }
  }

  /// Starts the numbering, or starts it anew at another SYN.
  @inline(__always)
  private static func start(_ segment: ZeekSegment, _ sender: inout ZeekEndpoint) {
    switch sender.state {
    case .inactive where segment.isSYN:
      sender.restart(at: segment.sequence, last: segment.end)
    case .inactive:
      // As if there had been a SYN; the last number stays behind, so that this packet is no retransmission.
      sender.restart(at: segment.sequence &- 1, last: segment.sequence)
    case .synSent, .synAckSent:
      if segment.isSYN, segment.sequence != sender.start {
        sender.restart(at: segment.sequence, last: segment.end)
      }
    case .established, .partial:
      if segment.isSYN { sender.restart(at: segment.sequence, last: segment.end) }
    case .reset:
      // The numbers came from an RST that may have been forged.
      if segment.isSYN, sender.previousState == .inactive {
        sender.restart(at: segment.sequence, last: segment.end)
      }
    case .closed: break
    }
  }

  /// Notes an acknowledgment and returns its relative number.
  @inline(__always)
  private static func acknowledge(_ segment: ZeekSegment, _ peer: inout ZeekEndpoint) -> UInt64 {
    guard segment.isACK else { return 0 }
    let number = segment.acknowledgment
    if peer.state == .inactive {
      peer.restart(at: number &- 1, last: number &- 1)
      return 1
    }
    let (relative, isBeforeStart) = peer.relative(ofAcknowledgment: number)
    if isBeforeStart { return 0 }
    let delta = ZeekEndpoint.delta(number, peer.acknowledged)
    // RSTs are not to be trusted, and a 0 far away is rather a broken field than a large connection.
    if !segment.isRST, delta > 0, !(number == 0 && delta > tooFar) {
      peer.moveAcknowledged(to: number)
    }
    return relative
  }

  @inline(__always)
  private static func moveLast(
    _ segment: ZeekSegment, _ sender: inout ZeekEndpoint, _ shared: inout ZeekShared
  ) {
    let delta = ZeekEndpoint.delta(segment.end, sender.last)
    if segment.isSYN || segment.isRST, delta > tooFar || delta < -tooFar { return }
    if segment.isFIN, sender.last == sender.start &+ 1 {
      // More than 2 GiB may lie between the SYN and the FIN if nothing else was captured.
      sender.moveLast(to: segment.end)
    } else if sender.state == .reset {
      return
    } else if delta > 0 {
      sender.moveLast(to: segment.end)
    } else if segment.length > 0, sender.retransmissions.hit() {
      shared.history.add("T", isOrig: sender.isOrig)
    }
  }

  @inline(__always)
  private static func findGaps(
    _ acknowledgment: UInt64, _ side: inout ZeekEndpoint, _ other: inout ZeekEndpoint,
    _ shared: inout ZeekShared
  ) {
    var number = acknowledgment
    if side.hasSentFIN, number >= side.finNumber { number = side.finNumber &- 1 }
    let gaps = side.reassembly.acknowledge(number, isPartial: shared.isPartial)
    if side.isClean, other.isClean {
      for _ in 0..<gaps.count where side.gaps.hit() {
        shared.history.add("G", isOrig: side.isOrig)
      }
      shared.missedBytes &+= gaps.bytes
    }
    ZeekClosing.lookForEnd(&side, &other, &shared)
  }

  @inline(__always)
  private static func keep(
    _ segment: ZeekSegment, at number: UInt64, _ sender: inout ZeekEndpoint,
    _ peerState: ZeekEndpointState
  ) {
    let isUnacknowledged = sender.isUnacknowledged
    let isBeyondWindow = sender.size(peerState: peerState) > 16_384
    sender.reassembly.add(
      number, segment.length, isUnacknowledged: isUnacknowledged, isBeyondWindow: isBeyondWindow)
  }
}

// MARK: - History

extension ZeekTCP {
  @inline(__always)
  private static func noteFlags(
    _ segment: ZeekSegment, _ number: UInt64, _ sender: inout ZeekEndpoint,
    _ peer: inout ZeekEndpoint, _ shared: inout ZeekShared
  ) {
    let isMany =
      segment.isSYN ? segment.isFIN || segment.isRST : segment.isFIN && segment.isRST
    if isMany {
      if segment.isFIN, segment.isRST {
        _ = shared.history.note(.finAndReset, "I", isOrig: sender.isOrig)
      } else {
        _ = shared.history.note(.manyFlags, "Q", isOrig: sender.isOrig)
      }
    } else if segment.isSYN {
      note(.syn, segment.isACK ? "H" : "S", number, &sender.notedSYN, sender.isOrig, &shared)
    } else if segment.isFIN {
      let end = number &+ UInt64(segment.length)
      note(.fin, "F", end, &sender.notedFIN, sender.isOrig, &shared)
    } else if segment.isRST {
      note(.reset, "R", number, &sender.notedReset, sender.isOrig, &shared)
    } else if segment.length > 0 || segment.isACK {
      flipLoneHandshake(&sender, &peer, &shared)
      let isData = segment.length > 0
      _ = shared.history.note(
        isData ? .data : .acknowledgment, isData ? "D" : "A", isOrig: sender.isOrig)
    }
  }

  /// Notes one of the flags that are noted again if their number differs from the last one's.
  private static func note(
    _ event: ZeekHistory.Event, _ letter: Unicode.Scalar, _ number: UInt64, _ noted: inout UInt64,
    _ isOrig: Bool, _ shared: inout ZeekShared
  ) {
    if !shared.history.note(event, letter, isOrig: isOrig), number != noted {
      shared.history.add(letter, isOrig: isOrig)
    }
    noted = number
  }

  /// A connection that began with a SYN+ACK and then goes on had a SYN that was not captured.
  @inline(__always)
  private static func flipLoneHandshake(
    _ sender: inout ZeekEndpoint, _ peer: inout ZeekEndpoint, _ shared: inout ZeekShared
  ) {
    guard shared.history.isLoneHandshake else { return }
    ZeekShared.swapRoles(&sender, &peer, &shared)
    shared.history.flipLoneHandshake()
  }

  @inline(__always)
  private static func noteWindow(
    _ segment: ZeekSegment, _ sender: inout ZeekEndpoint, _ peerState: ZeekEndpointState,
    _ shared: inout ZeekShared
  ) {
    guard segment.window == 0, !segment.isRST, peerState != .closed, sender.state != .reset,
      sender.zeroWindows.hit()
    else { return }
    shared.history.add("W", isOrig: sender.isOrig)
  }
}
