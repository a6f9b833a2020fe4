import SynfinLifecycle
import SynfinWire

extension LayerTree {
  mutating func tcp(_ bytes: RawSpan, _ at: Int, _ captured: Int) {
    let header = TCPHeader(bytes, at: at)
    text.heading(
      "Transmission Control Protocol (RFC 9293)", extent(header.dataOffset, at))
    ports(header.sourcePort, header.destinationPort, .tcp)
    guard case .tcp(let segment) = packet.transport else { return }
    numbers(segment)
    text.field("Data offset", header.dataOffset / 4, "\(header.dataOffset) bytes of header")
    flags(header.flags)
    window(segment)
    checksum("Checksum", header.checksum, segment.checksum)
    text.field(
      "Urgent pointer", header.urgentPointer,
      header.flags.contains(.urg)
        ? "urgent data end \(Phrase.count(header.urgentPointer, "octet")) after the sequence number"
        : "no meaning: URG is not set")
    if header.dataOffset > TCPHeader.minimumLength {
      options(bytes, at, header.dataOffset, captured: captured)
    }
    text.field("Payload", "\(Phrase.grouped(segment.payloadLength)) bytes")
  }

  private mutating func numbers(_ segment: Segment) {
    let phrases = SegmentText(segment: segment, verdict: verdict)
    var meaning = phrases.hasBase ? "relative \(phrases.sequence)" : ""
    if segment.flags.contains(.syn) { meaning = "the initial sequence number (ISN)" }
    text.field("Sequence number", segment.sequenceNumber.rawValue, meaning)
    text.field(
      "Next sequence number", segment.endSequenceNumber.rawValue, sequenceLength(segment), depth: 2)
    let acknowledgment = segment.acknowledgmentNumber.rawValue
    guard segment.flags.contains(.ack) else {
      text.field("Acknowledgment number", acknowledgment, "no meaning: ACK is not set")
      return
    }
    let relative = phrases.acknowledgment ?? ""
    text.field(
      "Acknowledgment number", acknowledgment,
      (phrases.hasBase ? "relative \(relative): " : "") + "the next octet expected")
  }

  private func sequenceLength(_ segment: Segment) -> String {
    var parts: [String] = []
    if segment.payloadLength > 0 { parts.append(Phrase.count(segment.payloadLength, "octet")) }
    if segment.flags.contains(.syn) { parts.append("1 for SYN") }
    if segment.flags.contains(.fin) { parts.append("1 for FIN") }
    return parts.isEmpty ? "takes no sequence space" : "takes " + parts.joined(separator: " + ")
  }

  private mutating func flags(_ flags: TCPFlags) {
    let names = flags.names.joined(separator: "+")
    text.field("Flags", Digits.hex(flags.rawValue, 3), names.isEmpty ? "none" : names)
    let meanings: [(TCPFlags, String, String)] = [
      (.ae, "AE", "accurate ECN (RFC 9768)"),
      (.cwr, "CWR", flags.contains(.syn) ? "asks for ECN" : "congestion window reduced"),
      (.ece, "ECE", flags.contains(.syn) ? "offers ECN" : "congestion was experienced"),
      (.urg, "URG", "the urgent pointer counts"),
      (.ack, "ACK", "the acknowledgment number counts"),
      (.psh, "PSH", "hand the data to the program at once"),
      (.rst, "RST", "reset: there is no such connection any more"),
      (.syn, "SYN", "synchronize: opens, and carries the initial sequence number"),
      (.fin, "FIN", "finished: the sender has no more data"),
    ]
    for (flag, name, meaning) in meanings {
      let isSet = flags.contains(flag)
      text.field(name, isSet ? "1" : "·", isSet ? meaning : "", depth: 2)
    }
    let reserved = flags.rawValue >> 9
    if reserved != 0 { text.field("Reserved", reserved, "must be zero", depth: 2) }
  }

  private mutating func window(_ segment: Segment) {
    var meaning = "octets, if no scale was agreed"
    if segment.flags.contains(.syn) { meaning = "octets; never scaled in a SYN (RFC 7323 §2.2)" }
    if let scaled = verdict.scaledWindow {
      meaning =
        scaled == Int(segment.window) ? "octets" : "\(Phrase.grouped(scaled)) octets as scaled"
    }
    if segment.window == 0 && !segment.flags.contains(.rst) { meaning = "zero: send nothing" }
    text.field("Window", segment.window, meaning)
  }

  private mutating func options(_ bytes: RawSpan, _ at: Int, _ dataOffset: Int, captured: Int) {
    let start = at + TCPHeader.minimumLength
    let end = at + dataOffset
    let missing = dataOffset - captured
    text.field(
      "Options", "\(end - start) bytes",
      missing > 0 ? "the last \(Phrase.count(missing, "octet")) cut off by the capture" : "")
    var next = start
    for (option, offset) in TCPOption.list(bytes, from: start, to: end) {
      let kind = bytes.uint8(at: offset)
      let length = kind < 2 || offset + 1 >= end ? 1 : Int(bytes.uint8(at: offset + 1))
      let phrase = TCPOptionText(option)
      let size = "kind \(kind), \(length) \(length == 1 ? "byte" : "bytes")"
      text.field(phrase.name, size, phrase.meaning, depth: 2)
      if case .sack(let count) = option {
        sackBlocks(SACKBlock.list(bytes, at: offset, count: Int(count)))
      }
      if case .malformed = option { return }
      if option == .endOfList { return }
      next = offset + length
    }
    guard next < at + captured else { return }
    text.field("Cut option", "kind \(bytes.uint8(at: next))", "cut by the capture", depth: 2)
  }

  private mutating func sackBlocks(_ blocks: [SACKBlock]) {
    for (index, block) in blocks.enumerated() {
      let length = block.right.distance(from: block.left)
      var meaning = Phrase.count(length, "octet")
      if verdict.connection > 0 {
        let base = verdict.acknowledgmentBase
        meaning += ", relative \(block.left.rawValue &- base):\(block.right.rawValue &- base)"
      }
      text.field(
        "Block \(index + 1)", "\(block.left.rawValue):\(block.right.rawValue)", meaning, depth: 3)
    }
  }
}

/// The name of a TCP option and what its value means.
struct TCPOptionText {
  let name: String
  let meaning: String

  init(_ option: TCPOption) {
    switch option {
    case .endOfList: (name, meaning) = ("End of option list", "")
    case .noOperation: (name, meaning) = ("No operation", "padding")
    case .maximumSegmentSize(let size):
      (name, meaning) = ("Maximum segment size", "\(size) octets of payload at most, please")
    case .windowScale(let shift):
      let factor = 1 << Int(min(shift, 14))
      let excess = shift > 14 ? "; more than 14 counts as 14 (RFC 7323 §2.3)" : ""
      (name, meaning) = ("Window scale", "\(shift): windows count units of \(factor)\(excess)")
    case .sackPermitted:
      (name, meaning) = ("SACK permitted", "takes selective acknowledgments (RFC 2018)")
    case .sack(let count):
      (name, meaning) = ("SACK", "\(Phrase.count(count, "block")) received out of order, or twice")
    case .timestamps(let value, let echo):
      (name, meaning) = ("Timestamps", "TSval \(value), TSecr \(echo) (RFC 7323 §3)")
    default: (name, meaning) = Self.rare(option)
    }
  }

  private static func rare(_ option: TCPOption) -> (String, String) {
    switch option {
    case .md5Signature: ("MD5 signature", "RFC 2385, 16 bytes of digest")
    case .userTimeout(let seconds): ("User timeout", "\(seconds) s (RFC 5482)")
    case .authentication(let key, let next):
      ("TCP-AO", "key \(key), next key \(next) (RFC 5925)")
    case .multipath(let subtype):
      ("Multipath TCP", "MP_" + MultipathSubtype.name(subtype).uppercased() + " (RFC 8684)")
    case .fastOpen(let length):
      (
        "Fast Open",
        length == 0 ? "asks for a cookie (RFC 7413)" : "cookie of \(length) bytes (RFC 7413)"
      )
    case .experimental(_, let identifier, _):
      ("Experimental", "identifier " + Digits.hex(identifier, 4) + " (RFC 6994)")
    case .unknown(let kind, _): ("Unknown option", "kind \(kind)")
    case .malformed(let kind):
      ("Malformed option", "kind \(kind): its length is impossible; the rest cannot be read")
    default: ("Option", "")
    }
  }
}
