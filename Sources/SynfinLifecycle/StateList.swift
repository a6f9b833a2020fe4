/// The states of one end in order; more than fit are dropped, which no honest connection reaches.
public struct StateList: Sendable, BitwiseCopyable {
  private static let capacity = 12

  @usableFromInline var used: UInt8 = 0
  @usableFromInline var states = [12 of TCPState](repeating: .unknown)
  @usableFromInline var packets = [12 of UInt64](repeating: 0)

  mutating func append(_ state: TCPState, _ packet: UInt64) {
    guard used < Self.capacity else { return }
    states[Int(used)] = state
    packets[Int(used)] = packet
    used += 1
  }

  /// Takes all states out.
  mutating func clear() { used = 0 }

  /// Takes a state out.
  mutating func remove(_ state: TCPState) {
    var kept = 0
    for index in 0..<Int(used) where states[index] != state {
      states[kept] = states[index]
      packets[kept] = packets[index]
      kept += 1
    }
    used = UInt8(kept)
  }
}

extension StateList: RandomAccessCollection, MutableCollection, ExpressibleByArrayLiteral {
  /// Makes a list of some states; for tests and generators.
  public init(arrayLiteral changes: StateChange...) {
    for change in changes { append(change.state, change.packet) }
  }

  /// The place of the first state.
  @inlinable public var startIndex: Int { 0 }

  /// The place behind the last state.
  @inlinable public var endIndex: Int { Int(used) }

  /// A state by its place.
  @inlinable public subscript(place: Int) -> StateChange {
    get {
      precondition(place < Int(used))
      return StateChange(state: states[place], packet: packets[place])
    }
    set {
      precondition(place < Int(used))
      states[place] = newValue.state
      packets[place] = newValue.packet
    }
  }
}

extension StateList: CustomStringConvertible {
  /// The states as an array writes them.
  public var description: String { Array(self).description }
}
