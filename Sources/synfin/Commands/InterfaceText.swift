internal import SynfinCapture
internal import SynfinWire

/// Interfaces in text.
enum InterfaceText {
  /// All that is known, in lines.
  static func full(
    _ interface: NetworkInterface, _ linkTypes: [NetworkInterface.OfferedLinkType]?
  ) -> String {
    let state = interface.flags.words.isEmpty ? ["down"] : interface.flags.words
    let notes = [state.joined(separator: ", "), interface.interfaceDescription ?? ""]
    var text = interface.name + "  " + notes.filter { !$0.isEmpty }.joined(separator: "; ") + "\n"
    if let linkTypes {
      text += "    link  " + linkTypes.map(linkType).joined(separator: ", ") + "\n"
    }
    for address in interface.addresses { text += "    " + line(address) + "\n" }
    return text
  }

  /// A line as tcpdump -D has it.
  static func brief(_ interface: NetworkInterface, number: Int) -> String {
    var line = "\(number).\(interface.name)"
    if let description = interface.interfaceDescription { line += " (\(description))" }
    guard interface.flags.rawValue != 0 else { return line + "\n" }
    let names: [(NetworkInterface.Flags, String)] = [
      (.up, "Up"), (.running, "Running"), (.loopback, "Loopback"), (.wireless, "Wireless"),
    ]
    let set = names.filter { interface.flags.contains($0.0) }.map(\.1)
    let states = [set.isEmpty ? "none" : set.joined(separator: ", ")] + connection(interface.flags)
    return line + " [" + states.joined(separator: ", ") + "]\n"
  }

  private static func connection(_ flags: NetworkInterface.Flags) -> [String] {
    let isWireless = flags.contains(.wireless)
    return switch flags.connection {
    case .connected: [isWireless ? "Associated" : "Connected"]
    case .disconnected: [isWireless ? "Not associated" : "Disconnected"]
    case .unknown: [isWireless ? "Association status unknown" : "Connection status unknown"]
    case .notApplicable: []
    }
  }

  /// A link type as tcpdump -L has it.
  static func linkType(_ type: NetworkInterface.OfferedLinkType) -> String {
    type.name + (type.words.map { " (\($0))" } ?? "")
  }

  private static func line(_ address: NetworkInterface.Address) -> String {
    let kind = address.family == .link ? "mac " : address.family.rawValue
    let details = [
      address.netmask.map { "netmask \($0)" }, address.broadcast.map { "broadcast \($0)" },
      address.destination.map { "peer \($0)" }, address.number.map(kindOfAddress),
    ]
    return ([kind, address.address] + details.compactMap(\.self)).joined(separator: "  ")
  }

  private static func kindOfAddress(_ address: IPAddress) -> String {
    let scope = address.scope.rawValue
    return address.addressClass.map { "class \($0), \(scope)" } ?? scope
  }
}

extension NetworkInterface.Flags {
  /// Whether an interface is connected to a network.
  enum Connection: String {
    case connected, disconnected, unknown
    case notApplicable = "not_applicable"
  }

  var connection: Connection {
    // Both bits together are libpcap's "the question makes no sense here".
    switch (contains(.connected), contains(.disconnected)) {
    case (true, true): .notApplicable
    case (true, false): .connected
    case (false, true): .disconnected
    case (false, false): .unknown
    }
  }

  /// The states that are set, in words.
  var states: [String] {
    let names: [(NetworkInterface.Flags, String)] = [
      (.up, "up"), (.running, "running"), (.loopback, "loopback"), (.wireless, "wireless"),
    ]
    return names.filter { contains($0.0) }.map(\.1)
  }

  /// The same, and whether it is connected if that is known.
  var words: [String] {
    let isKnown = connection == .connected || connection == .disconnected
    return states + (isKnown ? [connection.rawValue] : [])
  }
}

extension NetworkInterface.Address {
  /// The IP address without its zone; nil for a link-layer address.
  var number: IPAddress? {
    guard family != .link else { return nil }
    return IPAddress(String(address.prefix { $0 != "%" }))
  }
}
