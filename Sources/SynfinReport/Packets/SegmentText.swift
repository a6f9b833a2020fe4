import SynfinLifecycle
import SynfinWire

/// The fields of a TCP segment as short phrases.
struct SegmentText {
  /// The segment.
  let segment: Segment
  /// What the tracker says of it.
  let verdict: PacketVerdict
  /// Shows sequence numbers as they stand in the header.
  var isAbsolute = false

  /// "SYN+ACK"; "no flags" if none is set.
  var flags: String { TextBuffer.string { writeFlags(into: &$0) } }

  /// Writes `flags`.
  func writeFlags(into text: inout TextBuffer) {
    let begin = text.count
    for bit in 0..<TCPFlags.named where segment.flags.rawValue >> bit & 1 == 1 {
      if text.count > begin { text.append(UInt8(ascii: "+")) }
      text.append(TCPFlags.name(bit: bit))
    }
    if text.count == begin { text.append("no flags") }
  }

  /// Whether sequence numbers can be counted from the connection's first.
  var hasBase: Bool { verdict.connection > 0 && !verdict.isQuote }

  /// The sequence number counted from the sender's first.
  var relativeSequence: UInt32 { segment.sequenceNumber.rawValue &- verdict.sequenceBase }

  /// The acknowledgement number counted from the peer's first.
  var relativeAcknowledgment: UInt32 {
    segment.acknowledgmentNumber.rawValue &- verdict.acknowledgmentBase
  }

  /// The sequence number, and with payload the number behind it: 1:481.
  var sequence: String { TextBuffer.string { writeSequence(into: &$0) } }

  /// Writes `sequence`.
  func writeSequence(into text: inout TextBuffer) {
    let first = isAbsolute || !hasBase ? segment.sequenceNumber.rawValue : relativeSequence
    text.append(UInt64(first))
    guard segment.payloadLength > 0 else { return }
    text.append(UInt8(ascii: ":"))
    text.append(UInt64(first &+ UInt32(truncatingIfNeeded: segment.payloadLength)))
  }

  /// The acknowledgement number as it is shown; nil without the ACK flag.
  var acknowledgmentNumber: UInt32? {
    guard segment.flags.contains(.ack) else { return nil }
    let isRelative = hasBase && !isAbsolute
    return isRelative ? relativeAcknowledgment : segment.acknowledgmentNumber.rawValue
  }

  /// The acknowledgement number; nil without the ACK flag.
  var acknowledgment: String? { acknowledgmentNumber.map { String($0) } }

  /// The window in octets where the scale is known, else the field.
  var window: Int { verdict.scaledWindow ?? Int(segment.window) }
}
