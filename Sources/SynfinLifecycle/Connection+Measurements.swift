import SynfinWire

extension Connection {
  /// Adds what was measured of an end: times, rates, windows, losses, labels.
  func addMeasurements(
    to record: inout TCPEndpointRecord, _ side: Side, _ cold: borrowing ColdStorage
  ) {
    record.roundTripTime = self[side].roundTripTime.statistics(cold.histograms)
    record.timestampRoundTripTime = self[side].clockRoundTripTime.statistics(cold.histograms)
    record.lostBytes = lost(side, cold)
    if labelCounts >= 0 { record.labels = cold.labelCounts[labelCounts].record(side) }
    if self[side].minimumWindow != .max { record.minimumWindow = UInt64(self[side].minimumWindow) }
    if self[side].has(.acknowledged) { record.acknowledgedBytes = acknowledgedBytes(side) }
    guard self[side].has(.transfer) else { return }
    record.maximumBytesInFlight = UInt64(self[side].maximumInFlight)
    record.transferTime = max(
      0, self[side].transferEnd.nanoseconds(since: self[side].transferBegin))
  }

  /// Octets of payload that the peer acknowledged.
  private func acknowledgedBytes(_ side: Side) -> UInt64 {
    let octets = self[side].acknowledgedOctets
    return self[side].has(.finAcknowledged) && octets > 0 ? octets - 1 : octets
  }

  /// Octets that were lost before the capture point: sent again later, or missing and never acknowledged.
  ///
  /// With one direction alone nobody can tell what was acknowledged.
  private func lost(_ side: Side, _ cold: borrowing ColdStorage) -> UInt64 {
    let ranges = self[side].ranges
    guard ranges >= 0, !isOneWay, self[side].has(.acknowledged) else { return self[side].lostBytes }
    let missing = cold.ranges[ranges].octets(after: self[side].acknowledged)
    return self[side].lostBytes &+ UInt64(missing)
  }
}
