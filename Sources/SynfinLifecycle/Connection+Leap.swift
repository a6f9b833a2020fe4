import SynfinWire

// Numbers far from all that was seen: of another life of these ports, forged, or behind a gap of the capture.

extension Connection {
  /// Whether a number lies less than half a gigabyte from the highest one seen of an end.
  ///
  /// Nobody's window reaches farther (RFC 7323 §2.3), so that a segment there would not be taken (RFC 9293 §3.10.7.4).
  mutating func isNear(_ number: SequenceNumber, of side: Side) -> Bool {
    abs(number.distance(from: self[side].next)) < 1 << 29
  }

  /// Whether a distant number is where the end really is, because two segments in a row agree on it.
  ///
  /// One alone may be anybody's; two are taken as the other side of a gap in the capture. A FIN is believed alone, as
  /// nothing comes behind it. The gap is counted forward: it may be more than the half of the sequence space that
  /// comparisons can tell apart.
  mutating func follows(
    _ number: SequenceNumber, of side: Side, _ arrival: Arrival, _ cold: inout ColdStorage
  ) -> Bool {
    if side == arrival.sender && arrival.flags.contains(.fin) {
      leap(to: number, side, arrival, &cold)
      return true
    }
    guard has(.established) || !startWasSeen else { return false }
    guard self[side].has(.distant), abs(number.distance(from: self[side].distant)) < 1 << 20 else {
      self[side].distant = number
      self[side].facts.insert(.distant)
      return false
    }
    leap(to: number < self[side].distant ? number : self[side].distant, side, arrival, &cold)
    return true
  }

  private mutating func leap(
    to number: SequenceNumber, _ side: Side, _ arrival: Arrival, _ cold: inout ColdStorage
  ) {
    if self[side].ranges >= 0 {
      self[side].missedBytes &+= UInt64(
        cold.ranges[self[side].ranges].octets(before: self[side].next))
      releaseRanges(side, &cold)
    }
    self[side].facts.insert(.manyHoles)
    let gap = UInt64(number.rawValue &- self[side].next.rawValue)
    self[side].missedBytes &+= gap
    // What lay before the gap and was not acknowledged yet has been since.
    let unacknowledged = self[side].next.distance(from: firstUnacknowledged(of: side))
    self[side].acknowledgedOctets &+= gap &+ UInt64(max(0, unacknowledged))
    self[side].next = number
    self[side].acknowledged = number
    self[side].facts.insert(.acknowledged)
    self[side].facts.remove([.distant, .probed, .damagedRun])
    self[side].flight = Flight()
    note(.missedByCapture, arrival.packet, &cold)
  }
}
