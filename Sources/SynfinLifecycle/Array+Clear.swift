extension Array {
  /// Takes everything out but keeps the memory.
  @inline(__always)
  mutating func clear() {
    if !isEmpty { removeAll(keepingCapacity: true) }
  }
}
