import SynfinWire

extension Connection {
  /// Tells what was measured of an end: times, rates, windows, losses, labels.
  mutating func tellMeasurements(
    _ record: inout TCPEndpointRecord, _ side: Side, _ cold: borrowing ColdStorage
  ) {
    record.roundTripTime = self[side].roundTripTime.statistics(cold.histograms)
    // Both ways of timing give the same samples as long as nothing is lost or delayed.
    record.timestampRoundTripTime =
      self[side].clockRoundTripTime.hasSamples(of: &self[side].roundTripTime)
      ? record.roundTripTime : self[side].clockRoundTripTime.statistics(cold.histograms)
    record.lostBytes = lost(side, cold)
    record.labels.clear()
    if labelCounts >= 0 { cold.labelCounts[labelCounts].list(side, in: &record.labels) }
    record.minimumWindow =
      self[side].minimumWindow == .max ? nil : UInt64(self[side].minimumWindow)
    record.acknowledgedBytes = self[side].has(.acknowledged) ? acknowledgedBytes(side) : nil
    let hasData = self[side].has(.transfer)
    record.maximumBytesInFlight = hasData ? UInt64(self[side].maximumInFlight) : nil
    record.transferTime =
      hasData ? max(0, self[side].transferEnd.nanoseconds(since: self[side].transferBegin)) : nil
  }

  /// Octets of payload that the peer acknowledged.
  private mutating func acknowledgedBytes(_ side: Side) -> UInt64 {
    let octets = self[side].acknowledgedOctets
    return self[side].has(.finAcknowledged) && octets > 0 ? octets - 1 : octets
  }

  /// Octets that were lost before the capture point: sent again later, or missing and never acknowledged.
  ///
  /// With one direction alone nobody can tell what was acknowledged.
  private mutating func lost(_ side: Side, _ cold: borrowing ColdStorage) -> UInt64 {
    let ranges = self[side].ranges
    guard ranges >= 0, !isOneWay, self[side].has(.acknowledged) else { return self[side].lostBytes }
    let missing = cold.ranges[ranges].octets(after: self[side].acknowledged)
    return self[side].lostBytes &+ UInt64(missing)
  }
}
