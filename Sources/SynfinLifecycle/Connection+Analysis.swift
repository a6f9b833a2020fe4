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

  /// Counts the labels that a segment got.
  mutating func count(
    _ labels: AnalysisLabels, of sender: Side, _ counts: inout Slab<LabelCounts>
  ) {
    if labelCounts < 0 { labelCounts = counts.insert(LabelCounts()) }
    counts[labelCounts].add(labels, of: sender)
  }

  /// Whether a pure SYN opens a new connection: its direction began with another number.
  func isNewIncarnation(_ arrival: Arrival) -> Bool {
    let state = self[arrival.sender].analysis
    return state.hasStart && state.start != arrival.sequence.rawValue
  }

  // MARK: - Start numbers and window scale

  private mutating func noteSynNumbers(_ arrival: Arrival) -> AnalysisLabels {
    var labels: AnalysisLabels = []
    let sender = arrival.sender
    let number = arrival.sequence.rawValue
    if arrival.flags.isSyn {
      labelSynTime = arrival.time
      let state = self[sender].analysis
      if state.hasStart && state.startIsSyn {
        self[sender].analysis.next = state.maximumContiguous
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
    let forward = self[sender].analysis
    let reverse = self[sender.peer].analysis
    let sequence = arrival.sequence.rawValue
    let isControl = !arrival.flags.isDisjoint(with: [.syn, .fin, .rst])
    if arrival.payload == 1 && sequence == forward.next && reverse.window == 0 {
      labels.insert(.zeroWindowProbe)
    } else {
      labels = classifyWindow(arrival, isControl: isControl)
      if repeatsAcknowledgment(arrival, isControl: isControl) {
        labels.formUnion(classifyRepeatedAcknowledgment(arrival))
      }
    }
    if arrival.acknowledgment.rawValue != forward.lastAcknowledgment {
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
  private func classifyWindow(_ arrival: Arrival, isControl: Bool) -> AnalysisLabels {
    var labels: AnalysisLabels = []
    let forward = self[arrival.sender].analysis
    let reverse = self[arrival.sender.peer].analysis
    let sequence = arrival.sequence.rawValue
    let window = Int32(arrival.segment.window)
    if window == 0 && !isControl { labels.insert(.zeroWindow) }
    if forward.next != 0 && isAfter(sequence, forward.next) && !arrival.flags.contains(.rst) {
      labels.insert(.lostSegment)
    }
    if arrival.payload <= 1 && sequence == forward.next &- 1 && !isControl && forward.next != 0 {
      labels.insert(.keepAlive)
    }
    if arrival.payload == 0 && window != 0 && window != forward.window
      && sequence == forward.next && !isControl
      && arrival.acknowledgment.rawValue == forward.lastAcknowledgment
    {
      labels.insert(.windowUpdate)
    }
    if arrival.payload > 0 && !isControl, let edge = windowEdge(reverse),
      sequence &+ UInt32(truncatingIfNeeded: arrival.payload) == edge
    {
      labels.insert(.windowFull)
    }
    return labels
  }

  /// The number after the last octet that the receiver has room for; nil if its scale is unknown.
  private func windowEdge(_ receiver: AnalysisState) -> UInt32? {
    let shift: UInt32
    switch receiver.scale {
    case .unknown: return nil
    case .none: shift = 0
    case .shift(let scale): shift = receiver.windowIsOfSyn ? 0 : UInt32(scale)
    }
    guard receiver.window >= 0 else { return nil }
    return receiver.lastAcknowledgment &+ UInt32(receiver.window) << shift
  }

  /// What steps 7 to 9 have in common: an empty segment that says the same as the one before.
  private func repeatsAcknowledgment(_ arrival: Arrival, isControl: Bool) -> Bool {
    let forward = self[arrival.sender].analysis
    return arrival.payload == 0 && !isControl
      && Int32(arrival.segment.window) == forward.window
      && arrival.sequence.rawValue == forward.next
      && arrival.acknowledgment.rawValue == forward.lastAcknowledgment
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
    let reverse = self[arrival.sender.peer].analysis
    guard arrival.flags.contains(.ack), reverse.maximumContiguous != 0,
      isAfter(arrival.acknowledgment.rawValue, reverse.maximumContiguous)
    else { return [] }
    let peer = arrival.sender.peer
    if isBefore(reverse.maximumContiguous, reverse.next) {
      self[peer].analysis.maximumContiguous = reverse.next
      return .ackLostSegment
    }
    guard reverse.duplicates == 0 else { return [] }
    self[peer].analysis.duplicates = AnalysisState.seen
    return .ackLostSegment
  }

  /// Step 12: octets that were sent before.
  private func classifyRepeat(_ arrival: Arrival) -> AnalysisLabels {
    let forward = self[arrival.sender].analysis
    let reverse = self[arrival.sender.peer].analysis
    let sequence = arrival.sequence.rawValue
    let end = sequence &+ UInt32(truncatingIfNeeded: arrival.payload)
    if arrival.payload > 0 && reverse.lastAcknowledgment != 0
      && !isAfter(end, reverse.lastAcknowledgment)
    {
      return .spuriousRetransmission
    }
    let followsProbe = arrival.payload > 1 && sequence == forward.next &- 1
    guard forward.next != 0, isBefore(sequence, forward.next), !followsProbe else { return [] }
    let sinceAcknowledgment = arrival.time.nanoseconds(since: reverse.lastAcknowledgmentTime)
    if reverse.duplicates >= 2 && reverse.lastAcknowledgment == sequence
      && (0..<20_000_000).contains(sinceAcknowledgment)
    {
      return .fastRetransmission
    }
    let control: UInt32 = arrival.flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1
    let limit = labelRoundTrip >= 0 ? labelRoundTrip : 3_000_000
    let sinceNext = arrival.time.nanoseconds(since: forward.nextTime)
    if end &+ control != forward.next && sinceNext >= 0 && sinceNext < limit { return .outOfOrder }
    return .retransmission
  }

  // MARK: - Memory

  private mutating func remember(_ arrival: Arrival, _ labels: AnalysisLabels) {
    let sender = arrival.sender
    let control: UInt32 = arrival.flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1
    let end =
      arrival.sequence.rawValue &+ UInt32(truncatingIfNeeded: arrival.payload) &+ control
    var state = self[sender].analysis
    if !labels.contains(.zeroWindowProbe) {
      if state.next == 0 || isAfter(end, state.next) {
        state.next = end
        state.nextTime = arrival.time
      }
      if state.maximumContiguous == 0 || arrival.sequence.rawValue == state.maximumContiguous {
        state.maximumContiguous = state.next
      }
    }
    state.window = Int32(arrival.segment.window)
    state.windowIsOfSyn = arrival.flags.contains(.syn)
    state.lastAcknowledgment = arrival.acknowledgment.rawValue
    state.lastAcknowledgmentTime = arrival.time
    state.labels = labels
    state.multipathSubtypes = arrival.segment.options.multipathSubtypes
    self[sender].analysis = state
    let isAcknowledgment = arrival.flags.contains(.ack) && !arrival.flags.contains(.syn)
    if isAcknowledgment && hasLabelSyn && labelRoundTrip < 0 {
      labelRoundTrip = arrival.time.nanoseconds(since: labelSynTime)
    }
  }

  /// As tshark compares: a difference of exactly 2³¹ counts as "after" and as "before".
  private func isAfter(_ left: UInt32, _ right: UInt32) -> Bool {
    Int32(bitPattern: right &- left) < 0
  }

  private func isBefore(_ left: UInt32, _ right: UInt32) -> Bool {
    Int32(bitPattern: left &- right) < 0
  }
}
