import SynfinWire

// How much an end has on its way, and for how long it has been sending: the base of throughput and goodput.

extension Connection {
  /// Takes note of a segment with payload.
  @inline(__always)
  mutating func noteTransfer(_ arrival: Arrival) {
    let sender = arrival.sender
    if !self[sender].has(.transfer) {
      self[sender].facts.insert(.transfer)
      self[sender].transferBegin = arrival.time
    }
    prolongTransfer(of: sender, to: arrival.time)
    guard self[sender].has(.acknowledged) || self[sender].has(.syn) else { return }
    let inFlight = self[sender].next.distance(from: firstUnacknowledged(of: sender))
    // More than the peer has room for is not under way: its acknowledgements are missing from the capture.
    let room =
      self[sender.peer].has(.window)
      ? Int(truncatingIfNeeded: self[sender.peer].maximumWindow) + arrival.payload : .max
    if inFlight > Int(self[sender].maximumInFlight), inFlight <= room {
      self[sender].maximumInFlight = UInt32(truncatingIfNeeded: inFlight)
    }
  }

  /// Takes note of an acknowledgement that goes beyond all before; call it before `acknowledged` moves.
  @inline(__always)
  mutating func noteDelivery(to number: SequenceNumber, of side: Side, at time: Timestamp) {
    let base = firstUnacknowledged(of: side)
    self[side].acknowledgedOctets &+= UInt64(max(0, number.distance(from: base)))
    let dataEnd = self[side].has(.fin) ? self[side].finEnd - 1 : self[side].next
    // The acknowledgement of a FIN alone delivers nothing.
    if self[side].has(.transfer), base < dataEnd { prolongTransfer(of: side, to: time) }
  }

  /// SND.UNA (RFC 9293 §3.3.1); behind the SYN as long as nothing was acknowledged.
  @inline(__always)
  mutating func firstUnacknowledged(of side: Side) -> SequenceNumber {
    self[side].has(.acknowledged) ? self[side].acknowledged : self[side].initial + 1
  }

  @inline(__always)
  private mutating func prolongTransfer(of side: Side, to time: Timestamp) {
    if self[side].transferEnd < time { self[side].transferEnd = time }
  }
}
