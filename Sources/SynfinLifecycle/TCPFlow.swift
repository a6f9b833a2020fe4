import SynfinWire

/// What the table knows of a TCP connection: who it is, and where its life is kept.
///
/// Two cache lines side by side, the second one the end of its journal: the segments of most connections are few; they are
/// kept in the `SegmentJournal` as they came, and what they amount to is found out when somebody asks. A connection that outgrows the journal, or has something that
/// does not fit into it, lives as a `Connection` that takes segment by segment.
struct TCPFlow: ~Copyable, Flow {
  /// Facts that are either so or not.
  struct Facts: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The client is the lower socket of the key.
    static let clientIsLow = Facts(rawValue: 1)
    /// Its segments are in the journal.
    static let journaled = Facts(rawValue: 2)
    /// The journal begins with the client's SYN, and its number is the client's ISS.
    static let startKnown = Facts(rawValue: 4)
    /// It followed another connection between the same sockets.
    static let followsAnother = Facts(rawValue: 8)
  }

  let key: FlowKey
  // The next three stand in the padding of the key.
  var facts: Facts
  /// Words used of the journal's last chunk.
  var words: UInt8 = 0
  /// Full chunks of the journal.
  var chunks: UInt8 = 0
  /// The sequence number of the first segment.
  var start = SequenceNumber(0)
  /// The index of the previous incarnation, -1 for none, or none any more.
  var previous: Int32
  /// The index of the connection; -1 for none yet, and less for a shadow.
  var place: Int32 = -1
  /// The number of the last packet in the journal, and its time.
  var lastPacket: UInt32 = 0
  var lastTime: Int64 = 0
  /// The last chunk of the journal.
  ///
  /// Behind all else, where `JournalReader` looks for it.
  var tail = JournalChunk()

  init(key: FlowKey, previous: Int32, clientIsLow: Bool) {
    self.key = key
    self.previous = previous
    facts = clientIsLow ? .clientIsLow : []
    if previous >= 0 { facts.insert(.followsAnother) }
  }

  /// Whether it left the journal, and followed no other connection whose segments might come yet.
  var isLiveAlone: Bool { previous < 0 && !facts.contains(.journaled) }

  /// Says that the connection is over, and which shadow of it counts, -1 for none.
  mutating func conclude(countsAt shadow: Int32) {
    if shadow >= 0 { place = -2 - shadow }
  }

  /// The index of the shadow that counts, -1 for none.
  var shadow: Int32 { place < -1 ? -2 - place : -1 }

  /// Whose segment it is.
  func side(_ senderIsLow: Bool) -> Side {
    senderIsLow == facts.contains(.clientIsLow) ? .client : .server
  }

  /// Whether a segment fits the numbers of a connection that followed another: the opposite of `isStranger`, decided by
  /// the first SYN alone, and false where that does not tell.
  @inline(__always)
  func fits(_ entry: borrowing JournalEntry, from sender: Side) -> Bool {
    if entry.flags.contains(.syn) { return true }
    guard facts.contains(.startKnown) else { return false }
    if sender == .client { return (0...65_536).contains(entry.sequence.distance(from: start)) }
    guard entry.flags.contains(.ack) else { return false }
    return (1...65_536).contains(entry.acknowledgment.distance(from: start))
  }
}
