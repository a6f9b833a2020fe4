internal import SynfinCapture

/// Where the packets of a live capture are saved, with tcpdump's flags.
struct SavingOptions {
  /// The file; "-" is standard output.
  var path: String
  var rotation = Rotation()
  /// Whether each packet is written at once.
  var isPacketBuffered: Bool

  /// Nil if nothing is to be saved.
  init?(_ arguments: ParsedArguments) throws(CommandError) {
    guard let path = arguments.value(.write) else {
      for flag in Flag.all where Self.keys.contains(flag.key) && arguments.has(flag.key) {
        throw CommandError("--\(flag.long) is about saved packets; name a file with -w")
      }
      return nil
    }
    self.path = path
    isPacketBuffered = arguments.has(.packetBuffered)
    rotation.bytes = try arguments.fileSize()
    rotation.seconds = try arguments.positiveInteger(.rotateSeconds).map { Int64(clamping: $0) }
    rotation.files = try arguments.positiveInteger(.fileCount).map { Int(clamping: $0) }
    if rotation.files != nil, rotation.bytes == nil, rotation.seconds == nil {
      throw CommandError(
        "-W counts the files of a rotation; say with -C or -G when the next begins")
    }
  }

  private static let keys: [Flag.Key] = [
    .packetBuffered, .fileSize, .rotateSeconds, .fileCount,
  ]
}

extension ParsedArguments {
  /// Bytes after which another file begins: millions, or what a letter behind the number says.
  fileprivate func fileSize() throws(CommandError) -> UInt64? {
    guard let text = value(.fileSize) else { return nil }
    let units: [Character: UInt64] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
    let unit = text.last.flatMap { units[Character($0.lowercased())] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard let number = UInt64(digits), number > 0, number < 1 << 32 else {
      throw CommandError(
        "--file-size '\(text)': give millions of bytes, or a number with k, m or g behind it")
    }
    return number * (unit ?? 1_000_000)
  }
}
