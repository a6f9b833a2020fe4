import SynfinWire

// Identical packets: the network doubled them, or the capture saw them at two places.

extension Connection {
  /// Takes a packet that is identical with one just before.
  mutating func noteDuplicate(
    _ arrival: Arrival, _ copy: RecentSegments.Copy, _ cold: inout ColdStorage
  ) {
    let sender = arrival.sender
    self[sender].duplicates &+= 1
    note(.duplicate, arrival.packet, &cold)
    if copy == .byCapture {
      cause = .duplicatedByCapture
      self[sender].copiesByCapture &+= 1
      return
    }
    // What the network doubles its receiver reports, if it can: that is known at the end.
    cause = .duplicatedByNetwork
    guard arrival.payload > 0 else { return }
    let end = arrival.sequence + arrival.payload
    if !self[sender].has(.copiedData) || self[sender].copiedEnd < end {
      self[sender].copiedEnd = end
    }
    self[sender].facts.insert(.copiedData)
  }

  /// How many copies the capture made, as known at the end.
  ///
  /// A direction whose copies carry no data draws no reports: there the other one tells.
  mutating func copiesByCapture(_ side: Side, _ cold: borrowing ColdStorage) -> UInt64 {
    guard self[side].duplicates > 0 else { return 0 }
    let isUnreported =
      self[side].has(.copiedData)
      ? lacksReports(side, cold) : lacksReports(side.peer, cold)
    return UInt64(isUnreported ? self[side].duplicates : self[side].copiesByCapture)
  }

  /// Whether data came twice and the receiver, which got all of it, reports none of it although the ends agreed on SACK
  /// (RFC 2883 §4): nothing was delivered twice.
  private mutating func lacksReports(_ side: Side, _ cold: borrowing ColdStorage) -> Bool {
    guard self[side].has(.copiedData), self[side].has(.acknowledged),
      self[side].copiedEnd <= self[side].acknowledged, self[.client].has(.offersSACK),
      self[.server].has(.offersSACK)
    else { return false }
    return self[side].repairs < 0 || cold.repairs[self[side].repairs].explainedCopies == 0
  }
}
