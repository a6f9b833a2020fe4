internal import SynfinCapture
internal import SynfinReport

/// `synfin interfaces`: the network interfaces of this machine.
struct InterfacesCommand {
  private enum Format: String, CaseIterable {
    case text, ndjson
  }

  private let names: [String]
  private let format: Format
  private let isBrief: Bool

  /// Whether the link types of one interface are all that is wanted.
  private let asksForLinkTypes: Bool

  init(_ arguments: ParsedArguments) throws(CommandError) {
    names = arguments.operands
    format = try arguments.word(.format) ?? .text
    isBrief = arguments.has(.briefList)
    asksForLinkTypes = arguments.has(.linkTypes)
    if isBrief && asksForLinkTypes {
      throw CommandError("-D lists all interfaces and -L tells of one; choose one of them")
    }
    if format == .ndjson && (isBrief || asksForLinkTypes) {
      throw CommandError("--format ndjson has states and link types already; leave -D and -L away")
    }
    if asksForLinkTypes && names.count != 1 {
      throw CommandError("-L tells of one interface; name it, as in: synfin interfaces -L eth0")
    }
  }

  func run() throws -> ExitStatus {
    let all = try NetworkInterface.all()
    for name in names where !all.contains(where: { $0.name == name }) {
      let advice = nearest(to: name, among: all.map(\.name)).map { "did you mean \($0)?" }
      throw CommandError("\(name): no such interface; \(advice ?? "see synfin interfaces")")
    }
    if asksForLinkTypes { return try HelpCommand.show(try linkTypes(of: names[0])) }
    let wanted = all.enumerated().filter { names.isEmpty || names.contains($0.element.name) }
    if isBrief {
      return try HelpCommand.show(
        wanted.map { InterfaceText.brief($0.element, number: $0.offset + 1) }.joined())
    }
    var output = OutputFile.standardOutput()
    for (_, interface) in wanted {
      switch format {
      case .text:
        try output.write(InterfaceText.full(interface, Self.linkTypes(of: interface)))
      case .ndjson:
        var json = JSONWriter()
        json.write(interface, Self.linkTypes(of: interface))
        try output.write(json.text)
      }
    }
    try output.commit()
    return .done
  }

  /// As tcpdump -L tells them.
  private func linkTypes(of name: String) throws -> String {
    let types = try NetworkInterface.linkTypes(of: name)
    return types.reduce("Data link types for \(name) (use option -y to set):\n") {
      $0 + "  \(InterfaceText.linkType($1))\n"
    }
  }

  /// The link types; nil if this user may not ask, or the interface is off or no network's.
  private static func linkTypes(
    of interface: NetworkInterface
  ) -> [NetworkInterface.OfferedLinkType]? {
    guard interface.flags.contains(.up) else { return nil }
    return try? NetworkInterface.linkTypes(of: interface.name)
  }
}
