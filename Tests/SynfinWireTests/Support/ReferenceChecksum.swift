/// The Internet checksum as RFC 1071 §1 describes it, one 16-bit word at a time.
func referenceSum(_ bytes: some Collection<UInt8>, startingWith start: UInt16 = 0) -> UInt16 {
  var sum = UInt32(start)
  var high: UInt8?
  for byte in bytes {
    if let first = high {
      sum += UInt32(first) << 8 | UInt32(byte)
      if sum > 0xFFFF { sum -= 0xFFFF }
      high = nil
    } else {
      high = byte
    }
  }
  if let last = high {
    sum += UInt32(last) << 8
    if sum > 0xFFFF { sum -= 0xFFFF }
  }
  return UInt16(sum)
}

/// The sum over a pseudo-header (RFC 9293 §3.1, RFC 8200 §8.1).
func referencePseudoHeaderSum(
  addresses: some Collection<UInt8>, length: Int, number: UInt8
) -> UInt16 {
  let tail: [UInt8] = [
    UInt8(length >> 24 & 255), UInt8(length >> 16 & 255), UInt8(length >> 8 & 255),
    UInt8(length & 255), 0, 0, 0, number,
  ]
  return referenceSum(tail, startingWith: referenceSum(addresses))
}

extension Array where Element == UInt8 {
  /// The 16-bit number in network byte order at an index.
  func uint16(at index: Int) -> UInt16 { UInt16(self[index]) << 8 | UInt16(self[index + 1]) }

  /// Sets a 16-bit number in network byte order.
  mutating func set(_ value: UInt16, at index: Int) {
    self[index] = UInt8(value >> 8)
    self[index + 1] = UInt8(value & 255)
  }
}
