import SynfinLifecycle

/// What a ladder remarks on a packet: analysis labels as far as the record bears them out, and what
/// the record knows beyond them.
struct StoryMark: OptionSet, Sendable, Hashable, BitwiseCopyable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The marks of the labels alone; they share their bits.
  init(_ labels: AnalysisLabels) { rawValue = UInt32(labels.rawValue) }

  /// The mark of a cause; nil if none is needed.
  init?(of cause: SegmentCause) {
    switch cause {
    case .timeout: self = .timeout
    case .fastRetransmit: self = .fastRetransmission
    case .tailLossProbe: self = .tailLossProbe
    case .spurious: self = .needless
    default: return nil
    }
  }

  static let retransmission = StoryMark(.retransmission)
  static let fastRetransmission = StoryMark(.fastRetransmission)
  static let spuriousRetransmission = StoryMark(.spuriousRetransmission)
  static let outOfOrder = StoryMark(.outOfOrder)
  static let lostSegment = StoryMark(.lostSegment)
  static let duplicateAck = StoryMark(.duplicateAck)
  static let keepAlive = StoryMark(.keepAlive)
  static let keepAliveAck = StoryMark(.keepAliveAck)
  static let zeroWindow = StoryMark(.zeroWindow)
  static let zeroWindowProbe = StoryMark(.zeroWindowProbe)
  static let zeroWindowProbeAck = StoryMark(.zeroWindowProbeAck)
  static let windowUpdate = StoryMark(.windowUpdate)
  static let windowFull = StoryMark(.windowFull)
  /// An identical packet was there before.
  static let duplicate = StoryMark(rawValue: 1 << 16)
  /// A reset that its receiver does not honour (RFC 5961 §3.2).
  static let ignoredReset = StoryMark(rawValue: 1 << 17)
  /// Answers a reset that did not qualify (RFC 5961 §3.2).
  static let challengeAck = StoryMark(rawValue: 1 << 18)
  /// Its checksum is wrong, and not because the network card had yet to fill it in.
  static let damaged = StoryMark(rawValue: 1 << 19)

  /// Sent again when the retransmission timer ran out (RFC 6298 §5.4).
  static let timeout = StoryMark(rawValue: 1 << 20)
  /// Sent again to probe for a loss (RFC 8985 §7).
  static let tailLossProbe = StoryMark(rawValue: 1 << 21)
  /// Sent again although it had arrived.
  static let needless = StoryMark(rawValue: 1 << 22)

  /// Whatever was sent again.
  static let repeats: StoryMark = [
    .retransmission, .fastRetransmission, .spuriousRetransmission, .timeout, .tailLossProbe,
    .needless,
  ]
  /// Probes of a silent peer.
  static let probes: StoryMark = [.keepAlive, .zeroWindowProbe]
  /// Marks that a fold may count: they are no trouble by themselves.
  static let benign: StoryMark = [.windowUpdate, .duplicateAck, .windowFull]

  /// How many bits are in use.
  static let bits = 23

  /// One mark, `count` times: "retransmission", "3 duplicate ACKs", "2 × window full".
  ///
  /// - Parameter bit: the number of its bit.
  static func phrase(bit: Int, _ count: UInt32) -> String {
    let mark = StoryMark(rawValue: 1 << UInt32(bit))
    switch mark {
    case .lostSegment where count > 1: return "\(Phrase.grouped(count)) gaps"
    case .duplicate: return Phrase.noun(count, "duplicate")
    case .ignoredReset: return count == 1 ? "ignored" : "\(Phrase.grouped(count)) ignored resets"
    case .challengeAck: return Phrase.noun(count, "challenge ACK")
    case .timeout: return Phrase.noun(count, "timeout retransmission")
    case .tailLossProbe: return Phrase.noun(count, "tail-loss probe")
    case .needless: return Phrase.noun(count, "needless retransmission")
    case .damaged: return count == 1 ? "damaged: checksum wrong" : "\(count) × damaged"
    default: break
    }
    let label = AnalysisLabels(rawValue: UInt16(truncatingIfNeeded: mark.rawValue))
    let name = LabelText.names(label).first ?? ""
    if count == 1 { return name }
    let plain: StoryMark = [
      .outOfOrder, .windowFull, StoryMark(.ackLostSegment), StoryMark(.reusedPorts),
    ]
    let isNoun = !plain.contains(mark)
    return isNoun ? Phrase.count(count, name) : "\(Phrase.grouped(count)) × \(name)"
  }
}

extension Phrase {
  /// A noun alone, or with its number if there are several.
  fileprivate static func noun(_ count: UInt32, _ noun: String) -> String {
    count == 1 ? noun : Phrase.count(count, noun)
  }
}
