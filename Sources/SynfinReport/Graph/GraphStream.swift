import SynfinWire

/// The octets that one end sends, by relative sequence numbers that go on where those of TCP begin
/// again with 0 (RFC 9293 §3.4).
///
/// It follows the rules of the tracker, so that a graph and the numbers of the record agree.
struct GraphStream: Sendable {
  /// What a segment with payload is to those before it.
  struct Octets: Sendable {
    var start: Int64
    var end: Int64
    /// Octets that were not seen before.
    var fresh: Int64
    /// Where the octets that are missing in front of it begin.
    var gap: Int64?
    /// Begins with octets that lie behind those of others.
    var isOld = false
  }

  private static let holeLimit = 64

  /// The header's number that counts as 0.
  private(set) var base: UInt32?
  /// The number after the highest that was sent or acknowledged.
  private(set) var next: Int64?
  private(set) var acknowledged: Int64?
  /// The number after its FIN.
  private(set) var finEnd: Int64?
  private var sawSyn = false
  private var distant: UInt32?
  private var holes: [Range<Int64>] = []

  /// Begins anew if the numbers have another base, as after an answer from a server that lost its memory.
  mutating func begin(at base: UInt32) {
    guard self.base != base else { return }
    self = GraphStream()
    self.base = base
  }

  /// The place of a header's number; nil for one that lies too far away to be believed alone.
  ///
  /// Two in a row are taken as the other side of a gap in the capture.
  mutating func place(_ number: SequenceNumber) -> Int64? {
    let relative = number.rawValue &- (base ?? 0)
    guard let next else { return Int64(Int32(bitPattern: relative)) }
    let forward = relative &- UInt32(truncatingIfNeeded: next)
    let offset = Int64(Int32(bitPattern: forward))
    if abs(offset) < 1 << 29 { return next + offset }
    defer { distant = relative }
    guard let distant, abs(Int64(Int32(bitPattern: relative &- distant))) < 1 << 20 else {
      return nil
    }
    return next + Int64(forward)
  }

  /// Takes a SYN; false if it is a repeat.
  mutating func takeSyn(_ place: Int64) -> Bool {
    defer { sawSyn = true }
    raise(to: place + 1)
    return !sawSyn
  }

  /// Takes a FIN by the number after it; false if it is a repeat.
  mutating func takeFin(_ end: Int64) -> Bool {
    guard finEnd == nil else { return false }
    finEnd = end
    if let next, next < end - 1 { addHole(next..<end - 1) }
    raise(to: end)
    return true
  }

  /// Takes payload.
  mutating func takeData(_ start: Int64, _ length: Int64) -> Octets {
    let end = start + length
    let next = self.next ?? start
    var octets = Octets(start: start, end: end, fresh: length)
    if start >= next {
      if start > next {
        octets.gap = next
        addHole(next..<start)
      }
    } else {
      octets.isOld = true
      octets.fresh = fill(start..<min(end, next)) + max(0, end - next)
    }
    raise(to: end)
    return octets
  }

  /// Notes a segment without payload, whose number tells how far its sender is.
  ///
  /// - Returns: where octets begin that are missing.
  mutating func takeEmpty(_ start: Int64) -> Int64? {
    guard let next, next < start else {
      raise(to: start)
      return nil
    }
    addHole(next..<start)
    raise(to: start)
    return next
  }

  /// Takes an acknowledgement.
  ///
  /// - Returns: where octets begin that it acknowledges and the capture lacks.
  mutating func takeAcknowledgment(_ place: Int64, follows probe: Int64?) -> Int64? {
    var gap: Int64?
    if let next, next < place {
      let tookProbe = probe == next && place == next + 1
      if !tookProbe {
        addHole(next..<place)
        gap = next
      }
    }
    raise(to: place)
    acknowledged = max(acknowledged ?? place, place)
    return gap
  }

  /// Whether everything up to its FIN is acknowledged.
  var isFinAcknowledged: Bool {
    guard let finEnd, let acknowledged else { return false }
    return finEnd <= acknowledged
  }

  /// Whether its FIN was sent and not yet acknowledged.
  var isFinInFlight: Bool { finEnd != nil && !isFinAcknowledged }

  /// Octets sent and not yet acknowledged, a FIN included; nil as long as nothing tells.
  var inFlight: Int64? {
    guard let next, acknowledged != nil || sawSyn else { return nil }
    return next - (acknowledged ?? 1)
  }

  private mutating func raise(to end: Int64) { next = max(next ?? end, end) }

  private mutating func addHole(_ hole: Range<Int64>) {
    if holes.count == Self.holeLimit { holes.removeFirst() }
    holes.append(hole)
  }

  /// Closes what it can of the holes, and says how many octets those were.
  private mutating func fill(_ octets: Range<Int64>) -> Int64 {
    guard !holes.isEmpty else { return 0 }
    var filled: Int64 = 0
    var open: [Range<Int64>] = []
    for hole in holes {
      let common = hole.clamped(to: octets)
      guard !common.isEmpty else {
        open.append(hole)
        continue
      }
      filled += Int64(common.count)
      for rest in [hole.lowerBound..<common.lowerBound, common.upperBound..<hole.upperBound]
      where !rest.isEmpty { open.append(rest) }
    }
    holes = open.suffix(Self.holeLimit)
    return filled
  }
}
