/// The words of a command line, sorted into flags and operands but not yet understood.
///
/// `getopt_long` does the sorting: flags and operands may be mixed, behind `--` everything is an operand, and a long name
/// may be cut short as long as it stays the only one.
struct ParsedArguments {
  /// The flags in the order given, with their values.
  private(set) var flags: [(key: Flag.Key, value: String)] = []
  /// What is no flag and no flag's value.
  private(set) var operands: [String] = []

  private let command: CommandName

  /// Sorts the words behind a command's name.
  init(_ words: [String], for command: CommandName) throws(CommandError) {
    self.command = command
    let known = Flag.known(to: command)
    var scanner = FlagScanner(["synfin"] + words, known)
    while let found = scanner.next() {
      switch found {
      case .flag(let index, let value): flags.append((known[index].key, value ?? ""))
      case .missingValue(let name): throw missingValue(name)
      case .unwantedValue(let name): throw CommandError("\(name) takes no value; \(advice)")
      case .unknown(let word): throw unknown(word)
      }
    }
    operands = scanner.operands
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
