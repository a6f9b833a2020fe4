internal import SynfinCapture

/// `synfin interfaces`: the network interfaces of this machine.
struct InterfacesCommand {
  private let names: [String]

  init(_ arguments: ParsedArguments) {
    names = arguments.operands
  }

  func run() throws -> ExitStatus {
    let all = try NetworkInterface.all()
    for name in names where !all.contains(where: { $0.name == name }) {
      let advice = nearest(to: name, among: all.map(\.name)).map { "did you mean \($0)?" }
      throw CommandError("\(name): no such interface; \(advice ?? "see synfin interfaces")")
    }
    let wanted = names.isEmpty ? all : all.filter { names.contains($0.name) }
    return try HelpCommand.show(wanted.map(Self.text).joined())
  }

  private static func text(_ interface: NetworkInterface) -> String {
    let notes = [flags(interface.flags), interface.interfaceDescription ?? ""]
    var text = interface.name + "  " + notes.filter { !$0.isEmpty }.joined(separator: "; ") + "\n"
    for address in interface.addresses {
      text += "    " + line(address) + "\n"
    }
    return text
  }

  private static func line(_ address: NetworkInterface.Address) -> String {
    let kind = address.family == .link ? "mac " : address.family.rawValue
    let details = [
      address.netmask.map { "netmask \($0)" }, address.broadcast.map { "broadcast \($0)" },
      address.destination.map { "peer \($0)" },
    ]
    return ([kind, address.address] + details.compactMap(\.self)).joined(separator: "  ")
  }

  private static func flags(_ flags: NetworkInterface.Flags) -> String {
    let names: [(NetworkInterface.Flags, String)] = [
      (.up, "up"), (.running, "running"), (.loopback, "loopback"), (.wireless, "wireless"),
      (.connected, "connected"), (.disconnected, "disconnected"),
    ]
    // Both bits together are libpcap's "the question makes no sense here".
    let hasNoLink = flags.contains([.connected, .disconnected])
    let set = names.filter { name, _ in
      flags.contains(name) && !(hasNoLink && (name == .connected || name == .disconnected))
    }.map(\.1)
    return set.isEmpty ? "down" : set.joined(separator: ", ")
  }
}
