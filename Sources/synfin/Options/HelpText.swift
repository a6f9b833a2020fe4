/// The texts of `--help`, made of the tables of commands and flags.
enum HelpText {
  private static let width = 90

  /// What `synfin --help` prints.
  static var overview: String {
    var text = """
      synfin tells the life of every TCP connection and UDP conversation in a packet capture.

      usage: synfin [OPTION...] FILE...         (- is standard input)
             synfin COMMAND [OPTION...] ...


      """
    text += section(
      "commands", CommandName.allCases.map { ("\($0.rawValue) \($0.operands)", $0.summary) })
    text += "\n" + options(of: .analyze, title: "options of analyze, the default")
    return text + "\n" + exitStatus
      + "\n\"synfin COMMAND --help\" lists the options of a command.\n"
  }

  /// What `synfin COMMAND --help` prints.
  static func of(_ command: CommandName) -> String {
    var text = "synfin \(command.rawValue): \(command.summary)\n\n"
    text += "usage: synfin \(command.rawValue) [OPTION...] \(command.operands)\n\n"
    text += options(of: command, title: "options")
    if command == .analyze { text += "\n" + section("columns of the table", columns) }
    return text + "\n" + exitStatus
  }

  private static let exitStatus = """
    exit status: 0 done, 1 --fail-on found something, 2 wrong usage or unreadable input,
                 3 the input is cut short or damaged and the result covers what was readable

    """

  private static let columns = [
    ("client, server", "who opened the connection, or asked first, and with whom"),
    ("RTT", "round trip of the handshake; of UDP and ping the mean time to an answer"),
    ("sent, received", "payload from the client and from the server, repeats included"),
    ("outcome", "how it went and who closed it, with a release of 4 or 3 segments"),
    ("lasted", "from the first packet to the last"),
    ("problems", "what went wrong, the gravest first; synfin show tells on which packets"),
  ]

  private static func options(of command: CommandName, title: String) -> String {
    section(title, Flag.known(to: command).map { (name($0), $0.help) })
  }

  private static func name(_ flag: Flag) -> String {
    let short = flag.short.map { "-\($0), " } ?? "    "
    return short + "--" + flag.long + (flag.argument.map { " " + $0 } ?? "")
  }

  private static func section(_ title: String, _ rows: [(String, String)]) -> String {
    let column = min(30, (rows.map(\.0.count).max() ?? 0) + 2)
    var text = title + ":\n"
    for (name, help) in rows {
      var lines = wrapped(help, width - column - 2)[...]
      text += "  " + name
      if name.count + 2 <= column, let first = lines.popFirst() {
        text += spaces(column - name.count) + first
      }
      text += "\n" + lines.map { spaces(column + 2) + $0 + "\n" }.joined()
    }
    return text
  }

  private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  private static func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
