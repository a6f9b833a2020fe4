/// The words of a command line, sorted into flags and operands but not yet understood.
///
/// The rules are those of `getopt_long`, which Swift's C library modules leave out: flags and
/// operands may be mixed, behind `--` everything is an operand, `-abc` is `-a -b -c`, a value is the
/// rest of the word (`-c5`, `--count=5`) or the next word, and a long name may be cut short as long as
/// it stays the only one.
struct ParsedArguments {
  /// The flags in the order given, with their values.
  private(set) var flags: [(key: Flag.Key, value: String)] = []
  /// What is no flag and no flag's value.
  private(set) var operands: [String] = []

  private let command: CommandName
  private let known: [Flag]

  /// Sorts the words behind a command's name.
  init(_ words: [String], for command: CommandName) throws(CommandError) {
    self.command = command
    known = Flag.known(to: command)
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        return
      } else if word.hasPrefix("--") {
        try takeLong(word, &rest)
      } else if word.hasPrefix("-"), word.count > 1 {
        try takeShort(word, &rest)
      } else {
        operands.append(word)
      }
    }
  }

  private mutating func takeLong(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(CommandError) {
    let parts = word.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let candidates = known.filter { $0.long.hasPrefix(name) }
    let exact = candidates.first { $0.long == name }
    guard let flag = exact ?? (candidates.count == 1 ? candidates[0] : nil) else {
      throw unknown("--" + name)
    }
    let value = parts.count == 2 ? String(parts[1]) : nil
    guard flag.argument != nil else {
      if value != nil { throw CommandError("--\(flag.long) takes no value; \(advice)") }
      return flags.append((flag.key, ""))
    }
    guard let value = value ?? rest.popFirst() else { throw missingValue("--" + flag.long) }
    flags.append((flag.key, value))
  }

  private mutating func takeShort(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(CommandError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let flag = known.first(where: { $0.short == letter }) else {
        throw unknown("-\(letter)")
      }
      guard flag.argument != nil else {
        flags.append((flag.key, ""))
        continue
      }
      guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
        throw missingValue("-\(letter)")
      }
      return flags.append((flag.key, value))
    }
  }

  private func unknown(_ word: String) -> CommandError {
    CommandError(UnknownFlag(word, command).message + advice)
  }

  private func missingValue(_ word: String) -> CommandError {
    CommandError("\(word) needs a value; \(advice)")
  }

  private var advice: String { "see synfin \(command.rawValue) --help" }
}

extension ParsedArguments {
  /// The value of a flag, the last one if it was given more than once.
  func value(_ key: Flag.Key) -> String? {
    flags.last { $0.key == key }?.value
  }

  /// How often a flag was given.
  func count(_ key: Flag.Key) -> Int {
    flags.count { $0.key == key }
  }

  func has(_ key: Flag.Key) -> Bool {
    count(key) > 0
  }
}
