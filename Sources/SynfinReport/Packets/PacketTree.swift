public import SynfinLifecycle
public import SynfinWire

/// The decoded layers of a packet as an indented tree for a person to read.
public enum PacketTree {
  /// The lines of one packet's tree, without line breaks.
  ///
  /// - Parameters:
  ///   - bytes: the captured bytes from the link-layer header on.
  ///   - number: its number in the capture, from 1.
  ///   - hasTime: whether the capture gives it a time.
  ///   - capturedLength: bytes that were captured.
  ///   - originalLength: bytes on the wire.
  ///   - numeric: shows port numbers without service names.
  public static func lines(
    bytes: RawSpan, linkType: LinkType, number: UInt64, time: Timestamp, hasTime: Bool,
    verdict: PacketVerdict, capturedLength: Int, originalLength: Int, zone: TimeText.Zone,
    numeric: Bool = false, color: Bool = false
  ) -> [String] {
    let decoded = Packet.decodeLayers(bytes, linkType: linkType, originalLength: originalLength)
    var tree = LayerTree(
      text: TreeText(ink: Ink(isOn: color)), packet: decoded.packet, verdict: verdict,
      numeric: numeric)
    tree.frame(number, capturedLength, originalLength, linkType)
    if hasTime { tree.text.field("Time", TimeText(zone: zone).dateAndTime(time, digits: 9)) }
    tree.connection()
    tree.path(bytes)
    for layer in decoded.layers {
      tree.enter(layer, of: decoded.packet, bytes)
      tree.layer(layer, bytes)
    }
    tree.packet = decoded.packet
    tree.ending()
    return tree.text.lines
  }
}

/// The tree of one packet while it is written; each group of layers is an extension of it.
struct LayerTree {
  var text: TreeText
  /// The packet that the layer being written belongs to: the innermost, or one around it.
  var packet: Packet
  let verdict: PacketVerdict
  let numeric: Bool
  /// Whether a tunnel wraps another packet into this one.
  var isOuter = false

  mutating func frame(
    _ number: UInt64, _ capturedLength: Int, _ originalLength: Int, _ linkType: LinkType
  ) {
    text.heading("Frame \(number)", "\(Phrase.grouped(originalLength)) bytes on the wire")
    let isCut = capturedLength < originalLength
    text.field(
      "Captured", "\(Phrase.grouped(capturedLength)) bytes",
      isCut ? "cut short by the snap length: \(originalLength - capturedLength) bytes missing" : "")
    text.field("Link type", Int(linkType.rawValue), linkType.description)
  }

  /// What the tracker says of the packet.
  mutating func connection() {
    guard verdict.connection > 0 else { return }
    let from = verdict.sender == .client ? "from the client" : "from the server"
    text.field(
      "Connection", "#\(verdict.connection)", verdict.isQuote ? "quoted by this error" : from)
    if verdict.clientState != .unknown || verdict.serverState != .unknown {
      let name = { (state: TCPState) in state == .unknown ? "-" : state.name }
      text.field(
        "States afterwards", name(verdict.clientState) + " / " + name(verdict.serverState),
        "client / server; - is not known")
    }
    if !verdict.labels.isEmpty {
      let names = LabelText.names(verdict.labels).joined(separator: ", ")
      text.field("Analysis", names, style: .yellow)
    }
  }

  /// Turns to the packet that begins with a layer: what is known of checksums is known packet by packet.
  mutating func enter(_ layer: Layer, of innermost: Packet, _ bytes: RawSpan) {
    guard layer.kind == .ipv4 || layer.kind == .ipv6 else { return }
    let tunnels = innermost.tunnels
    let around = (0..<tunnels.count).first { tunnels[$0].ipOffset == layer.offset }
    packet = around.map { innermost.outer($0, in: bytes) } ?? innermost
    isOuter = around != nil
  }

  mutating func layer(_ layer: Layer, _ bytes: RawSpan) {
    let at = layer.offset
    switch layer.kind {
    case .ethernet: ethernet(bytes, at)
    case .vlan: vlan(bytes, at)
    case .llc: llc(bytes, at, layer.length)
    case .linuxCooked: linuxCooked(bytes, at, LinuxCookedHeader(bytes, at: at), 16)
    case .linuxCookedV2: linuxCooked(bytes, at, LinuxCookedHeader(version2: bytes, at: at), 20)
    case .bsdLoopback: bsdLoopback(bytes, at)
    case .ppp: ppp(bytes, at, layer.length)
    case .fddi: fddi(bytes, at)
    case .perPacketInformation: perPacketInformation(bytes, at, layer.length)
    case .mpls: mpls(bytes, at)
    case .pppoe: pppoe(bytes, at)
    case .arcnet, .linkHeader, .nflog, .pktap, .radiotap, .prism, .avs, .ieee80211:
      capturedLink(layer, bytes)
    case .backboneTag, .vnTag, .bridgeTag, .fabricPath, .macsec, .serviceHeader, .controlWord:
      shim(layer, bytes)
    case .gre, .erspan, .wccp, .etherIP, .l2tp, .lisp, .capwap, .tzsp: tunnel(layer, bytes)
    case .vxlan, .vxlanGPE, .geneve, .gtp, .teredo, .ayiya: overlay(layer, bytes)
    case .ipv4: ipv4(bytes, at)
    case .ipv6: ipv6(bytes, at)
    case .ipv6HopByHop, .ipv6Routing, .ipv6Fragment, .ipv6DestinationOptions, .ipv6Mobility:
      extensionHeader(layer, bytes)
    case .authentication: authentication(bytes, at, layer.length)
    case .tcp: tcp(bytes, at, layer.length)
    case .udp: udp(bytes, at)
    case .icmp, .icmpv6: icmp(bytes, at, layer.length)
    case .payload: payload(bytes, at, layer.length)
    }
  }

  private var reassembly: String {
    verdict.isIncomplete
      ? "what this damaged fragment tells of it" : "this fragment completes it"
  }

  /// What remains to be said below the last layer.
  mutating func ending() {
    if packet.issue.reason != .none {
      text.warning("decoding ended here: \(packet.issue.description)")
    }
    switch verdict.reassembled {
    case .none: break
    case .tcp(let segment):
      text.heading("Reassembled datagram", reassembly)
      let phrases = SegmentText(segment: segment, verdict: verdict)
      text.field("Transmission Control", phrases.flags, "\(segment.payloadLength) bytes of payload")
    case .udp(let datagram):
      text.heading("Reassembled datagram", reassembly)
      ports(datagram.sourcePort, datagram.destinationPort, .udp)
      text.field("Payload", "\(Phrase.grouped(datagram.payloadLength)) bytes")
    case .icmp(let message):
      text.heading("Reassembled datagram", reassembly)
      text.field("Message", ICMPText.line(message))
    case .fragment, .other: text.heading("Reassembled datagram", reassembly)
    }
  }

  /// "14 bytes at offset 0".
  func extent(_ length: Int, _ offset: Int) -> String {
    "\(length) \(length == 1 ? "byte" : "bytes") at offset \(offset)"
  }

  /// What is known of a checksum, in words.
  mutating func checksum(_ name: String, _ field: UInt16, _ status: ChecksumStatus) {
    let value = Digits.hex(field, 4)
    switch status {
    case .correct: text.field(name, value, "correct")
    case .wrong: text.field(name, value, "WRONG: does not fit the bytes", style: .red)
    case .offloaded:
      text.field(name, value, "offloaded: the sender's network card fills it in after the capture")
    case .absent: text.field(name, value, "none computed by the sender (RFC 768)")
    case .unverified:
      text.field(name, value, "unverified: not all the bytes it covers were captured")
    }
  }

  mutating func payload(_ bytes: RawSpan, _ at: Int, _ length: Int) {
    if packet.etherType == .arp, packet.ip.version == 0, bytes.holds(8, at: at) {
      arp(bytes, at, length)
      return
    }
    text.heading("Payload", extent(length, at))
    let shown = min(length, 64)
    for start in stride(from: 0, to: shown, by: 16) {
      text.plain(Self.dump(bytes, at + start, min(16, shown - start), label: start))
    }
    if shown < length { text.plain("… \(Phrase.grouped(length - shown)) more bytes") }
  }

  /// One line of a dump: offset, sixteen bytes in hexadecimal, the same as characters.
  private static func dump(_ bytes: RawSpan, _ at: Int, _ count: Int, label: Int) -> String {
    var digits = ""
    var characters = ""
    for index in 0..<count {
      let byte = bytes.uint8(at: at + index)
      digits += (index == 8 ? "  " : " ") + Digits.bare(byte, 2)
      characters.append((32..<127).contains(byte) ? Character(UnicodeScalar(byte)) : "·")
    }
    return Digits.bare(label, 4) + " " + digits.padded(to: 50) + "  " + characters
  }
}
