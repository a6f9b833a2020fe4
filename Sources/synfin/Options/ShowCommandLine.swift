/// The command line that shows one connection of the capture at hand, up to the connection's number.
struct ShowCommandLine {
  /// What can be pasted into a shell; nil if the input cannot be read again.
  let text: String?

  init(_ input: InputOptions, _ arguments: ParsedArguments) {
    guard input.isReadableTwice else {
      text = nil
      return
    }
    // What changes which packets count, or what they are taken for, changes the numbers too.
    let keys: [Flag.Key] = [.filter, .count, .reader, .ignoreChecksums, .udpTimeout]
    var words = ["synfin", "show"]
    for (key, value) in arguments.flags where keys.contains(key) {
      guard let flag = Flag.all.first(where: { $0.key == key }) else { continue }
      words.append("--" + flag.long + (flag.argument == nil ? "" : "=" + Self.quoted(value)))
    }
    // A name that begins with a dash would be taken for a flag.
    words += input.paths.map { Self.quoted($0.hasPrefix("-") ? "./" + $0 : $0) }
    text = words.joined(separator: " ")
  }

  /// A word as a shell takes it for nothing but that word.
  static func quoted(_ word: String) -> String {
    let plain = { (scalar: Unicode.Scalar) in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789_-./:,+@%".unicodeScalars.contains(scalar))
    }
    if !word.isEmpty, word.unicodeScalars.allSatisfy(plain) { return word }
    if System.harmless(word) == word {
      return "'"
        + word.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
    }
    // Characters that are not seen are told as bytes, so that nobody pastes what he does not see.
    let bytes = word.utf8.map { byte -> String in
      let isPlain = (0x20..<0x7F).contains(byte) && byte != 0x27 && byte != 0x5C
      if isPlain { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }
    return "$'" + bytes.joined() + "'"
  }
}

extension InputOptions {
  /// Whether a second pass sees the same packets.
  var isReadableTwice: Bool {
    paths.allSatisfy { FileStatus(path: $0)?.isRegular ?? ($0 != "-") }
  }
}
