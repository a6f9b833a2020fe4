// What a brief connection has no room for.

extension ZeekBrief {
  /// Whether there is room for all that is to be remembered of a connection.
  @inline(__always)
  static func hasRoom(for connection: inout ZeekConnection, isTCP: Bool) -> Bool {
    connection.parents.isEmpty && connection.shared.isBrief(isTCP: isTCP)
      && connection.first.isBrief && connection.second.isBrief && !isUnderWay(&connection)
  }

  /// Whether more is to be expected that a brief connection has no room for: a handshake is complete.
  @inline(__always)
  private static func isUnderWay(_ connection: inout ZeekConnection) -> Bool {
    connection.first.state == .established && connection.second.state == .established
      && connection.first.packets + connection.second.packets > 2
  }
}

extension ZeekEndpoint {
  /// Whether nothing is known of it but its state, its counts and three sequence numbers.
  @inline(__always)
  fileprivate var isBrief: Bool {
    // All at once: a branch for each would take longer.
    let numbers = finNumber | notedSYN | notedFIN | notedReset
    let counts = badChecksums.count | retransmissions.count | zeroWindows.count | gaps.count
    let wraps = lastWraps | acknowledgedWraps
    return numbers | UInt64(counts | wraps) == 0 && !hasSentFIN && !isDone
      && packets <= UInt8.max && ipBytes <= UInt32.max && datagramBytes <= Int32.max
      && reassembly.isBlank
  }
}

extension ZeekShared {
  @inline(__always)
  fileprivate func isBrief(isTCP: Bool) -> Bool {
    history.isShort && missedBytes == 0 && flags.rawValue <= UInt8.max
      && deadlines.isBrief(isTCP: isTCP)
  }
}

extension ZeekDeadlines {
  @inline(__always)
  fileprivate func isBrief(isTCP: Bool) -> Bool {
    let rare = min(
      self[.delete], self[.lookAfterFirstClose], self[.lookAfterSecondClose],
      self[isTCP ? .dns : .attempt])
    return rare == .max
  }
}
