internal import SynfinLifecycle
internal import SynfinReport

/// `synfin graph`: one connection as a picture.
struct GraphCommand {
  private enum Direction: String, CaseIterable {
    case client, server
  }

  private let lookup: ConnectionLookup
  private let output: OutputOptions
  private let kind: ConnectionGraph.Kind
  private let sender: Side?

  init(_ arguments: ParsedArguments) throws(CommandError) {
    lookup = try ConnectionLookup(arguments, for: .graph)
    output = try OutputOptions(arguments)
    kind = try arguments.word(.kind) ?? .sequence
    sender = try arguments.word(.direction, Direction.self).map {
      $0 == .client ? .client : .server
    }
  }

  func run() throws -> ExitStatus {
    var file = try output.open(reading: lookup.input.paths)
    let found = try lookup.find()
    let collector = try lookup.collect(
      found, into: GraphCollector(record: found.record, sender: sender))
    let graph = ConnectionGraph(record: found.record, collector: collector)
    guard let svg = graph.svg(kind) else {
      let reason = graph.absence(of: kind) ?? "there is nothing to draw"
      throw CommandError("connection \(found.record.id): \(reason)")
    }
    try file.write(svg)
    try file.commit()
    return found.facts.complain(unless: false)
  }
}
