internal import SynfinReport

/// `synfin show`: one connection in full.
struct ShowCommand {
  private let lookup: ConnectionLookup
  private let output: OutputOptions

  init(_ arguments: ParsedArguments) throws(CommandError) {
    lookup = try ConnectionLookup(arguments, for: .show)
    output = try OutputOptions(arguments)
  }

  func run() throws -> ExitStatus {
    var file = try output.open(reading: lookup.input.paths)
    let found = try lookup.find()
    let collector = try lookup.collect(found, into: StoryCollector(record: found.record))
    let story = ConnectionStory(record: found.record, collector: collector)
    try file.write(
      story.text(
        width: output.width(file) ?? 100, color: output.usesColor(file), zone: output.zone,
        numeric: output.numeric))
    try file.commit()
    return found.facts.complain(unless: false)
  }
}
