/// The commands, by the word that calls them.
enum CommandName: String, CaseIterable {
  case analyze, show, packets, interfaces, help

  /// What follows the command's name.
  var operands: String {
    switch self {
    case .analyze: "FILE..."
    case .show: "FILE ID"
    case .packets: "FILE..."
    case .interfaces: "[NAME...]"
    case .help: "[COMMAND | record]"
    }
  }

  /// What it does, for the list of commands.
  var summary: String {
    switch self {
    case .analyze: "tell how each connection began, went and ended (the default)"
    case .show: "tell one connection in full: ladder, states, measurements, evidence"
    case .packets: "print one line for each packet, with connection and remarks"
    case .interfaces: "list the network interfaces with link types and addresses"
    case .help: "explain a command, or the fields of the machine record"
    }
  }
}
