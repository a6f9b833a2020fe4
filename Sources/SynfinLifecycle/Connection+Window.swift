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
    noteWindow(arrival)
    // Behind the peer's FIN nothing comes that would need room.
    let isClosed =
      arrival.segment.window == 0 && !arrival.flags.contains(.syn)
      && !self[sender.peer].has(.finAcknowledged)
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

  /// Notes how large the window is, but not whether it closed or opened.
  @inline(__always)
  mutating func noteWindow(_ arrival: Arrival) {
    let sender = arrival.sender
    let window = UInt64(arrival.segment.window)
    self[sender].window = arrival.segment.window
    // The window of a SYN is never scaled (RFC 7323 §2.2).
    guard !arrival.flags.contains(.syn) else {
      self[sender].facts.insert(.window)
      self[sender].maximumWindow = max(self[sender].maximumWindow, window)
      return
    }
    guard let shift = agreedScale(of: sender) else { return }
    let scaled = window &<< UInt64(shift)
    self[sender].facts.insert(.window)
    self[sender].maximumWindow = max(self[sender].maximumWindow, scaled)
    self[sender].minimumWindow = min(
      self[sender].minimumWindow, UInt32(truncatingIfNeeded: scaled))
  }

  /// The power of two that scales an end's window: 0 without scaling, nil if the SYNs were not captured.
  ///
  /// One SYN without the option is enough to know that nobody scales (RFC 7323 §2.2).
  @inline(__always)
  mutating func agreedScale(of side: Side) -> UInt8? {
    let client = self[.client].facts.intersection([.syn, .offersWindowScale])
    let server = self[.server].facts.intersection([.syn, .offersWindowScale])
    if client == .syn || server == .syn { return 0 }
    return client.isEmpty || server.isEmpty ? nil : self[side].windowScale
  }
}
