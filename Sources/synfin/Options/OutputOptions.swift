internal import SynfinReport

/// Where results go and how they look.
struct OutputOptions {
  private enum Color: String, CaseIterable {
    case auto, always, never
  }

  /// The file; "-" is standard output.
  var path: String
  var zone: TimeText.Zone
  var numeric: Bool
  private var color: Color

  init(_ arguments: ParsedArguments) throws(CommandError) {
    path = arguments.value(.output) ?? "-"
    guard !path.isEmpty else {
      throw CommandError("--output '': name a file, or - for standard output")
    }
    zone = arguments.has(.utc) ? .utc : .local
    numeric = arguments.has(.numeric)
    color = try arguments.word(.color, Color.self) ?? .auto
  }

  /// Opens the output; it must be none of the files that are read.
  func open(reading inputs: [String] = []) throws(CommandError) -> OutputFile {
    if path != "-", let target = FileStatus(path: path), target.isRegular,
      inputs.contains(where: { $0 != "-" && FileStatus(path: $0) == target })
    {
      throw CommandError("\(path): is read as input; write to another file")
    }
    return try OutputFile.open(path)
  }

  /// Whether to colour what goes to `output` (no-color.org).
  func usesColor(_ output: borrowing OutputFile) -> Bool {
    switch color {
    case .always: true
    case .never: false
    case .auto:
      output.isTerminal && (System.environment("NO_COLOR") ?? "").isEmpty
        && System.environment("TERM") != "dumb"
    }
  }

  /// Columns to fill; nil when nothing is to be cut to a width.
  func width(_ output: borrowing OutputFile) -> Int? {
    if let columns = System.environment("COLUMNS").flatMap({ Int($0) }), columns > 0 {
      return max(columns, 80)
    }
    return output.terminalWidth.map { max($0, 80) }
  }
}
