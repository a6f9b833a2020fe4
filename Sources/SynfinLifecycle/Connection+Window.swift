import SynfinWire

extension Connection {
  /// Follows the window that an end advertises (RFC 9293 §3.8.6, RFC 7323 §2).
  mutating func updateWindow(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    guard !arrival.flags.isDisjoint(with: [.ack, .syn]) else { return }
    // A late segment of before says nothing of the window now (RFC 9293 §3.10.7.4: SND.WL2).
    let isStale =
      arrival.flags.contains(.ack) && self[sender.peer].has(.acknowledged)
      && arrival.acknowledgment < self[sender.peer].acknowledged
    if isStale { return }
    let window = arrival.segment.window
    self[sender].window = window
    // The window of a SYN is never scaled (RFC 7323 §2.2).
    let shift = arrival.flags.contains(.syn) ? 0 : agreedScale(of: sender)
    let scaled = UInt64(window) << UInt64(shift ?? 0)
    if shift != nil {
      self[sender].facts.insert(.window)
      self[sender].maximumWindow = max(self[sender].maximumWindow, scaled)
      if !arrival.flags.contains(.syn) {
        self[sender].minimumWindow = min(
          self[sender].minimumWindow, UInt32(truncatingIfNeeded: scaled))
      }
    }
    // Behind the peer's FIN nothing comes that would need room.
    let isClosed =
      window == 0 && !arrival.flags.contains(.syn) && !self[sender.peer].has(.finAcknowledged)
    if isClosed == self[sender].has(.windowClosed) { return }
    if isClosed {
      self[sender].facts.insert(.windowClosed)
      self[sender].zeroWindows &+= 1
      self[sender].zeroWindowSince = arrival.time
      note(.zeroWindow, arrival.packet, &cold)
      if stalls < 0 { stalls = cold.stalls.insert(WindowStalls()) }
      cold.stalls[stalls].begin(sender, arrival.packet, at: arrival.time)
    } else {
      self[sender].facts.remove(.windowClosed)
      let pause = arrival.time.nanoseconds(since: self[sender].zeroWindowSince)
      self[sender].zeroWindowTime = self[sender].zeroWindowTime.addingClamped(max(0, pause))
      if stalls >= 0 { cold.stalls[stalls].end(sender, arrival.packet, at: arrival.time) }
    }
  }

  /// The power of two that scales an end's window: 0 without scaling, nil if the SYNs were not captured.
  ///
  /// One SYN without the option is enough to know that nobody scales (RFC 7323 §2.2).
  mutating func agreedScale(of side: Side) -> UInt8? {
    let client = self[.client].facts.intersection([.syn, .offersWindowScale])
    let server = self[.server].facts.intersection([.syn, .offersWindowScale])
    if client == .syn || server == .syn { return 0 }
    return client.isEmpty || server.isEmpty ? nil : self[side].windowScale
  }
}
