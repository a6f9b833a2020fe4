import SynfinWire

// The short way from a journal to a summary: a connection that was opened by three segments and in which every further
// one followed the last, acknowledged what was sent, and had nothing to remark. What becomes of such a connection is
// plain; a journal that says anything else is replayed, which tells the same of plain ones and takes longer for it.

/// A connection of which nothing but its progress has to be known.
struct PlainLife {
  /// One of its ends.
  private struct End {
    /// The number after the last it sent.
    var next: UInt32 = 0
    /// The highest number that the peer acknowledged.
    var acknowledged: UInt32 = 0
    /// The largest payload that the peer may send.
    var largest = UInt32.max
    var hasFinished = false

    var finIsAcknowledged: Bool { hasFinished && acknowledged == next }

    mutating func begin(_ syn: JournalGlance) {
      next = syn.sequence &+ 1
      acknowledged = syn.sequence
      // Below 536 octets no host takes a maximum at its word; see `noteSize`.
      if let size = syn.maximumSegmentSize { largest = max(UInt32(size), 536) }
    }
  }

  private var client = End()
  private var server = End()
  private var opening = PlainOpening.asked
  private var reset: Outcome?
  private var isOffloaded = false

  private init() {}

  /// What a summary needs of a connection in a journal; nil if it is not plain.
  @inline(__always)
  static func summary(
    of index: Int32, in flows: borrowing Slab<TCPFlow>, _ journal: borrowing SegmentJournal
  ) -> RecordSummary? {
    var reader = journal.reader(of: index, in: flows)
    var life = PlainLife()
    guard let first = journal.glance(&reader), life.begin(first) else { return nil }
    while let segment = journal.glance(&reader) {
      guard life.take(segment) else { return nil }
    }
    return RecordSummary(
      transport: .tcp, outcome: life.outcome, doubts: life.isOffloaded ? [.checksumOffload] : [])
  }

  private var outcome: Outcome {
    opening.outcome(
      reset, isHalf: client.hasFinished || server.hasFinished,
      isClosed: client.finIsAcknowledged && server.finIsAcknowledged)
  }

  @inline(__always)
  private mutating func begin(_ segment: JournalGlance) -> Bool {
    guard segment.isClients, segment.flags.subtracting(.ofCongestion) == .syn, segment.payload == 0
    else { return false }
    client.begin(segment)
    isOffloaded = segment.isOffloaded
    return true
  }

  /// Takes a segment; false if it is none that everybody would expect.
  @inline(__always)
  private mutating func take(_ segment: JournalGlance) -> Bool {
    guard reset == nil else { return false }
    if segment.isOffloaded { isOffloaded = true }
    if segment.flags.contains(.rst) { return takeReset(segment) }
    switch opening {
    case .asked: return answer(segment)
    case .answered: return establish(segment)
    case .established:
      return segment.isClients
        ? Self.pass(segment, from: &client, to: &server)
        : Self.pass(segment, from: &server, to: &client)
    }
  }

  /// The SYN+ACK.
  private mutating func answer(_ segment: JournalGlance) -> Bool {
    guard !segment.isClients, segment.flags.subtracting(.ofCongestion) == [.syn, .ack],
      segment.payload == 0, segment.acknowledgment == client.next
    else { return false }
    server.begin(segment)
    client.acknowledged = client.next
    opening = .answered
    return true
  }

  /// The client's ACK, or data in its place.
  private mutating func establish(_ segment: JournalGlance) -> Bool {
    guard segment.isClients, segment.acknowledgment == server.next, !segment.flags.contains(.fin)
    else { return false }
    opening = .established
    return Self.pass(segment, from: &client, to: &server)
  }

  /// A segment of an open connection: it follows the last, acknowledges what was sent, and has something to say.
  @inline(__always)
  private static func pass(
    _ segment: JournalGlance, from sender: inout End, to receiver: inout End
  ) -> Bool {
    let flags = segment.flags.subtracting(.psh)
    let isLast = flags == [.fin, .ack]
    guard isLast || flags == .ack, !segment.hasOptions, segment.window != 0,
      segment.sequence == sender.next,
      segment.acknowledgment &- receiver.acknowledged <= receiver.next &- receiver.acknowledged
    else { return false }
    if segment.payload > 0 || isLast {
      guard !sender.hasFinished, segment.payload <= receiver.largest else { return false }
    } else {
      guard segment.acknowledgment != receiver.acknowledged else { return false }
    }
    receiver.acknowledged = segment.acknowledgment
    sender.next &+= segment.payload &+ (isLast ? 1 : 0)
    if isLast { sender.hasFinished = true }
    return true
  }

  /// An RST that ends the connection for certain.
  private mutating func takeReset(_ segment: JournalGlance) -> Bool {
    guard segment.flags.subtracting([.ack, .psh]) == .rst, segment.payload == 0 else {
      return false
    }
    switch opening {
    case .asked:
      guard !segment.isClients, segment.flags.contains(.ack),
        segment.acknowledgment == client.next
      else { return false }
      reset = .refused
    case .answered:
      guard segment.isClients, segment.sequence == client.next else { return false }
      reset = .rejected
    case .established:
      guard !client.hasFinished || !server.hasFinished,
        segment.sequence == (segment.isClients ? client.next : server.next)
      else { return false }
      reset = .reset
    }
    return true
  }
}

extension TCPFlags {
  /// What ECN puts beside a SYN (RFC 3168 §6.1.1).
  fileprivate static var ofCongestion: TCPFlags { [.ece, .cwr] }
}
