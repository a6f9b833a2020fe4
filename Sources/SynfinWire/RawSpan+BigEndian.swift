// The one file of this target that loads integers from raw bytes.
//
// `unsafeLoadUnaligned` is bounds-checked: an offset outside the span traps, it never reads past
// the end. It is marked unsafe only because it could load types for which not every bit pattern
// is a value; integers have no such patterns. Callers check the length of a header once, before
// they load its fields, so that no input can reach the trap.

extension RawSpan {
  /// The byte at `offset`.
  @inlinable @inline(__always)
  public func uint8(at offset: Int) -> UInt8 {
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
  }

  /// The 16-bit number in network byte order at `offset`.
  @inlinable @inline(__always)
  public func uint16(at offset: Int) -> UInt16 {
    UInt16(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  /// The 32-bit number in network byte order at `offset`.
  @inlinable @inline(__always)
  public func uint32(at offset: Int) -> UInt32 {
    UInt32(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// The 64-bit number in network byte order at `offset`.
  @inlinable @inline(__always)
  public func uint64(at offset: Int) -> UInt64 {
    UInt64(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// The 64-bit number in little-endian byte order at `offset`; the caller knows that its eight bytes are there.
  @unsafe
  @inline(__always)
  func littleEndian64(unchecked offset: Int) -> UInt64 {
    UInt64(
      littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// Whether `count` bytes from `offset` on lie inside the span.
  @inlinable @inline(__always)
  public func holds(_ count: Int, at offset: Int) -> Bool {
    offset >= 0 && count >= 0 && offset <= byteCount && count <= byteCount &- offset
  }
}
