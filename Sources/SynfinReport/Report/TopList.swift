/// What a host or a service took part in.
struct TopShare: Sendable {
  var connections: UInt64 = 0
  var bytes: UInt64 = 0
  var failed: UInt64 = 0
}

/// Who took part in how many connections.
struct TopList<Name: Hashable & Sendable>: Sendable {
  private var shares: [Name: TopShare] = [:]

  var count: Int { shares.count }

  mutating func add(_ name: Name, bytes: UInt64, failed: Bool) {
    shares[name, default: TopShare()].connections += 1
    shares[name, default: TopShare()].bytes &+= bytes
    if failed { shares[name, default: TopShare()].failed += 1 }
  }

  /// Those with the most connections; of equals those with the most bytes, and then as `isBefore` says.
  func first(_ count: Int, by isBefore: (Name, Name) -> Bool) -> [(name: Name, share: TopShare)] {
    let sorted = shares.sorted { left, right in
      if left.value.connections != right.value.connections {
        return left.value.connections > right.value.connections
      }
      if left.value.bytes != right.value.bytes { return left.value.bytes > right.value.bytes }
      return isBefore(left.key, right.key)
    }
    return sorted.prefix(count).map { ($0.key, $0.value) }
  }
}
