import SynfinWire

// What a plain connection amounted to: what `Connection+Record.swift` tells of one of which nothing is to be remarked.

extension PlainConnection {
  /// Tells a record all but who it is about; nothing is left in it of what it held before.
  ///
  /// The histograms are only read, like what is told; borrowed values would be copied for the calls.
  ///
  /// - Parameter followsAnother: whether it followed another one between the same sockets.
  mutating func tell(
    _ record: inout ConnectionRecord, followsAnother: Bool, _ histograms: inout DurationHistograms
  ) {
    let outcome = findOutcome()
    record.transport = .tcp
    client.tell(&record.client, &histograms)
    server.tell(&record.server, &histograms)
    if followsAnother {
      record.client.tcp?.labels.append(LabelCount(label: .reusedPorts, count: 1))
    }
    record.firstPacket = course.firstPacket
    record.lastPacket = course.lastPacket
    record.start = course.start
    record.duration = max(0, course.last.nanoseconds(since: course.start))
    record.tunnels.clear()
    record.outcome = outcome
    record.closedBy = closer(outcome)
    record.completeness = course.completeness
    if record.handshake == nil { record.handshake = HandshakeRecord() }
    record.handshake?.tell(of: &self)
    if record.teardown == nil { record.teardown = TeardownRecord() }
    record.teardown?.tell(of: &self, outcome)
    course.turns.tell(&record)
    record.longestIdle = course.longestIdle
    record.responseTime = nil
    record.windowStalls.clear()
    record.echo = nil
    record.icmpErrors.clear()
    record.problems.clear()
    record.doubts.clear()
    if course.isOffloaded { record.doubts.append(.checksumOffload) }
  }

  private mutating func closer(_ outcome: Outcome) -> Closer? {
    switch outcome {
    case .reset: course.resetBy == .client ? .client : .server
    case .closed, .halfClosed: course.firstCloser == .client ? .client : .server
    default: nil
    }
  }

  fileprivate mutating func tell(_ record: inout HandshakeRecord) {
    let complete = opening == .established
    record.complete = complete
    record.kind = complete ? .threeWay : .partial
    course.handshake.tell(&record, isTimed: true)
    record.synAckIsExact = opening == .asked ? nil : true
    record.ackIsExact = complete ? true : nil
    let offers = client.offers.intersection(server.offers)
    record.windowScaling = offers.contains(.windowScale)
    record.sack = offers.contains(.sackPermitted)
    record.timestamps = offers.contains(.timestamps)
  }

  fileprivate mutating func tell(_ record: inout TeardownRecord, _ outcome: Outcome) {
    let isAnsweredByFin = course.teardown.secondFin == course.teardown.firstFinAck
    course.teardown.tell(
      &record, outcome, isAnsweredByFin ? .threeWay : .fourWay,
      isHalf: client.hasFinished || server.hasFinished)
  }
}

extension HandshakeRecord {
  fileprivate mutating func tell(of connection: inout PlainConnection) { connection.tell(&self) }
}

extension TeardownRecord {
  fileprivate mutating func tell(of connection: inout PlainConnection, _ outcome: Outcome) {
    connection.tell(&self, outcome)
  }
}

extension PlainEnd {
  fileprivate mutating func tell(
    _ record: inout EndpointRecord, _ histograms: inout DurationHistograms
  ) {
    record.packets = packets
    record.fragments = 0
    record.ipBytes = ipBytes
    record.payloadBytes = payloadBytes
    record.damagedPackets = 0
    // Looking first whether there is a record of TCP would cost as much again.
    if record.tcp?.tell(of: &self, &histograms) == nil {
      record.tcp = TCPEndpointRecord()
      record.tcp?.tell(of: &self, &histograms)
    }
  }

  fileprivate mutating func tell(
    _ record: inout TCPEndpointRecord, _ histograms: inout DurationHistograms
  ) {
    record.labels.clear()
    record.states = states
    record.forgetTroubles()
    guard hasSyn else {
      record.forgetMeasurements()
      return
    }
    record.uniquePayloadBytes = payloadBytes
    record.largestSegment = largestSegment
    record.bytesAfterPeerClosed = bytesAfterPeerClosed
    tellOffers(&record)
    record.maximumWindow = maximumWindow
    record.minimumWindow = minimumWindow == .max ? nil : minimumWindow
    record.acknowledgedBytes = acknowledgedBytes
    record.maximumBytesInFlight = transfer == nil ? nil : UInt64(maximumInFlight)
    record.transferTime = transfer.map { max(0, $0.end.nanoseconds(since: $0.begin)) }
    record.roundTripTime = roundTripTime.statistics(histograms)
    // Both ways of timing mostly give the same samples.
    record.timestampRoundTripTime =
      clockRoundTripTime.hasSamples(of: &roundTripTime)
      ? record.roundTripTime : clockRoundTripTime.statistics(histograms)
  }

  @inline(__always)
  private mutating func tellOffers(_ record: inout TCPEndpointRecord) {
    record.initialSequenceNumber = initial.rawValue
    record.sackPermitted = offers.contains(.sackPermitted)
    record.timestamps = offers.contains(.timestamps)
    record.maximumSegmentSize = offers.contains(.maximumSegmentSize) ? maximumSegmentSize : nil
    record.windowScale = offers.contains(.windowScale) ? windowScale : nil
  }

  /// Octets of payload that the peer acknowledged; nil if it acknowledged nothing.
  private var acknowledgedBytes: UInt64? {
    @inline(__always)
    mutating get {
      guard acknowledged != initial else { return nil }
      let octets = acknowledged.distance(from: initial + 1)
      return UInt64(finIsAcknowledged ? octets - 1 : octets)
    }
  }

  /// Gives back what it took of the histograms.
  mutating func release(_ histograms: inout DurationHistograms) {
    roundTripTime.release(&histograms)
    clockRoundTripTime.release(&histograms)
  }
}

extension TCPEndpointRecord {
  fileprivate mutating func tell(
    of end: inout PlainEnd, _ histograms: inout DurationHistograms
  ) { end.tell(&self, &histograms) }

  /// Forgets all that went wrong.
  fileprivate mutating func forgetTroubles() {
    retransmissions = 0
    retransmittedBytes = 0
    causes = CauseCounts()
    outOfOrder = 0
    duplicates = 0
    duplicateAcks = 0
    keepAlives = 0
    zeroWindowProbes = 0
    zeroWindows = 0
    zeroWindowTime = 0
    lostBytes = 0
    missedBytes = 0
  }

  /// Forgets all that is known only of an end that sent a SYN.
  fileprivate mutating func forgetMeasurements() {
    uniquePayloadBytes = 0
    largestSegment = 0
    bytesAfterPeerClosed = 0
    initialSequenceNumber = nil
    sackPermitted = nil
    timestamps = nil
    maximumSegmentSize = nil
    windowScale = nil
    maximumWindow = nil
    minimumWindow = nil
    acknowledgedBytes = nil
    maximumBytesInFlight = nil
    transferTime = nil
    roundTripTime = nil
    timestampRoundTripTime = nil
  }
}
