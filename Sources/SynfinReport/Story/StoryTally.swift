import SynfinLifecycle

/// What a stretch of packets amounts to, in constant space.
struct StoryTally: Sendable {
  /// One direction.
  struct Way: Sendable {
    /// Packets with payload.
    var filled: UInt64 = 0
    /// Packets without payload.
    var bare: UInt64 = 0
    /// Payload in octets, repeats included.
    var bytes: UInt64 = 0
    /// How often each mark was given, by the number of its bit.
    fileprivate var marks = [23 of UInt32](repeating: 0)

    /// "3 duplicate ACKs", "window update"; empty if there was nothing to remark.
    ///
    /// - Parameter front: marks that come first.
    func remarks(inFront front: StoryMark = []) -> [String] {
      let given = (0..<StoryMark.bits).filter { marks[$0] > 0 }
      func isInFront(_ bit: Int) -> Bool { front.rawValue >> UInt32(bit) & 1 == 1 }
      return (given.filter(isInFront) + given.filter { !isInFront($0) })
        .map { StoryMark.phrase(bit: $0, marks[$0]) }
    }
  }

  var client = Way()
  var server = Way()

  var packets: UInt64 { client.filled + client.bare + server.filled + server.bare }

  func way(_ side: Side) -> Way { side == .client ? client : server }

  mutating func add(_ step: StoryStep) {
    let bytes = UInt64(max(0, step.payloadLength))
    if step.verdict.sender == .client {
      client.add(bytes, step.marks)
    } else {
      server.add(bytes, step.marks)
    }
  }

  mutating func add(_ other: StoryTally) {
    client.add(other.client)
    server.add(other.server)
  }

  /// The remarks on both directions together.
  func remarks() -> [String] {
    var sum = client
    sum.add(server)
    return sum.remarks()
  }
}

extension StoryTally.Way {
  fileprivate mutating func add(_ payload: UInt64, _ given: StoryMark) {
    if payload > 0 { filled += 1 } else { bare += 1 }
    bytes += payload
    guard !given.isEmpty else { return }
    for bit in 0..<StoryMark.bits where given.rawValue >> UInt32(bit) & 1 == 1 {
      marks[bit] &+= 1
    }
  }

  fileprivate mutating func add(_ other: Self) {
    filled += other.filled
    bare += other.bare
    bytes += other.bytes
    for bit in 0..<StoryMark.bits { marks[bit] &+= other.marks[bit] }
  }
}
