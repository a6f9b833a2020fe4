import SynfinWire

/// One TCP connection while its packets come in.
///
/// A value of fixed size, too large to be copied on the way of a packet; what few connections need is kept in `ColdStorage`. The aspects of its life are
/// extensions, one a file. Methods on that way are `mutating` even where they change nothing: a borrowed value is copied
/// for the call, a mutated one is taken where it is.
struct Connection: ~Copyable, Flow {
  /// Facts that are either so or not.
  struct Facts: OptionSet, BitwiseCopyable {
    let rawValue: UInt32
    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The first packet was a SYN.
    static let startSeen = Facts(rawValue: 1 << 0)
    /// The handshake is complete.
    static let established = Facts(rawValue: 1 << 1)
    /// Both ends sent a SYN before seeing the other's.
    static let simultaneousOpen = Facts(rawValue: 1 << 2)
    /// The SYN+ACK acknowledged data in the SYN.
    static let synDataTaken = Facts(rawValue: 1 << 3)
    /// The first FINs crossed.
    static let simultaneousClose = Facts(rawValue: 1 << 4)
    /// The second FIN was the first segment that acknowledged the first.
    static let finAnsweredByFin = Facts(rawValue: 1 << 5)
    /// An acceptable RST came.
    static let reset = Facts(rawValue: 1 << 6)
    /// That RST answered the SYN.
    static let refused = Facts(rawValue: 1 << 7)
    /// That RST was the client's answer to the SYN+ACK.
    static let rejected = Facts(rawValue: 1 << 8)
    /// An ICMP error quoted the SYN before anything else came back.
    static let unreachable = Facts(rawValue: 1 << 9)
    static let portUnreachable = Facts(rawValue: 1 << 10)
    /// The client was told from ports or from who spoke first.
    static let clientInferred = Facts(rawValue: 1 << 11)
    static let clockBackwards = Facts(rawValue: 1 << 12)
    static let synAckExact = Facts(rawValue: 1 << 13)
    static let ackExact = Facts(rawValue: 1 << 14)
    static let segmentationOffload = Facts(rawValue: 1 << 15)
    /// The client's SYN carried the Fast Open option.
    static let synOffersFastOpen = Facts(rawValue: 1 << 16)
  }

  let key: FlowKey
  let id: Int
  let stream: Int
  /// Whether the client is the lower socket of the key.
  let clientIsLow: Bool
  /// Whether it followed another one between the same sockets.
  let followsAnother: Bool
  var facts: Facts = []
  var completeness: UInt8 = 0
  var resetBy: Side = .client
  /// Why the segment at hand was sent again; nil for most.
  var cause: SegmentCause?
  /// Why the first ignored RST was ignored.
  var resetFlaw: ResetFlaw?
  var firstCloser: Side = .client
  /// An index into `ColdStorage.logs`, -1 for none.
  var log: Int32 = -1
  /// An index into `ColdStorage.stalls`, -1 for none.
  var stalls: Int32 = -1
  /// An index into `ColdStorage.labelCounts`, -1 for none.
  var labelCounts: Int32 = -1
  /// An index into `Tracker.shadows`, -1 for none.
  var shadow: Int32 = -1

  let firstPacket: UInt64
  var lastPacket: UInt64
  let start: Timestamp
  var last: Timestamp
  /// The latest of all times, for the duration of a capture whose clock jumps.
  var latest: Timestamp
  var longestIdle: Int64 = 0
  var turns = Turns()

  // For the labels alone: the latest SYN, and the time from it to the first acknowledgement, -1 if unknown.
  var labelSynTime = Timestamp(nanoseconds: 0)
  var hasLabelSyn = false
  var labelRoundTrip: Int64 = -1

  var handshake = Handshake()
  var teardown = Teardown()
  var ends: EndpointPair

  init(
    key: FlowKey, id: Int, stream: Int, clientIsLow: Bool, followsAnother: Bool, packet: UInt64,
    time: Timestamp, ends: EndpointPair
  ) {
    self.key = key
    self.ends = ends
    self.id = id
    self.stream = stream
    self.clientIsLow = clientIsLow
    self.followsAnother = followsAnother
    firstPacket = packet
    lastPacket = packet
    start = time
    last = time
    latest = time
  }

  func has(_ fact: Facts) -> Bool { facts.contains(fact) }

  /// Logs a problem.
  mutating func note(_ kind: Problem.Kind, _ packet: UInt64, _ cold: inout ColdStorage) {
    if log < 0 { log = cold.logs.insert(ProblemLog()) }
    cold.logs[log].note(kind, packet)
  }
}

/// A segment on its way through the tracker, with all that its packet says beside the TCP header.
struct Arrival {
  var segment: Segment
  /// The IPv4 identification; 0 for IPv6.
  var identification: UInt16
  /// The time to live, or the hop limit.
  var timeToLive: UInt8
  /// Bytes of the IP packet.
  var ipBytes: UInt32
  /// Whether the IP header's checksum is wrong.
  var hasDamagedHeader: Bool
  var fragments: UInt32
  var sender: Side
  var packet: UInt64
  var time: Timestamp

  init(_ segment: Segment, _ delivery: Delivery, from sender: Side) {
    self.segment = segment
    self.sender = sender
    identification = delivery.identification
    timeToLive = delivery.timeToLive
    ipBytes = delivery.ipBytes
    hasDamagedHeader = delivery.hasDamagedHeader
    fragments = delivery.fragments
    packet = delivery.number
    time = delivery.time
  }

  /// A segment of which nothing is known.
  static var blank: Arrival {
    Arrival(
      Segment(sourcePort: 0, destinationPort: 0, sequenceNumber: SequenceNumber(0), flags: []),
      Delivery(
        InternetHeader(), fragments: 0, number: 0, time: Timestamp(nanoseconds: 0)),
      from: .client)
  }

  var flags: TCPFlags { segment.flags }
  var isPureSyn: Bool { flags.isSyn }
  var sequence: SequenceNumber { segment.sequenceNumber }
  var acknowledgment: SequenceNumber { segment.acknowledgmentNumber }
  var payload: Int { Int(segment.payloadLength) }
}

extension TCPFlags {
  /// A connection request: SYN without ACK.
  var isSyn: Bool { contains(.syn) && !contains(.ack) }
  /// The answer to a connection request.
  var isSynAck: Bool { contains(.syn) && contains(.ack) }
}

extension Connection {
  /// Notes what the first segment tells of where the connection was entered; call it before that is taken.
  mutating func begin(_ arrival: Arrival, _ cold: inout ColdStorage) {
    if arrival.flags.isSyn { facts.insert(.startSeen) }
    if !arrival.flags.contains(.syn) { facts.insert(.clientInferred) }
    if followsAnother { count(.reusedPorts, of: arrival.sender, &cold.labelCounts) }
  }

  /// Takes an intact segment, counts and labels it.
  mutating func take(_ arrival: Arrival, _ cold: inout ColdStorage) -> AnalysisLabels {
    if takeBriefly(arrival, &cold) { return [] }
    count(arrival, &cold)
    let labels = label(arrival)
    self[arrival.sender].facts.formUnion(arrival.segment.checksum.factsOfGood)
    receive(arrival, &cold)
    if !labels.isEmpty { count(labels, of: arrival.sender, &cold.labelCounts) }
    return labels
  }

  /// Takes a segment the short way, if there is one for it; false if not, and then nothing has changed.
  @inline(__always)
  mutating func takeBriefly(_ arrival: Arrival, _ cold: inout ColdStorage) -> Bool {
    arrival.flags.contains(.syn) ? takeOpening(arrival, &cold) : takeOrdinary(arrival, &cold)
  }

  /// Takes a segment that the receiver would take.
  mutating func receive(_ arrival: Arrival, _ cold: inout ColdStorage) {
    let sender = arrival.sender
    if let copy = self[sender].recent.note(arrival) {
      noteDuplicate(arrival, copy, &cold)
      return
    }
    noteAnswer(arrival, &cold)
    if arrival.flags.contains(.rst) {
      receiveReset(arrival, &cold)
      return
    }
    if !has(.established) && isOutOfPlace(arrival) { return }
    if arrival.flags.contains(.syn) { receiveSyn(arrival, &cold) }
    if arrival.flags.contains(.ack) { receiveAcknowledgment(arrival, &cold) }
    receiveData(arrival, &cold)
    if arrival.flags.contains(.fin) { receiveFin(arrival, &cold) }
    updateWindow(arrival, &cold)
    noteClock(arrival)
  }

  /// Counts a packet, whatever becomes of it.
  mutating func count(_ arrival: Arrival, _ cold: inout ColdStorage) {
    if arrival.time < last {
      facts.insert(.clockBackwards)
      note(.clockBackwards, arrival.packet, &cold)
    }
    self[arrival.sender].fragments &+= arrival.fragments
    countWhole(arrival)
    countPayload(arrival)
    countCompleteness(arrival)
  }

  /// Counts a packet that came in order of time, and not in fragments, but for its payload and its flags.
  @inline(__always)
  mutating func countWhole(_ arrival: Arrival) {
    lastPacket = arrival.packet
    cause = nil
    longestIdle = max(longestIdle, arrival.time.nanoseconds(since: last))
    last = arrival.time
    if latest < arrival.time { latest = arrival.time }
    let sender = arrival.sender
    self[sender].packets &+= 1
    self[sender].ipBytes &+= UInt64(arrival.ipBytes)
  }

  /// Counts the payload of a packet.
  @inline(__always)
  mutating func countPayload(_ arrival: Arrival) {
    let sender = arrival.sender
    self[sender].payloadBytes &+= UInt64(arrival.payload)
    if self[sender].largestSegment < arrival.segment.payloadLength {
      self[sender].largestSegment = arrival.segment.payloadLength
    }
  }

  /// tshark's `tcp.completeness`, bit by bit.
  private mutating func countCompleteness(_ arrival: Arrival) {
    let flags = arrival.flags
    let isFirst = arrival.packet == firstPacket
    if isFirst && flags.isSyn {
      completeness |= 1
      if arrival.payload > 0 { completeness |= 8 }
    }
    if flags.isSynAck { completeness |= 2 }
    if flags.contains(.ack) && !flags.contains(.syn) {
      completeness |= arrival.payload > 0 ? 8 : 4
    }
    if flags.contains(.fin) && flags.contains(.ack) { completeness |= 16 }
    if flags.contains(.rst) { completeness |= 32 }
  }
}
