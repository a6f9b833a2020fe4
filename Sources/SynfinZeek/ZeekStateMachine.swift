/// The states of the two sides of a TCP connection, and what a segment makes of them.
enum ZeekStateMachine {
  /// How a segment ends its sender's side.
  enum End {
    /// By a FIN, or by an RST that is more than a refusal.
    case regular
    case abrupt
  }

  /// Takes a segment; the result says whether it ends the sender's side.
  @inline(never)
  static func take(
    _ segment: ZeekSegment, _ sender: inout ZeekEndpoint, _ peer: inout ZeekEndpoint,
    _ shared: inout ZeekShared, _ now: Int64
  ) -> End? {
    switch sender.state {
    case .inactive: inactive(segment, &sender, &peer, &shared, now)
    case .synSent, .synAckSent: opening(segment, &sender, &peer, &shared)
    case .established, .partial: established(segment, &sender, &peer, &shared)
    case .closed: closed(segment, &sender, &peer, &shared)
    case .reset: nil
    }
  }

  private static func inactive(
    _ segment: ZeekSegment, _ sender: inout ZeekEndpoint, _ peer: inout ZeekEndpoint,
    _ shared: inout ZeekShared, _ now: Int64
  ) -> End? {
    var end: End?
    let wasOrig = sender.isOrig
    if segment.isSYN {
      if sender.isOrig {
        enter(segment.isACK ? .synAckSent : .synSent, &sender, peer.state, &shared)
        shared.deadlines[.attempt] = now + ZeekTimeout.attempt
      } else {
        answer(segment, &sender, &peer, &shared)
      }
    }
    if segment.isFIN {
      enter(.closed, &sender, peer.state, &shared)
      end = .regular
    }
    if segment.isRST {
      enter(.reset, &sender, peer.state, &shared)
      let isRefusal =
        wasOrig ? peer.state == .established : peer.state == .synSent || peer.state == .synAckSent
      end = isRefusal ? .abrupt : .regular
    }
    if sender.state == .inactive { speak(segment, &sender, peer.state, &shared) }
    return end
  }

  /// The responder's SYN, with or without ACK.
  private static func answer(
    _ segment: ZeekSegment, _ sender: inout ZeekEndpoint, _ peer: inout ZeekEndpoint,
    _ shared: inout ZeekShared
  ) {
    if !segment.isACK, peer.state == .synAckSent, segment.sequence == sender.start {
      // The SYN comes behind the SYN+ACK that answers it: the capture swapped them.
      ZeekShared.flip(&sender, &peer, &shared)
      enter(.established, &peer, sender.state, &shared)
      shared.hasSeenOrig = true
    }
    if peer.state == .synSent { enter(.established, &peer, sender.state, &shared) }
    enter(.established, &sender, peer.state, &shared)
    if peer.state != .partial { shared.isNewlyEstablished = true }
  }

  /// A first segment without any flag that changes a state.
  private static func speak(
    _ segment: ZeekSegment, _ sender: inout ZeekEndpoint, _ peer: ZeekEndpointState,
    _ shared: inout ZeekShared
  ) {
    // Some acknowledge a SYN before they answer it.
    if !sender.isOrig, segment.length == 0, peer == .synSent { return }
    if segment.isACK, peer == .established {
      // A SYN+ACK was there: the SYN was merely missed.
      enter(.established, &sender, peer, &shared)
      shared.isPartial = false
      if sender.isOrig { shared.hasSeenOrig = true } else { shared.hasSeenResp = true }
    } else {
      enter(.partial, &sender, peer, &shared)
    }
  }

  private static func opening(
    _ segment: ZeekSegment, _ sender: inout ZeekEndpoint, _ peer: inout ZeekEndpoint,
    _ shared: inout ZeekShared
  ) -> End? {
    var end: End?
    if segment.isFIN {
      enter(.closed, &sender, peer.state, &shared)
      end = .regular
    }
    if segment.isRST {
      enter(.reset, &sender, peer.state, &shared)
      shared.isActive = false
      end = end ?? .abrupt
    }
    return end
  }

  private static func established(
    _ segment: ZeekSegment, _ sender: inout ZeekEndpoint, _ peer: inout ZeekEndpoint,
    _ shared: inout ZeekShared
  ) -> End? {
    var end: End?
    if segment.isSYN, !segment.isACK, sender.state == .partial, peer.state == .inactive {
      enter(.synSent, &sender, peer.state, &shared)
    }
    if segment.isFIN, !segment.isRST {
      enter(.closed, &sender, peer.state, &shared)
      // A FIN and then an RST is a regular end of the other side once this one has sent its FIN too.
      if peer.state == .reset, peer.previousState == .closed {
        enter(.closed, &peer, sender.state, &shared)
      }
      end = .regular
    }
    if segment.isRST {
      enter(.reset, &sender, peer.state, &shared)
      if peer.state != .reset || peer.previousState != .established { shared.isActive = false }
      end = .abrupt
    }
    return end
  }

  private static func closed(
    _ segment: ZeekSegment, _ sender: inout ZeekEndpoint, _ peer: inout ZeekEndpoint,
    _ shared: inout ZeekShared
  ) -> End? {
    guard segment.isRST, peer.state != .closed else { return nil }
    enter(.reset, &sender, peer.state, &shared)
    return sender.isDone ? nil : .abrupt
  }

  /// Changes a side's state; the first step out of the handshake makes the connection a patient one.
  @inline(__always)
  private static func enter(
    _ state: ZeekEndpointState, _ side: inout ZeekEndpoint, _ other: ZeekEndpointState,
    _ shared: inout ZeekShared
  ) {
    if !state.isHandshake, side.state.isHandshake, other.isHandshake {
      shared.setInactivityTimeout(ZeekTimeout.established)
    }
    side.enter(state)
  }
}

/// The end of a side, which may have to wait for data, and the end of the connection.
enum ZeekClosing {
  /// Whether a side that has ended has no data outstanding any more.
  @inline(__always)
  static func lookForEnd(
    _ side: inout ZeekEndpoint, _ other: inout ZeekEndpoint, _ shared: inout ZeekShared
  ) {
    guard !side.reassembly.isAtEnd,
      side.hasSentFIN || side.state == .closed || side.state == .reset
    else { return }
    reachEnd(&side, &other, &shared)
  }

  @inline(never)
  private static func reachEnd(
    _ side: inout ZeekEndpoint, _ other: inout ZeekEndpoint, _ shared: inout ZeekShared
  ) {
    guard !side.hasDataPending(peerHoldsData: other.reassembly.holdsData)
    else { return }
    side.reassembly.isAtEnd = true
    guard shared.isCloseDeferred else { return }
    close(&side, &other, &shared, isRegular: shared.isDeferredCloseRegular)
    shared.isCloseDeferred = false
  }

  /// Ends a side.
  static func close(
    _ side: inout ZeekEndpoint, _ other: inout ZeekEndpoint, _ shared: inout ZeekShared,
    isRegular: Bool
  ) {
    if side.hasDataPending(peerHoldsData: other.reassembly.holdsData) {
      shared.isCloseDeferred = true
      if !shared.isDeferredCloseRegular { shared.isDeferredCloseRegular = isRegular }
      return
    }
    shared.isCloseDeferred = false
    guard !side.isDone else { return }
    side.isDone = true
    if side.state == .reset || other.isDone || other.state == .inactive {
      finish(&side, &other, &shared, isRegular: isRegular)
    } else if side.previousState != .inactive {
      let reason =
        shared.deadlines[.lookAfterFirstClose] == .max
        ? ZeekDeadlines.Reason.lookAfterFirstClose : .lookAfterSecondClose
      shared.deadlines[reason] = shared.last + ZeekTimeout.look
    }
  }

  /// The whole connection is over.
  private static func finish(
    _ side: inout ZeekEndpoint, _ other: inout ZeekEndpoint, _ shared: inout ZeekShared,
    isRegular: Bool
  ) {
    if side.previousState != .inactive || other.state != .inactive {
      if isRegular || shared.isDeferredCloseRegular { shared.isActive = false }
      shared.isDeferredCloseRegular = false
    }
    shared.deadlines.cancelAnalyzer()
    shared.deadlines[.delete] = shared.last + ZeekTimeout.close
  }
}
