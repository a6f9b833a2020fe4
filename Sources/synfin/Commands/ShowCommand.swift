internal import SynfinReport

/// `synfin show`: one connection in full.
struct ShowCommand {
  /// How it is told.
  private enum Form {
    case text, svg, mermaid
  }

  private let lookup: ConnectionLookup
  private let output: OutputOptions
  private let form: Form
  private let all: Bool

  init(_ arguments: ParsedArguments) throws(CommandError) {
    lookup = try ConnectionLookup(arguments, for: .show)
    (form, output) = try Self.form(arguments)
    all = arguments.has(.all)
  }

  /// The form, and where it goes: `--svg` names its own file.
  private static func form(
    _ arguments: ParsedArguments
  ) throws(CommandError) -> (Form, OutputOptions) {
    var output = try OutputOptions(arguments)
    guard let path = arguments.value(.svg) else {
      return (arguments.has(.mermaid) ? .mermaid : .text, output)
    }
    guard !arguments.has(.mermaid) else {
      throw CommandError("show: --svg and --mermaid are two forms; ask for one at a time")
    }
    guard !arguments.has(.output) else {
      throw CommandError("show: --svg names the file to write; leave out -o")
    }
    guard !path.isEmpty else {
      throw CommandError("--svg '': name a file, or - for standard output")
    }
    output.path = path
    return (.svg, output)
  }

  func run() throws -> ExitStatus {
    var file = try output.open(reading: lookup.input.paths)
    let found = try lookup.find()
    let collector = try lookup.collect(found, into: StoryCollector(record: found.record, all: all))
    try file.write(text(ConnectionStory(record: found.record, collector: collector), file))
    try file.commit()
    return found.facts.complain(unless: false)
  }

  private func text(_ story: ConnectionStory, _ file: borrowing OutputFile) -> String {
    switch form {
    case .text:
      story.text(
        width: output.width(file) ?? 100, color: output.usesColor(file), zone: output.zone,
        numeric: output.numeric)
    case .svg: story.svg(zone: output.zone, numeric: output.numeric)
    case .mermaid: story.mermaid(numeric: output.numeric)
    }
  }
}
