/// Puts IP datagrams together as far as the tracker needs: which flow they belong to and how long they are.
///
/// Only the first bytes of a datagram are kept, enough for any transport header and the headers of a few tunnels.
/// Datagrams that wait for their missing pieces are limited in number; the oldest one gives way.
public struct FragmentReassembly: ~Copyable {
  /// Datagrams waiting at once.
  private static let capacity = 256
  /// Nanoseconds after which an incomplete datagram is given up, as hosts do (RFC 8200 §4.5: 60 s).
  private static let timeout: Int64 = 60_000_000_000

  private var pending: [PartialDatagram] = []
  /// The datagram that was given up when the last fragment came, if its first piece is known.
  private var abandoned: PartialDatagram?
  /// The bytes that the offsets in the last completed datagram's packet refer to, as many as were kept.
  public private(set) var bytes: [UInt8] = []

  /// Makes a place where no datagram waits yet.
  public init() {}

  /// Takes a fragment.
  ///
  /// - Parameters:
  ///   - packet: the decoded fragment.
  ///   - bytes: the bytes that it was decoded from.
  ///   - number: its number in the capture, from 1.
  ///   - time: when it was captured.
  /// - Returns: the datagram that it completes, decoded, and how many fragments it had. It can be a fragment
  ///   again, of a datagram inside of a tunnel: then it is decoded from `self.bytes`.
  public mutating func add(
    _ packet: Packet, _ bytes: RawSpan, number: UInt64, at time: Timestamp
  ) -> (packet: Packet, fragments: UInt32)? {
    let index = find(packet, number, at: time)
    guard pending[index].add(packet, bytes) else {
      pending.remove(at: index)
      return nil
    }
    guard pending[index].isComplete else { return nil }
    let datagram = pending.remove(at: index)
    self.bytes = datagram.bytes
    return (datagram.decoded(self.bytes), datagram.fragments)
  }

  /// The datagram that a fragment begins, as far as this piece alone tells; nil if it is not the first one.
  public static func first(_ packet: Packet, _ bytes: RawSpan) -> Packet? {
    var datagram = PartialDatagram(packet, 0, started: Timestamp(nanoseconds: 0))
    guard datagram.add(packet, bytes), datagram.hasFirst else { return nil }
    var whole = datagram.decoded(datagram.bytes)
    // The rest is in pieces that nobody puts to it; UDP's own length field covers them too.
    let issue = whole.issue
    if case .udp(var message) = whole.transport, issue.layer == .udp,
      issue.reason == .lengthTooLarge
    {
      message.payloadLength = issue.required - Int32(UDPHeader.length)
      whole.transport = .udp(message)
      whole.issue = .none
    }
    return whole
  }

  /// Hands out the datagrams that were never completed although their first piece is known.
  public mutating func takeIncomplete() -> [IncompleteDatagram] {
    defer { pending = [] }
    return pending.filter(\.hasFirst).map(Self.incomplete)
  }

  /// Hands out the datagram that was given up for the last fragment that came.
  public mutating func takeAbandoned() -> IncompleteDatagram? {
    guard let datagram = abandoned.take(), datagram.hasFirst else { return nil }
    return Self.incomplete(datagram)
  }

  private static func incomplete(_ datagram: PartialDatagram) -> IncompleteDatagram {
    IncompleteDatagram(
      packet: datagram.decoded(datagram.bytes), fragments: datagram.fragments,
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
public struct IncompleteDatagram: Sendable {
  /// The datagram as far as its first piece tells.
  public var packet: Packet
  /// How many fragments of it came.
  public var fragments: UInt32
  /// The number of the packet that came first.
  public var firstPacket: UInt64
  /// When that was.
  public var started: Timestamp
}
