import SynfinLifecycle
import SynfinWire

extension GraphCollector {
  // MARK: - What the sender sends

  /// Takes a segment of the sender, and says how many octets of it were not seen before.
  mutating func addSegment(
    _ segment: Segment, _ verdict: PacketVerdict, _ moment: Moment
  ) -> Int64 {
    guard let start = stream.place(segment.sequenceNumber) else { return 0 }
    if segment.flags.contains(.rst) {
      tracks.resets.add(start, at: moment.time, of: clock, packet: moment.packet)
      return 0
    }
    let cause = cause(verdict, moment.packet)
    let length = Int64(max(0, segment.payloadLength))
    let hasSyn = segment.flags.contains(.syn)
    if hasSyn { addSyn(start, moment) }
    var fresh: Int64 = 0
    if cause == .keepAlive || cause == .zeroWindowProbe {
      tracks.probes.add(start, at: moment.time, of: clock, packet: moment.packet)
      if cause == .zeroWindowProbe, length == 1 { probe = start }
    } else {
      // The payload of a SYN stands behind the SYN itself.
      fresh = addPayload(hasSyn ? start + 1 : start, length, segment, verdict, moment)
    }
    let end = start + Int64(segment.sequenceLength)
    if segment.flags.contains(.fin) { addFin(end, moment) }
    if let cause, let index = SegmentCause.ofRetransmissions.firstIndex(of: cause) {
      addRepeat(index, start, end, moment)
    }
    if segment.options.has(.timestamps), segment.sequenceLength > 0 {
      echoes.sent(segment.options.timestampValue, at: moment.seen)
    }
    return fresh
  }

  private mutating func addPayload(
    _ start: Int64, _ length: Int64, _ segment: Segment, _ verdict: PacketVerdict,
    _ moment: Moment
  ) -> Int64 {
    guard length > 0 else {
      let isBare = segment.flags.isDisjoint(with: [.syn, .fin])
      if isBare, verdict.clientState.isOpen, verdict.serverState.isOpen,
        let gap = stream.takeEmpty(start)
      {
        tracks.lost.add(
          from: gap, to: start, at: moment.time, of: clock, packet: moment.packet)
      }
      return 0
    }
    probe = nil
    let octets = stream.takeData(start, length)
    if octets.isOld {
      // New octets that begin with the one octet of a probe are no repeat.
      if !(octets.fresh > 0 && length - octets.fresh == 1) { segments.repeated(from: start) }
    } else {
      segments.sent(octets.end, at: moment.seen)
    }
    if let gap = octets.gap {
      tracks.lost.add(from: gap, to: start, at: moment.time, of: clock, packet: moment.packet)
    }
    addOctets(octets, verdict, moment)
    if let inFlight = stream.inFlight { addInFlight(inFlight, length, moment) }
    return octets.fresh
  }

  /// Repeats are added apart.
  private mutating func addOctets(
    _ octets: GraphStream.Octets, _ verdict: PacketVerdict, _ moment: Moment
  ) {
    switch verdict.cause {
    case nil:
      tracks.data.add(
        from: octets.start, to: octets.end, at: moment.time, of: clock, packet: moment.packet)
    case .reordered:
      tracks.late.add(
        from: octets.start, to: octets.end, at: moment.time, of: clock, packet: moment.packet)
    default: break
    }
  }

  private mutating func addInFlight(_ octets: Int64, _ length: Int64, _ moment: Moment) {
    // More than the receiver has room for is not under way: its acknowledgements are missing.
    if let largestWindow, octets > largestWindow + length { return }
    tracks.inFlight.add(octets, at: moment.time, of: clock, packet: moment.packet)
  }

  private mutating func addRepeat(_ cause: Int, _ start: Int64, _ end: Int64, _ moment: Moment) {
    tracks.repeats[cause].add(
      from: start, to: end, at: moment.time, of: clock, packet: moment.packet)
    tracks.repeatsInFlight.add(
      max(0, stream.inFlight ?? 0), at: moment.time, of: clock, packet: moment.packet)
  }

  private mutating func addSyn(_ start: Int64, _ moment: Moment) {
    if stream.takeSyn(start) {
      segments.sent(start + 1, at: moment.seen)
    } else {
      segments.repeated(from: start)
    }
    tracks.syns.add(start, at: moment.time, of: clock, packet: moment.packet)
  }

  private mutating func addFin(_ end: Int64, _ moment: Moment) {
    if stream.takeFin(end) {
      segments.sent(end, at: moment.seen)
    } else {
      segments.repeated(from: end - 1)
    }
    tracks.fins.add(end, at: moment.time, of: clock, packet: moment.packet)
  }

  // MARK: - What the receiver answers

  /// Takes a segment of the receiver.
  mutating func addAnswer(_ segment: Segment, _ verdict: PacketVerdict, _ moment: Moment) {
    let hasAck = segment.flags.contains(.ack)
    let place = hasAck ? stream.place(segment.acknowledgmentNumber) : nil
    let reached = place ?? stream.acknowledged ?? 0
    if segment.flags.contains(.rst) {
      return tracks.resets.add(reached, at: moment.time, of: clock, packet: moment.packet)
    }
    if segment.flags.contains(.syn) {
      tracks.syns.add(reached, at: moment.time, of: clock, packet: moment.packet)
    }
    if segment.flags.contains(.fin) {
      tracks.fins.add(reached, at: moment.time, of: clock, packet: moment.packet)
    }
    let before = stream.acknowledged
    if let place { addAcknowledgment(place, segment, moment) }
    if hasAck, let before, let place, place < before { return }
    if hasAck || segment.flags.contains(.syn) { addWindow(segment, verdict, moment) }
  }

  private mutating func addAcknowledgment(_ place: Int64, _ segment: Segment, _ moment: Moment) {
    let isNew = stream.acknowledged.map { $0 < place } ?? true
    if let gap = stream.takeAcknowledgment(place, follows: probe) {
      tracks.missed.add(from: gap, to: place, at: moment.time, of: clock, packet: moment.packet)
    }
    if let trip = segments.acknowledge(place, at: moment.seen) {
      tracks.trips.add(trip, at: moment.time, of: clock, packet: moment.packet)
    }
    if isNew, segment.options.has(.timestamps),
      let trip = echoes.echoed(segment.options.timestampEchoReply, at: moment.seen)
    {
      tracks.clockTrips.add(trip, at: moment.time, of: clock, packet: moment.packet)
    }
    let reached = stream.acknowledged ?? place
    tracks.acknowledgments.add(reached, at: moment.time, of: clock, packet: moment.packet)
    if let inFlight = stream.inFlight {
      addInFlight(inFlight - (stream.isFinInFlight ? 1 : 0), 0, moment)
    }
    for index in 0..<Int(min(4, segment.options.sackCount)) {
      addBlock(segment.options.sackBlocks[index], moment)
    }
  }

  /// Blocks below the acknowledgement report copies (RFC 2883), not what came out of order.
  private mutating func addBlock(_ block: SACKBlock, _ moment: Moment) {
    guard let left = stream.place(block.left), let right = stream.place(block.right),
      left < right, left >= stream.acknowledged ?? 0, right <= stream.next ?? 0
    else { return }
    tracks.sacks.add(from: left, to: right, at: moment.time, of: clock, packet: moment.packet)
  }

  private mutating func addWindow(
    _ segment: Segment, _ verdict: PacketVerdict, _ moment: Moment
  ) {
    let reached = stream.acknowledged ?? 0
    if let window = verdict.scaledWindow.map({ Int64($0) }) {
      largestWindow = max(largestWindow ?? 0, window)
      tracks.windows.add(window, at: moment.time, of: clock, packet: moment.packet)
      tracks.edges.add(reached + window, at: moment.time, of: clock, packet: moment.packet)
    }
    // Behind the sender's FIN nothing comes that would need room.
    let isClosed =
      segment.window == 0 && !segment.flags.contains(.syn) && !stream.isFinAcknowledged
    if isClosed, !isWindowClosed {
      tracks.closedWindows.add(reached, at: moment.time, of: clock, packet: moment.packet)
    }
    isWindowClosed = isClosed
  }
}
