public import SynfinLifecycle
public import SynfinWire

/// One packet of the connection that a story tells.
public struct StoryStep: Sendable, BitwiseCopyable {
  /// Its number in the capture, from 1.
  public var number: UInt64
  /// When it was captured.
  public var time: Timestamp
  /// What it says.
  public var packet: Packet
  /// What the tracker says of it, with both ends' states after it.
  public var verdict: PacketVerdict

  /// What a ladder remarks on it: the labels, until the finished record has been asked.
  var marks: StoryMark

  /// Makes a step from a packet and the tracker's verdict on it.
  public init(number: UInt64, time: Timestamp, packet: Packet, verdict: PacketVerdict) {
    self.number = number
    self.time = time
    self.packet = packet
    self.verdict = verdict
    marks = StoryMark(verdict.labels)
  }

  /// The transport header: of the whole datagram where the packet completes a fragmented one.
  var transport: Transport { verdict.effectiveTransport(of: packet) }
}

extension StoryStep {
  /// Octets of payload; 0 for what has none.
  var payloadLength: Int {
    switch transport {
    case .tcp(let segment): Int(segment.payloadLength)
    case .udp(let datagram): Int(datagram.payloadLength)
    case .icmp(let message): Int(message.payloadLength)
    case .fragment: 0
    case .other, .none: 0
    }
  }

  /// The TCP segment, unless the packet is an error that only quotes the connection.
  var segment: Segment? {
    guard !verdict.isQuote, case .tcp(let segment) = transport else { return nil }
    return segment
  }

  /// Whether its checksum does not fit, for whatever reason.
  var hasWrongChecksum: Bool {
    switch transport {
    case .tcp(let segment): segment.checksum == .wrong
    case .udp(let datagram): datagram.checksum == .wrong
    case .icmp(let message): message.checksum == .wrong
    case .fragment, .other, .none: false
    }
  }

  /// Whether the receiver threw it away because its checksum did not fit.
  var isDamaged: Bool { marks.contains(.damaged) }

  /// Marks that a fold must not hide.
  var mark: StoryMark { marks.subtracting(.benign) }

  /// Whether it may be folded with its like: neither opens nor closes, and reached the receiver.
  var isFoldable: Bool {
    guard !verdict.isQuote, !isDamaged else { return false }
    switch transport {
    case .tcp(let segment): return segment.flags.isDisjoint(with: [.syn, .fin, .rst, .urg])
    case .udp, .fragment: return true
    case .icmp, .other, .none: return false
    }
  }
}
