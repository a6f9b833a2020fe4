/// A datagram of which some pieces are missing.
struct PartialDatagram {
  /// Bytes of the payload that are kept: enough for transport headers behind a few tunnels.
  private static let keptPayload = 512
  /// The longest headers before the payload that are kept; honest ones are far shorter.
  private static let headerLimit = 1024
  /// Separate runs of bytes at once; more mean that somebody plays.
  private static let rangeLimit = 64

  /// The packet that came first.
  let number: UInt64
  /// When that was.
  let started: Timestamp
  /// The packet with the first piece, once it is there; else any of the datagram.
  private(set) var first: Packet
  private(set) var hasFirst = false
  private(set) var fragments: UInt32 = 0
  private var ipBytes: Int32 = 0
  /// All headers of the packet with the first piece.
  private var header: [UInt8] = []
  /// The first bytes of the payload and which of them are there.
  private var payload: [UInt8] = []
  private var captured: [Range<Int>] = []
  private var ranges: [Range<Int>] = []
  /// Bytes of the payload; nil until the last piece is there.
  private var total: Int?

  init(_ packet: Packet, _ number: UInt64, started: Timestamp) {
    first = packet
    self.number = number
    self.started = started
  }

  /// Whether a fragment is a piece of this datagram (RFC 791 §3.2, RFC 8200 §4.5).
  func isPart(_ packet: Packet) -> Bool {
    packet.fragment.identification == first.fragment.identification
      && packet.ip.version == first.ip.version
      && packet.ip.source == first.ip.source && packet.ip.destination == first.ip.destination
      && (packet.ip.version == 6 || packet.ip.payloadProtocol == first.ip.payloadProtocol)
  }

  /// Adds a piece; false if it cannot be part of an honest datagram.
  mutating func add(_ packet: Packet, _ bytes: RawSpan) -> Bool {
    let start = Int(packet.fragment.offset)
    let end = start + Int(packet.ip.payloadLength)
    guard packet.ip.payloadLength > 0, end <= 65_535 else { return false }
    fragments += 1
    ipBytes &+= packet.ip.totalLength
    if !packet.fragment.moreFragments { total = end }
    let offset = min(Int(packet.ip.payloadOffset), bytes.byteCount)
    if start == 0, !hasFirst {
      guard offset <= Self.headerLimit else { return false }
      first = packet
      hasFirst = true
      header = Self.copy(bytes, 0..<offset)
    }
    let count = min(Int(packet.ip.payloadLength), bytes.byteCount - offset)
    keep(bytes, from: offset, start..<max(start, min(start + count, Self.keptPayload)))
    Self.insert(start..<end, into: &ranges)
    return ranges.count <= Self.rangeLimit
  }

  /// Keeps what lies in the first bytes of the payload; where pieces overlap, the first to come counts.
  private mutating func keep(_ bytes: RawSpan, from offset: Int, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    if payload.count < range.upperBound {
      payload += repeatElement(0, count: range.upperBound - payload.count)
    }
    for index in range where !captured.contains(where: { $0.contains(index) }) {
      payload[index] = bytes.uint8(at: offset + index - range.lowerBound)
    }
    Self.insert(range, into: &captured)
  }

  private static func copy(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(range.count)
    for index in range { copy.append(bytes.uint8(at: index)) }
    return copy
  }

  private static func insert(_ range: Range<Int>, into ranges: inout [Range<Int>]) {
    var merged = range
    ranges.removeAll { other in
      guard other.lowerBound <= merged.upperBound, merged.lowerBound <= other.upperBound else {
        return false
      }
      merged =
        min(other.lowerBound, merged.lowerBound)..<max(other.upperBound, merged.upperBound)
      return true
    }
    ranges.append(merged)
  }

  var isComplete: Bool {
    guard let total, ranges.count == 1 else { return false }
    return ranges[0].lowerBound == 0 && ranges[0].upperBound >= total
  }

  /// Bytes of the payload by all that is known.
  private var length: Int { total ?? ranges.map(\.upperBound).max() ?? 0 }

  /// The datagram as its sender had it before it was cut into pieces, as far as it is kept: the headers of the
  /// packet with the first piece, the innermost of them corrected, and the payload.
  var bytes: [UInt8] {
    let known = captured.first { $0.lowerBound == 0 }?.upperBound ?? 0
    var bytes = header + payload.prefix(known)
    let at = Int(first.fragment.headerOffset)
    if first.ip.version == 6 {
      Self.mend(ipv6: &bytes, at: at, payload: Int(first.ip.payloadOffset), length)
    } else {
      Self.mend(ipv4: &bytes, at: at, payload: Int(first.ip.payloadOffset), length)
    }
    return bytes
  }

  /// Makes the header that of a whole datagram: its length, no fragment, and a checksum that fits.
  private static func mend(ipv4 bytes: inout [UInt8], at: Int, payload: Int, _ length: Int) {
    guard at + 20 <= payload, payload <= bytes.count else { return }
    set(&bytes, at + 2, payload - at + length)
    bytes[at + 6] &= 0xC0
    bytes[at + 7] = 0
    set(&bytes, at + 10, 0)
    var sum = InternetChecksum()
    // The span is used within this call alone, while `bytes` lives.
    unsafe sum.add(bytes.span.bytes, from: at, count: payload - at)
    set(&bytes, at + 10, Int(~sum.folded))
  }

  /// Sets the length, and turns the fragment header into that of an atomic fragment (RFC 6946 §2).
  private static func mend(ipv6 bytes: inout [UInt8], at: Int, payload: Int, _ length: Int) {
    guard at + 48 <= payload, payload <= bytes.count else { return }
    set(&bytes, at + 4, payload - at - 40 + length)
    set(&bytes, payload - 6, 0)
  }

  /// Sets a length; one that is too large for its field becomes 0, which stands for "to the end".
  private static func set(_ bytes: inout [UInt8], _ offset: Int, _ value: Int) {
    let value = value <= 0xFFFF ? value : 0
    bytes[offset] = UInt8(value >> 8)
    bytes[offset + 1] = UInt8(value & 255)
  }

  /// The whole datagram, decoded from `bytes`; its IP length counts the headers of all fragments, as they were sent.
  func decoded(_ bytes: [UInt8]) -> Packet {
    // The span is used within this call alone, while `bytes` lives.
    unsafe first.decodedDatagram(
      bytes.span.bytes, end: Int(first.ip.payloadOffset) + length, ipBytes: ipBytes)
  }
}
