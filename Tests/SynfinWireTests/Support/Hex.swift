/// Reads bytes from annotated hexadecimal text.
///
/// White space is ignored and `#` begins a comment that reaches to the end of its line, so that a
/// table can say what each field is.
func hex(_ text: String) -> [UInt8] {
  let digits = text.split(whereSeparator: \.isNewline).flatMap { line in
    line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
  }
  precondition(digits.count % 2 == 0, "half a byte in \(text)")
  return stride(from: 0, to: digits.count, by: 2).map { index in
    guard let byte = UInt8(String(digits[index...index + 1]), radix: 16) else {
      preconditionFailure("no hexadecimal digits: \(digits[index...index + 1])")
    }
    return byte
  }
}
