import SynfinWire

/// Puts IP datagrams together as far as the tracker needs: which flow they belong to and how long they are.
///
/// Only the first bytes of a datagram are kept, enough for any transport header. Datagrams that wait for
/// their missing pieces are limited in number; the oldest one gives way.
struct FragmentReassembly: ~Copyable {
  /// Datagrams waiting at once.
  private static let capacity = 256
  /// Nanoseconds after which an incomplete datagram is given up, as hosts do (RFC 8200 §4.5: 60 s).
  private static let timeout: Int64 = 60_000_000_000

  private var pending: [PartialDatagram] = []
  /// The datagram that was given up when the last fragment came, if its first piece is known.
  private var abandoned: PartialDatagram?

  /// Takes a fragment.
  ///
  /// - Returns: the datagram that it completes, decoded, and how many fragments it had.
  mutating func add(
    _ packet: Packet, _ bytes: RawSpan, number: UInt64, at time: Timestamp
  ) -> (packet: Packet, fragments: UInt32)? {
    let index = find(packet, number, at: time)
    guard pending[index].add(packet, bytes) else {
      pending.remove(at: index)
      return nil
    }
    guard pending[index].isComplete else { return nil }
    let datagram = pending.remove(at: index)
    return (datagram.decoded(last: packet), datagram.fragments)
  }

  /// Hands out the datagrams that were never completed although their first piece is known.
  mutating func takeIncomplete() -> [IncompleteDatagram] {
    defer { pending = [] }
    return pending.filter(\.hasFirst).map(Self.incomplete)
  }

  /// Hands out the datagram that was given up for the last fragment that came.
  mutating func takeAbandoned() -> IncompleteDatagram? {
    guard let datagram = abandoned.take(), datagram.hasFirst else { return nil }
    return Self.incomplete(datagram)
  }

  private static func incomplete(_ datagram: PartialDatagram) -> IncompleteDatagram {
    IncompleteDatagram(
      packet: datagram.decoded(last: datagram.first), fragments: datagram.fragments,
      firstPacket: datagram.number, started: datagram.started)
  }

  private mutating func find(
    _ packet: Packet, _ number: UInt64, at time: Timestamp
  ) -> Int {
    if let index = pending.firstIndex(where: { $0.isPart(packet) }) {
      if time.nanoseconds(since: pending[index].started) <= Self.timeout { return index }
      abandoned = pending.remove(at: index)
    } else if pending.count == Self.capacity {
      abandoned = pending.removeFirst()
    }
    pending.append(PartialDatagram(packet, number, started: time))
    return pending.count - 1
  }
}

/// A datagram that was never completed, although its transport header is known.
struct IncompleteDatagram {
  var packet: Packet
  var fragments: UInt32
  var firstPacket: UInt64
  var started: Timestamp
}

/// A datagram of which some pieces are missing.
private struct PartialDatagram {
  /// Enough for any transport header: 60 bytes of TCP are the most.
  private static let headerCapacity = 64
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
  private var header: [UInt8] = []
  /// Which bytes of the header are there, one bit each from the lowest on.
  private var known: UInt64 = 0
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
    if start == 0 {
      first = packet
      hasFirst = true
    }
    keepHeader(packet, bytes, from: start)
    insert(start..<end)
    return ranges.count <= Self.rangeLimit
  }

  private mutating func keepHeader(_ packet: Packet, _ bytes: RawSpan, from start: Int) {
    let offset = Int(packet.ip.payloadOffset)
    guard start < Self.headerCapacity else { return }
    let available = min(Int(packet.ip.payloadLength), bytes.byteCount - offset)
    let count = max(0, min(available, Self.headerCapacity - start))
    if header.count < start + count {
      header.append(contentsOf: repeatElement(0, count: start + count - header.count))
    }
    for index in 0..<count {
      header[start + index] = bytes.uint8(at: offset + index)
      known |= 1 << UInt64(start + index)
    }
  }

  private mutating func insert(_ range: Range<Int>) {
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

  /// The whole datagram; its IP length counts the headers of all fragments, as they were sent.
  func decoded(last packet: Packet) -> Packet {
    var whole = packet
    whole.ip.payloadProtocol = first.ip.payloadProtocol
    whole.ip.totalLength = ipBytes
    whole.fragment = Fragment()
    whole.transport = .none
    whole.issue = .none
    let header = header.prefix((~known).trailingZeroBitCount)
    // The span is used within this call alone, while `header` lives.
    unsafe whole.decodeReassembled(header.span.bytes, length: total ?? ranges[0].upperBound)
    return whole
  }
}
