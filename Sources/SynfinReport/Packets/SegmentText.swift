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
  var flags: String {
    let names = segment.flags.names
    return names.isEmpty ? "no flags" : names.joined(separator: "+")
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
  var sequence: String {
    let first = isAbsolute || !hasBase ? segment.sequenceNumber.rawValue : relativeSequence
    guard segment.payloadLength > 0 else { return String(first) }
    return "\(first):\(first &+ UInt32(truncatingIfNeeded: segment.payloadLength))"
  }

  /// The acknowledgement number; nil without the ACK flag.
  var acknowledgment: String? {
    guard segment.flags.contains(.ack) else { return nil }
    let isRelative = hasBase && !isAbsolute
    return String(isRelative ? relativeAcknowledgment : segment.acknowledgmentNumber.rawValue)
  }

  /// The window in octets where the scale is known, else the field.
  var window: String { String(verdict.scaledWindow ?? Int(segment.window)) }

  /// The options that say something, such as "mss 1460", in a fixed order.
  var options: [String] {
    let options = segment.options
    var parts: [String] = []
    if options.has(.maximumSegmentSize) { parts.append("mss \(options.maximumSegmentSize)") }
    if options.has(.windowScale) { parts.append("wscale \(options.windowScale)") }
    if options.has(.sackPermitted) { parts.append("sackOK") }
    if options.has(.sack) { parts += sackParts }
    if options.has(.timestamps) { parts.append(timestamps) }
    return parts + rareOptions
  }

  private var timestamps: String {
    "TS \(segment.options.timestampValue) ecr \(segment.options.timestampEchoReply)"
  }

  private var rareOptions: [String] {
    let options = segment.options
    var parts: [String] = []
    if options.has(.fastOpen) {
      let length = options.fastOpenCookieLength
      parts.append(length == 0 ? "tfo cookie request" : "tfo cookie \(length) B")
    }
    if options.has(.multipath) { parts.append("mptcp " + multipathNames.joined(separator: " ")) }
    if options.has(.md5Signature) { parts.append("md5") }
    if options.has(.authentication) { parts.append("tcp-ao") }
    if options.has(.userTimeout) { parts.append("user timeout") }
    if options.has(.experimental) && !options.has(.fastOpen) { parts.append("experimental") }
    if options.has(.unknown) { parts.append("unknown option") }
    if options.has(.malformed) { parts.append("malformed option") }
    return parts
  }

  private var multipathNames: [String] {
    (0..<16).filter { segment.options.multipathSubtypes >> UInt16($0) & 1 == 1 }
      .map { MultipathSubtype.name(UInt8($0)) }
  }

  /// What came twice, and what is held out of order: "dsack 100:200", "sack 300:400 500:600".
  private var sackParts: [String] {
    let blocks = sackBlocks
    guard segment.duplicateBlock != nil, let first = blocks.first else {
      return ["sack " + blocks.joined(separator: " ")]
    }
    let rest = blocks.dropFirst()
    return ["dsack " + first] + (rest.isEmpty ? [] : ["sack " + rest.joined(separator: " ")])
  }

  /// The blocks of the option, relative like the acknowledgement number.
  private var sackBlocks: [String] {
    let base = isAbsolute || !hasBase ? 0 : verdict.acknowledgmentBase
    return (0..<Int(min(segment.options.sackCount, 4))).map { index in
      let block = segment.options.sackBlocks[index]
      return "\(block.left.rawValue &- base):\(block.right.rawValue &- base)"
    }
  }

  /// The checksum's fault; nil if it is good, unknown or the network card's business.
  var checksumNote: String? { segment.checksum == .wrong ? "checksum wrong" : nil }
}

/// Names of Multipath TCP's options (RFC 8684 §3, table 2).
enum MultipathSubtype {
  /// The name without the prefix "MP_".
  static func name(_ subtype: UInt8) -> String {
    let names = [
      "capable", "join", "dss", "add_addr", "remove_addr", "prio", "fail", "fastclose", "reset",
    ]
    return Int(subtype) < names.count ? names[Int(subtype)] : "subtype \(subtype)"
  }
}
