import SynfinWire

// The labels that tshark gives to segments (`tcp.analysis.*`), by its own rules, so that both tools
// can be read side by side. The rules look at every segment, damaged or not, and know nothing of SACK,
// timestamps or the state machine; the counters of the record come from elsewhere.

extension Connection {
  /// Labels a segment and remembers what the next ones need.
  mutating func label(_ arrival: Arrival) -> AnalysisLabels {
    var labels = noteSynNumbers(arrival)
    noteScale(arrival)
    labels.formUnion(classify(arrival))
    remember(arrival, labels)
    return labels
  }

  /// What the rules remember of a SYN or SYN+ACK of which they have nothing to say.
  @inline(__always)
  mutating func noteLabelStart(_ arrival: Arrival) {
    _ = noteSynNumbers(arrival)
    noteScale(arrival)
    remember(arrival, [])
  }

  /// Counts the labels that a segment got.
  mutating func count(
    _ labels: AnalysisLabels, of sender: Side, _ counts: inout Slab<LabelCounts>
  ) {
    if labelCounts < 0 { labelCounts = counts.insert(LabelCounts()) }
    counts[labelCounts].add(labels, of: sender)
  }

  /// Whether a pure SYN opens a new connection: its direction began with another number.
  mutating func isNewIncarnation(_ number: SequenceNumber, from sender: Side) -> Bool {
    self[sender].analysis.hasStart && self[sender].analysis.start != number.rawValue
  }

  // MARK: - Start numbers and window scale

  @inline(__always)
  private mutating func noteSynNumbers(_ arrival: Arrival) -> AnalysisLabels {
    var labels: AnalysisLabels = []
    let sender = arrival.sender
    let number = arrival.sequence.rawValue
    if arrival.flags.isSyn {
      labelSynTime = arrival.time
      if self[sender].analysis.hasStart && self[sender].analysis.startIsSyn {
        self[sender].analysis.next = self[sender].analysis.maximumContiguous
      }
      hasLabelSyn = true
    }
    if arrival.flags.isSynAck, self[sender].analysis.hasStart,
      self[sender].analysis.start != number
    {
      labels.insert(.reusedPorts)
      self[sender].analysis.hasStart = false
    }
    if !self[sender].analysis.hasStart {
      let isSyn = arrival.flags.contains(.syn)
      setStart(sender, isSyn ? number : number &- 1, isSyn: isSyn)
    }
    if arrival.flags.contains(.ack), !self[sender.peer].analysis.hasStart {
      setStart(sender.peer, arrival.acknowledgment.rawValue &- 1, isSyn: false)
    }
    return labels
  }

  private mutating func setStart(_ side: Side, _ number: UInt32, isSyn: Bool) {
    self[side].analysis.start = number
    self[side].analysis.hasStart = true
    self[side].analysis.startIsSyn = isSyn
  }

  @inline(__always)
  private mutating func noteScale(_ arrival: Arrival) {
    guard arrival.flags.contains(.syn) else { return }
    let sender = arrival.sender
    guard arrival.segment.options.has(.windowScale) else {
      self[.client].analysis.scale = .none
      self[.server].analysis.scale = .none
      return
    }
    if arrival.flags.isSynAck, case .none = self[sender.peer].analysis.scale {
      self[sender].analysis.scale = .none
    } else {
      self[sender].analysis.scale = .shift(min(arrival.segment.options.windowScale, 14))
    }
  }

  // MARK: - The labels, in the order of the rules

  private mutating func classify(_ arrival: Arrival) -> AnalysisLabels {
    var labels: AnalysisLabels = []
    let sender = arrival.sender
    let sequence = arrival.sequence.rawValue
    let isControl = !arrival.flags.isDisjoint(with: [.syn, .fin, .rst])
    if arrival.payload == 1 && sequence == self[sender].analysis.next
      && self[sender.peer].analysis.window == 0
    {
      labels.insert(.zeroWindowProbe)
    } else {
      labels = classifyWindow(arrival, isControl: isControl)
      if repeatsAcknowledgment(arrival, isControl: isControl) {
        labels.formUnion(classifyRepeatedAcknowledgment(arrival))
      }
    }
    if arrival.acknowledgment.rawValue != self[sender].analysis.lastAcknowledgment {
      self[sender].analysis.duplicates = 0
    }
    labels.formUnion(classifyAcknowledgment(arrival))
    let takesSpace = arrival.payload > 0 || !arrival.flags.isDisjoint(with: [.syn, .fin])
    if takesSpace && !labels.contains(.keepAlive) {
      labels.formUnion(classifyRepeat(arrival))
    }
    return labels
  }

  /// Steps 2 to 6: closed windows, segments ahead, keep-alives, window changes.
  private mutating func classifyWindow(_ arrival: Arrival, isControl: Bool) -> AnalysisLabels {
    var labels: AnalysisLabels = []
    let sender = arrival.sender
    let sequence = arrival.sequence.rawValue
    let window = Int32(arrival.segment.window)
    if window == 0 && !isControl { labels.insert(.zeroWindow) }
    if self[sender].analysis.next != 0 && isAfter(sequence, self[sender].analysis.next)
      && !arrival.flags.contains(.rst)
    {
      labels.insert(.lostSegment)
    }
    if arrival.payload <= 1 && sequence == self[sender].analysis.next &- 1 && !isControl
      && self[sender].analysis.next != 0
    {
      labels.insert(.keepAlive)
    }
    if arrival.payload == 0 && window != 0 && window != self[sender].analysis.window
      && sequence == self[sender].analysis.next && !isControl
      && arrival.acknowledgment.rawValue == self[sender].analysis.lastAcknowledgment
    {
      labels.insert(.windowUpdate)
    }
    if arrival.payload > 0 && !isControl, let edge = windowEdge(of: sender.peer),
      sequence &+ UInt32(truncatingIfNeeded: arrival.payload) == edge
    {
      labels.insert(.windowFull)
    }
    return labels
  }

  /// The number after the last octet that the receiver has room for; nil if its scale is unknown.
  @inline(__always)
  mutating func windowEdge(of receiver: Side) -> UInt32? {
    let shift: UInt32
    switch self[receiver].analysis.scale {
    case .unknown: return nil
    case .none: shift = 0
    case .shift(let scale): shift = self[receiver].analysis.windowIsOfSyn ? 0 : UInt32(scale)
    }
    guard self[receiver].analysis.window >= 0 else { return nil }
    return self[receiver].analysis.lastAcknowledgment
      &+ UInt32(self[receiver].analysis.window) << shift
  }

  /// What steps 7 to 9 have in common: an empty segment that says the same as the one before.
  private mutating func repeatsAcknowledgment(_ arrival: Arrival, isControl: Bool) -> Bool {
    let sender = arrival.sender
    return arrival.payload == 0 && !isControl
      && Int32(arrival.segment.window) == self[sender].analysis.window
      && arrival.sequence.rawValue == self[sender].analysis.next
      && arrival.acknowledgment.rawValue == self[sender].analysis.lastAcknowledgment
  }

  /// Steps 7 to 9: the answer to a probe, or a duplicate acknowledgement.
  private mutating func classifyRepeatedAcknowledgment(_ arrival: Arrival) -> AnalysisLabels {
    let sender = arrival.sender
    let answered = self[sender.peer].analysis.labels
    if arrival.segment.window != 0 {
      if answered.contains(.keepAlive) { return .keepAliveAck }
    } else {
      return answered.contains(.zeroWindowProbe) ? .zeroWindowProbeAck : []
    }
    guard
      arrival.segment.options.multipathSubtypes == self[sender].analysis.multipathSubtypes
    else { return [] }
    let before = self[sender].analysis.duplicates
    self[sender].analysis.duplicates = before == AnalysisState.seen ? 1 : before &+ 1
    return .duplicateAck
  }

  /// Step 11: an acknowledgement of octets that were not captured.
  private mutating func classifyAcknowledgment(_ arrival: Arrival) -> AnalysisLabels {
    let sender = arrival.sender
    guard arrival.flags.contains(.ack), self[sender.peer].analysis.maximumContiguous != 0,
      isAfter(arrival.acknowledgment.rawValue, self[sender.peer].analysis.maximumContiguous)
    else { return [] }
    let peer = arrival.sender.peer
    if isBefore(self[sender.peer].analysis.maximumContiguous, self[sender.peer].analysis.next) {
      self[peer].analysis.maximumContiguous = self[sender.peer].analysis.next
      return .ackLostSegment
    }
    guard self[sender.peer].analysis.duplicates == 0 else { return [] }
    self[peer].analysis.duplicates = AnalysisState.seen
    return .ackLostSegment
  }

  /// Step 12: octets that were sent before.
  private mutating func classifyRepeat(_ arrival: Arrival) -> AnalysisLabels {
    let sender = arrival.sender
    let sequence = arrival.sequence.rawValue
    let end = sequence &+ UInt32(truncatingIfNeeded: arrival.payload)
    if arrival.payload > 0 && self[sender.peer].analysis.lastAcknowledgment != 0
      && !isAfter(end, self[sender.peer].analysis.lastAcknowledgment)
    {
      return .spuriousRetransmission
    }
    let followsProbe = arrival.payload > 1 && sequence == self[sender].analysis.next &- 1
    guard self[sender].analysis.next != 0, isBefore(sequence, self[sender].analysis.next),
      !followsProbe
    else { return [] }
    let sinceAcknowledgment = arrival.time.nanoseconds(
      since: self[sender.peer].analysis.lastAcknowledgmentTime)
    if self[sender.peer].analysis.duplicates >= 2
      && self[sender.peer].analysis.lastAcknowledgment == sequence
      && (0..<20_000_000).contains(sinceAcknowledgment)
    {
      return .fastRetransmission
    }
    let control: UInt32 = arrival.flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1
    let limit = labelRoundTrip >= 0 ? labelRoundTrip : 3_000_000
    let sinceNext = arrival.time.nanoseconds(since: self[sender].analysis.nextTime)
    if end &+ control != self[sender].analysis.next && sinceNext >= 0 && sinceNext < limit {
      return .outOfOrder
    }
    return .retransmission
  }

  // MARK: - Memory

  @inline(__always)
  mutating func remember(_ arrival: Arrival, _ labels: AnalysisLabels) {
    let sender = arrival.sender
    let control: UInt32 = arrival.flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1
    let end =
      arrival.sequence.rawValue &+ UInt32(truncatingIfNeeded: arrival.payload) &+ control
    if !labels.contains(.zeroWindowProbe) {
      if self[sender].analysis.next == 0 || isAfter(end, self[sender].analysis.next) {
        self[sender].analysis.next = end
        self[sender].analysis.nextTime = arrival.time
      }
      if self[sender].analysis.maximumContiguous == 0
        || arrival.sequence.rawValue == self[sender].analysis.maximumContiguous
      {
        self[sender].analysis.maximumContiguous = self[sender].analysis.next
      }
    }
    self[sender].analysis.window = Int32(arrival.segment.window)
    self[sender].analysis.windowIsOfSyn = arrival.flags.contains(.syn)
    self[sender].analysis.lastAcknowledgment = arrival.acknowledgment.rawValue
    self[sender].analysis.lastAcknowledgmentTime = arrival.time
    self[sender].analysis.labels = labels
    self[sender].analysis.multipathSubtypes = arrival.segment.options.multipathSubtypes
    let isAcknowledgment = arrival.flags.contains(.ack) && !arrival.flags.contains(.syn)
    if isAcknowledgment && labelRoundTrip < 0 { noteLabelRoundTrip(arrival) }
  }

  /// Notes the time from the latest SYN to an acknowledgement.
  @inline(__always)
  mutating func noteLabelRoundTrip(_ arrival: Arrival) {
    if hasLabelSyn { labelRoundTrip = arrival.time.nanoseconds(since: labelSynTime) }
  }

  /// As tshark compares: a difference of exactly 2³¹ counts as "after" and as "before".
  mutating func isAfter(_ left: UInt32, _ right: UInt32) -> Bool {
    Int32(bitPattern: right &- left) < 0
  }

  private mutating func isBefore(_ left: UInt32, _ right: UInt32) -> Bool {
    Int32(bitPattern: left &- right) < 0
  }
}
