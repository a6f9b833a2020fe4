/// What the process tells its caller when it ends.
enum ExitStatus: Int32 {
  /// Everything was done.
  case done = 0
  /// `--fail-on` found what it looks for.
  case assertionFailed = 1
  /// Wrong usage, or an input or output that cannot be used.
  case failed = 2
  /// The input ended early or is damaged; the result covers what was readable.
  case partial = 3
}

/// Why a command cannot go on: one line for standard error.
struct CommandError: Error {
  /// What is wrong, where, and what to do.
  var message: String

  init(_ message: String) {
    self.message = message
  }
}

/// The reader of the output went away, as `head` does when it has seen enough.
struct BrokenPipe: Error {}
