import SynfinWire

/// A run of octets that was not captured although later ones were, and when that was noticed.
struct Hole: BitwiseCopyable {
  /// The first octet missing.
  var start: SequenceNumber
  /// The octet after the last one missing.
  var end: SequenceNumber
  /// When the segment came that revealed it.
  var revealed: Timestamp
  /// The sender's clock (TSval) in that segment; 0 without timestamps.
  var timestampValue: UInt32
  /// The IPv4 identification of that segment.
  var identification: UInt16

  var length: Int { end.distance(from: start) }
}

/// The holes in what one endpoint sent: a short list in the order of the sequence space.
struct SequenceRanges: BitwiseCopyable {
  static let capacity = 32

  private(set) var count = 0
  private var holes = [32 of Hole](
    repeating: Hole(
      start: SequenceNumber(0), end: SequenceNumber(0), revealed: Timestamp(nanoseconds: 0),
      timestampValue: 0, identification: 0))

  var isEmpty: Bool { count == 0 }

  /// Adds a hole behind all others.
  ///
  /// - Returns: the oldest hole, if it had to give way.
  mutating func append(_ hole: Hole) -> Hole? {
    var dropped: Hole?
    if count == Self.capacity {
      dropped = holes[0]
      removeFirst()
    }
    holes[count] = hole
    count += 1
    return dropped
  }

  private mutating func removeFirst() {
    for index in 1..<count { holes[index - 1] = holes[index] }
    count -= 1
  }

  /// Fills what lies in `start..<end`.
  ///
  /// - Returns: how many octets of holes were filled, and the first hole that was hit.
  mutating func fill(_ start: SequenceNumber, _ end: SequenceNumber) -> (octets: Int, hit: Hole?) {
    var octets = 0
    var hit: Hole?
    var index = 0
    while index < count {
      let hole = holes[index]
      let left = hole.start < start ? start : hole.start
      let right = hole.end < end ? hole.end : end
      // Numbers half the circle apart lie before each other: between them there is nothing.
      let length = right.distance(from: left)
      guard length > 0 else {
        index += 1
        continue
      }
      if hit == nil { hit = hole }
      octets += length
      index = cut(index, left, right)
    }
    return (octets, hit)
  }

  /// Takes `left..<right` out of a hole, which leaves none, one or two pieces.
  ///
  /// - Returns: the index after the pieces.
  private mutating func cut(
    _ index: Int, _ left: SequenceNumber, _ right: SequenceNumber
  ) -> Int {
    let hole = holes[index]
    let keepsFront = hole.start < left
    let keepsBack = right < hole.end
    if keepsFront && keepsBack {
      holes[index].end = left
      // Without room for the second piece it is forgotten: an estimate, noted by `manyHoles`.
      guard count < Self.capacity else { return index + 1 }
      var back = count
      while back > index + 1 {
        holes[back] = holes[back - 1]
        back -= 1
      }
      holes[index + 1] = hole
      holes[index + 1].start = right
      count += 1
      return index + 2
    }
    if keepsFront {
      holes[index].end = left
      return index + 1
    }
    if keepsBack {
      holes[index].start = right
      return index + 1
    }
    for next in (index + 1)..<max(count, index + 1) { holes[next - 1] = holes[next] }
    count -= 1
    return index
  }

  /// Octets of holes that lie at `limit` or behind it.
  func octets(after limit: SequenceNumber) -> Int {
    var sum = 0
    for index in 0..<count where limit < holes[index].end {
      let start = holes[index].start < limit ? limit : holes[index].start
      sum += max(0, holes[index].end.distance(from: start))
    }
    return sum
  }

  /// Octets of holes that lie before `limit`.
  func octets(before limit: SequenceNumber) -> Int {
    var sum = 0
    for index in 0..<count where holes[index].start < limit {
      let end = holes[index].end < limit ? holes[index].end : limit
      sum += max(0, end.distance(from: holes[index].start))
    }
    return sum
  }
}
