import Foundation
import Testing

/// `synfin top` in a real terminal.
@Suite(.enabled(if: TerminalSession.isPossible, TerminalSession.isNeeded))
struct TopTests {
  private static let capture = Fixture.path("zero-window")
  private static let titles =
    "prot client          state  server         state   >bps  <bps   RTT retr  idle"

  private func replay(_ options: String = "--speed 0", _ environment: String = "") -> String {
    "\(environment) '\(Binary.path)' top -n \(options) '\(Self.capture)'"
  }

  @Test func file_endsWithTheLastState() throws {
    try TerminalSession.with { terminal in
      try terminal.type(replay())
      let screen = try terminal.wait(for: "the end") { $0.first?.contains("end of file") == true }
      #expect(screen[0].hasPrefix("synfin top  "))
      #expect(screen[1].hasPrefix("37 packets"))
      #expect(screen[1].hasSuffix("1 connection, 1 over"))
      #expect(screen[3] == Self.titles)
      #expect(screen[4].hasPrefix("TCP  192.0.2.1:40001 TIME_W 192.0.2.2:7654 CLOSED"))
      #expect(screen.count == 5)
      #expect(try terminal.mode == TerminalSession.programMode)
    }
  }

  /// At a tenth of its pace the capture of 1.5 s is watched halfway.
  @Test func file_isReplayed() throws {
    try TerminalSession.with { terminal in
      try terminal.type(replay("--speed 0.1"))
      try terminal.wait(for: "an open connection") { lines in
        lines.contains { $0.contains("ESTAB  192.0.2.2:7654 ESTAB") }
      }
      try terminal.press("p")
      let paused = try terminal.wait(for: "the pause") { $0.first?.contains("paused") == true }
      #expect(paused[0].contains("paused  0.1 x"))
      try terminal.press("q")
      try terminal.wait(for: "the shell") { $0.last == "ready>" }
    }
  }

  @Test func keys_areObeyed() throws {
    try TerminalSession.with { terminal in
      try terminal.type(replay())
      try terminal.wait(for: "the end") { $0.first?.contains("end of file") == true }
      func press(_ key: String, _ text: String) throws {
        try terminal.press(key)
        try terminal.wait(for: "\(key): \(text)") { lines in lines.contains { $0.contains(text) } }
      }
      try press("Right", "sorted by rate to the client, largest first")
      try press("r", "sorted by rate to the client, smallest first")
      try press("Left", "sorted by rate, largest first")
      try press("h", "show these keys")
      try press("x", Self.titles)
      try terminal.resize(columns: 130, rows: 20)
      try press("n", "TIME_WAIT")
      try terminal.resize(columns: 40, rows: 4)
      try terminal.wait(for: "a small screen") { $0.count == 4 && $0[0].count <= 40 }
    }
  }

  /// However it ends, the shell has its screen, its cursor and its line back.
  @Test(arguments: [nil, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV])
  func end_givesTheTerminalBack(_ signal: Int32?) throws {
    try TerminalSession.with { terminal in
      let line = try terminal.line()
      try terminal.type("export SWIFT_BACKTRACE=enable=no")
      try terminal.type(replay())
      try terminal.wait(for: "the end") { $0.first?.contains("end of file") == true }
      if let signal { kill(try terminal.child(), signal) } else { try terminal.press("q") }
      try terminal.wait(for: "the shell") { $0.last?.hasPrefix("ready>") == true }
      #expect(try terminal.mode == TerminalSession.shellMode)
      #expect(try terminal.line() == line)
      #expect(try terminal.screen.contains { $0.contains("export SWIFT_BACKTRACE") })
    }
  }

  @Test func suspension_givesTheTerminalBackForAWhile() throws {
    try TerminalSession.with { terminal in
      let line = try terminal.line()
      try terminal.type(replay())
      try terminal.wait(for: "the end") { $0.first?.contains("end of file") == true }
      try terminal.press("C-z")
      try terminal.wait(for: "the shell") { $0.last?.hasPrefix("ready>") == true }
      #expect(try terminal.mode == TerminalSession.shellMode)
      #expect(try terminal.line() == line)
      try terminal.type("fg")
      try terminal.wait(for: "the table") { $0.contains(Self.titles) }
      #expect(try terminal.mode == TerminalSession.programMode)
    }
  }

  @Test func errors_areToldWhenTheTerminalIsBack() throws {
    try TerminalSession.with { terminal in
      let line = try terminal.line()
      try terminal.type("'\(Binary.path)' top /no/such/file; echo status $?")
      try terminal.wait(for: "the status") { $0.contains("status 2") }
      #expect(try terminal.screen.contains { $0.hasPrefix("synfin: /no/such/file: ") })
      #expect(try terminal.mode == TerminalSession.shellMode)
      #expect(try terminal.line() == line)
    }
  }

  @Test(arguments: [("", true), ("NO_COLOR=1", false), ("TERM=vt100", false)])
  func colors_areLeftAway(_ environment: String, _ isColored: Bool) throws {
    try TerminalSession.with { terminal in
      try terminal.type(replay("--speed 0.1", environment))
      try terminal.wait(for: "an open connection") { lines in
        lines.contains { $0.contains("ESTAB  192.0.2.2:7654 ESTAB") }
      }
      // SGR 32 is green.
      #expect(try terminal.colors.contains("\u{1B}[32m") == isColored)
    }
  }

  @Test(arguments: ["dumb", "no-such-terminal"])
  func poorTerminals_areRefused(_ type: String) throws {
    try TerminalSession.with { terminal in
      try terminal.type(
        "clear; TERM=\(type) '\(Binary.path)' top '\(Self.capture)'; echo status $?")
      let screen = try terminal.wait(for: "the status") { $0.contains("status 2") }
      #expect(screen.contains { $0.hasPrefix("synfin: TERM '\(type)': ") })
    }
  }

  /// The capture may come through standard input: keys come from the terminal.
  @Test func pipe_leavesTheKeyboard() throws {
    try TerminalSession.with { terminal in
      try terminal.type("'\(Binary.path)' top --speed 0 - < '\(Self.capture)'")
      let screen = try terminal.wait(for: "the end") { $0.first?.contains("end of file") == true }
      #expect(screen[0].contains("standard input"))
      try terminal.press("q")
      try terminal.wait(for: "the shell") { $0.last == "ready>" }
    }
  }

  @Test(.enabled(if: Live.isPossible, Live.isNeeded))
  func live_showsWhatHappens() throws {
    try NetworkNamespaces.with { network in
      let enter = ["ip", "netns", "exec", network.client.namespace]
      try TerminalSession.with(through: enter) { terminal in
        let line = try terminal.line()
        try terminal.type("'\(Binary.path)' top -n -i lo 'tcp port 7777'")
        try terminal.wait(for: "an empty table") { lines in
          lines.contains { $0.contains("0 dropped; 0 connections") }
        }
        let script = """
          import socket
          a = socket.create_server(("127.0.0.1", 7777))
          b = socket.create_connection(("127.0.0.1", 7777))
          c = a.accept()[0]
          b.sendall(b"x" * 1000)
          c.recv(1000)
          input()
          """
        let peers = try network.start(
          command: enter + ["sh", "-c", "sleep 60 | exec python3 -c '\(script)'"])
        let screen = try terminal.wait(for: "the connection") { lines in
          lines.contains { $0.contains("127.0.0.1:7777 ESTAB") }
        }
        #expect(screen[0].hasPrefix("synfin top  lo, tcp port 7777  "))
        peers.send(SIGKILL)
        try terminal.press("q")
        let shell = try terminal.wait(for: "the shell") { $0.last == "ready>" }
        #expect(shell.contains { $0.hasPrefix("synfin: listening on lo") })
        #expect(try terminal.mode == TerminalSession.shellMode)
        #expect(try terminal.line() == line)
      }
    }
  }

  /// The interface goes away: the terminal is back, and one line says what happened.
  @Test(.enabled(if: Live.isPossible, Live.isNeeded))
  func lostInterface_endsIt() throws {
    try NetworkNamespaces.with { network in
      let enter = ["ip", "netns", "exec", network.client.namespace]
      try TerminalSession.with(through: enter) { terminal in
        try terminal.type("'\(Binary.path)' top -i \(network.client.interface); echo status $?")
        try terminal.wait(for: "a table") { lines in lines.contains { $0.contains(" dropped; ") } }
        try network.ip(["link", "set", network.client.interface, "down"], in: network.client)
        let screen = try terminal.wait(for: "the end") { $0.contains("status 3") }
        #expect(screen.contains { $0.hasPrefix("synfin: \(network.client.interface): ") })
        #expect(try terminal.mode == TerminalSession.shellMode)
      }
    }
  }
}

/// What is refused before there is a screen.
@Suite struct TopErrorTests {
  @Test(arguments: [
    (["top", Fixture.path("zero-window")], "standard output is no terminal"),
    (["top", "--speed", "fast", "x"], "--speed 'fast'"),
    (["top", "--speed", "-1", "x"], "--speed '-1'"), (["top", "-i", "lo", "-r", "x"], "-r and"),
    (["top", "-i", "lo", "--speed", "2"], "--speed"),
  ])
  func mistakesAreToldInALine(_ arguments: [String], _ message: String) throws {
    let run = try Binary.run(arguments)
    #expect(run.status == 2)
    #expect(run.complaints.count == 1)
    #expect(run.errors.contains(message))
    #expect(run.output.isEmpty)
  }
}
