/// The commands, by the word that calls them.
enum CommandName: String, CaseIterable {
  case analyze, capture, show, graph, packets, states, report, top, interfaces, help

  /// What follows the command's name.
  var operands: String {
    switch self {
    case .analyze: "FILE..."
    case .capture: "[FILTER]"
    case .show, .graph: "FILE ID"
    case .packets: "FILE..."
    case .states: "FILE..."
    case .report: "FILE... -o OUT.html"
    case .top: "[-i NAME [FILTER] | FILE...]"
    case .interfaces: "[NAME...]"
    case .help: "[COMMAND | record]"
    }
  }

  /// What it does, for the list of commands.
  var summary: String {
    switch self {
    case .analyze: "tell how each connection began, went and ended (the default)"
    case .capture: "tell the same live: what happens as it happens, and a summary at the end"
    case .show: "tell one connection in full: ladder, states, measurements, evidence"
    case .graph: "draw one connection as SVG: sequence numbers, round trips, throughput, flight"
    case .packets: "print one line for each packet, with connection and remarks"
    case .states: "list connections and the states of both ends at one moment of a capture"
    case .report:
      "write one HTML page: totals, problems, charts, every connection, the notable ones in full"
    case .top: "watch live connections in a table that is always up to date"
    case .interfaces: "list the network interfaces with link types and addresses"
    case .help: "explain a command, or the fields of the machine record"
    }
  }
}
