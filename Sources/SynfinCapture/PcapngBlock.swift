/// A pcapng block without a packet, copied out of the file, from its type to its trailer.
struct PcapngBlock {
  let bytes: [UInt8]
  /// The numbers are not in this machine's byte order.
  let swapped: Bool
  /// What it is, for messages.
  let part: String
  /// Where it begins in the file.
  let offset: UInt64

  func number16(_ index: Int) -> UInt16 {
    number(index, UInt16.self)
  }

  func number32(_ index: Int) -> UInt32 {
    number(index, UInt32.self)
  }

  func number64(_ index: Int) -> UInt64 {
    number(index, UInt64.self)
  }

  private func number<Number: FixedWidthInteger>(_ index: Int, _: Number.Type) -> Number {
    var number: Number = 0
    for byte in bytes[index..<index + Number.bitWidth / 8] {
      number = number << 8 | Number(byte)
    }
    // `number` is now as a big-endian reader sees it.
    let isBigEndian = swapped == (1.littleEndian == 1)
    return isBigEndian ? number : number.byteSwapped
  }

  func damage(_ problem: String) -> CaptureDamage {
    CaptureDamage(.impossible, offset: offset, part: part, problem: problem)
  }

  /// Gives the code and the range of the value of each option (pcapng draft §3.5).
  ///
  /// - Throws: `CaptureDamage` if an option does not fit into the block.
  func forEachOption(
    from start: Int, _ body: (_ code: UInt16, _ value: Range<Int>) -> Void
  ) throws(CaptureDamage) {
    let end = bytes.count - 4
    var index = start
    while index + 4 <= end {
      let (code, length) = (number16(index), Int(number16(index + 2)))
      if code == 0 { return }
      let value = index + 4..<index + 4 + length
      guard value.upperBound <= end else {
        throw damage("option \(code) of \(length) bytes runs past its end")
      }
      body(code, value)
      index = value.upperBound + (-length & 3)
    }
  }
}
