import SynfinLifecycle
import SynfinWire

extension SegmentText {
  /// What is shown of the options, in this order.
  private enum Part: Int, CaseIterable {
    case maximumSegmentSize, windowScale, sackPermitted, duplicateBlock, sack, timestamps
    case fastOpen, multipath, md5Signature, authentication, userTimeout, experimental, unknown
    case malformed
  }

  /// The options that say something, such as "mss 1460", in a fixed order.
  var options: [String] {
    Part.allCases.filter(has).map { part in TextBuffer.string { write(part, into: &$0) } }
  }

  /// Whether `options` has something to say.
  var hasOptions: Bool { !segment.options.kinds.isEmpty }

  /// Writes the options, separated by commas.
  func writeOptions(into text: inout TextBuffer) {
    var list = ListSeparator()
    for place in 0..<Part.allCases.count {
      guard let part = Part(rawValue: place), has(part) else { continue }
      list.next(&text)
      write(part, into: &text)
    }
  }

  private func has(_ part: Part) -> Bool {
    let options = segment.options
    return switch part {
    case .maximumSegmentSize: options.has(.maximumSegmentSize)
    case .windowScale: options.has(.windowScale)
    case .sackPermitted: options.has(.sackPermitted)
    case .duplicateBlock: options.has(.sack) && segment.duplicateBlock != nil
    case .sack: options.has(.sack) && (segment.duplicateBlock == nil || options.sackCount > 1)
    case .timestamps: options.has(.timestamps)
    case .fastOpen: options.has(.fastOpen)
    case .multipath: options.has(.multipath)
    case .md5Signature: options.has(.md5Signature)
    case .authentication: options.has(.authentication)
    case .userTimeout: options.has(.userTimeout)
    case .experimental: options.has(.experimental) && !options.has(.fastOpen)
    case .unknown: options.has(.unknown)
    case .malformed: options.has(.malformed)
    }
  }

  private func write(_ part: Part, into text: inout TextBuffer) {
    let options = segment.options
    switch part {
    case .maximumSegmentSize:
      text.append("mss ")
      text.append(UInt64(options.maximumSegmentSize))
    case .windowScale:
      text.append("wscale ")
      text.append(UInt64(options.windowScale))
    case .sackPermitted: text.append("sackOK")
    case .duplicateBlock: writeBlocks("dsack", 0..<1, into: &text)
    case .sack:
      let first = segment.duplicateBlock == nil ? 0 : 1
      writeBlocks("sack", first..<max(first, Int(min(options.sackCount, 4))), into: &text)
    case .timestamps:
      text.append("TS ")
      text.append(UInt64(options.timestampValue))
      text.append(" ecr ")
      text.append(UInt64(options.timestampEchoReply))
    default: writeRare(part, into: &text)
    }
  }

  private func writeRare(_ part: Part, into text: inout TextBuffer) {
    switch part {
    case .fastOpen:
      let length = segment.options.fastOpenCookieLength
      text.append(string: length == 0 ? "tfo cookie request" : "tfo cookie \(length) B")
    case .multipath: text.append(string: "mptcp " + multipathNames.joined(separator: " "))
    case .md5Signature: text.append("md5")
    case .authentication: text.append("tcp-ao")
    case .userTimeout: text.append("user timeout")
    case .experimental: text.append("experimental")
    case .unknown: text.append("unknown option")
    default: text.append("malformed option")
    }
  }

  private var multipathNames: [String] {
    (0..<16).filter { segment.options.multipathSubtypes >> UInt16($0) & 1 == 1 }
      .map { MultipathSubtype.name(UInt8($0)) }
  }

  /// What came twice, or is held out of order, relative like the acknowledgement number: "sack 300:400 500:600".
  private func writeBlocks(
    _ name: StaticString, _ range: Range<Int>, into text: inout TextBuffer
  ) {
    let base = isAbsolute || !hasBase ? 0 : verdict.acknowledgmentBase
    text.append(name)
    if range.isEmpty { text.append(" ") }
    for index in range {
      let block = segment.options.sackBlocks[index]
      text.append(" ")
      text.append(UInt64(block.left.rawValue &- base))
      text.append(":")
      text.append(UInt64(block.right.rawValue &- base))
    }
  }
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
