/// One flag of the command line: parsing and `--help` both read this.
struct Flag {
  /// What a flag means.
  enum Key {
    case read, filter, reader, count, ignoreChecksums, udpTimeout, threads
    case format, output, communityIDSeed, outcome, host, port, transport, sort, limit, failOn
    case absolute, verbose, timeStyle, packet, svg, mermaid, all, kind, detail
    case briefList, linkTypes
    case interface, snapLength, noPromiscuous, bufferSize, direction, dataLinkType, monitor
    case lineBuffered, immediate, timestampType, precision, duration, events, states, at, speed
    case write, packetBuffered, fileSize, fileCount, rotateSeconds, user
    case tcpTimeout, synTimeout, closedTimeout, maxConnections
    case numeric, utc, color, help, version
  }

  /// What it means.
  let key: Key
  /// The name behind two dashes.
  let long: String
  /// The letter behind one dash.
  let short: Character?
  /// The name of its value; nil if it takes none.
  let argument: String?
  /// What it does, for `--help`.
  let help: String
  /// The commands that know it.
  let commands: Set<CommandName>

  init(
    _ key: Key, _ long: String, _ short: Character? = nil, _ argument: String? = nil,
    for commands: Set<CommandName>, _ help: String
  ) {
    self.key = key
    self.long = long
    self.short = short
    self.argument = argument
    self.help = help
    self.commands = commands
  }

  /// The flags that a command knows, in the order of `--help`.
  static func known(to command: CommandName) -> [Flag] {
    all.filter { $0.commands.contains(command) }
  }
}

extension Flag {
  private static let readers: Set<CommandName> = [
    .analyze, .show, .graph, .packets, .states, .report,
  ]
  private static let live: Set<CommandName> = [.capture, .top]
  private static let openers = readers.union([.top])
  private static let trackers = readers.union(live)
  private static let texts = trackers.subtracting([.graph])

  /// Every flag there is.
  static let all: [Flag] =
    capture + saving + input + selection + output + packets + report + interfaces + expiry + general

  private static let capture: [Flag] = [
    Flag(
      .interface, "interface", "i", "NAME", for: live,
      "capture on this interface, by name or number, or on any; may be given several times"),
    Flag(
      .snapLength, "snapshot-length", "s", "BYTES", for: live, "bytes kept of a packet (262144)"),
    Flag(
      .noPromiscuous, "no-promiscuous-mode", "p", for: live,
      "take only what is meant for this machine"),
    Flag(
      .bufferSize, "buffer-size", "B", "KIB", for: live,
      "buffer of the kernel for each interface, in KiB (16384)"),
    Flag(
      .direction, "direction", "Q", "in|out|inout", for: live,
      "take only packets that go this way (inout)"),
    Flag(
      .dataLinkType, "linktype", "y", "TYPE", for: live,
      "link type to capture with: see synfin interfaces -L"),
    Flag(.monitor, "monitor-mode", "I", for: live, "put a Wi-Fi interface into monitor mode"),
    Flag(
      .lineBuffered, "line-buffered", "l", for: [.capture],
      "tell each event at once, which is always so; for those who are used to it"),
    Flag(
      .immediate, "immediate-mode", nil, for: live,
      "take and tell each packet at once, at the price of more work"),
    Flag(
      .timestampType, "time-stamp-type", "j", "TYPE", for: live,
      "the clock that stamps packets, such as adapter"),
    Flag(
      .precision, "time-stamp-precision", nil, "micro|nano", for: live,
      "unit of the time stamps (nano)"),
    Flag(.duration, "duration", nil, "SECONDS", for: [.capture], "stop after so long"),
    Flag(
      .events, "events", nil, "all|lifecycle|problems", for: [.capture],
      "what is told as it happens (all)"),
    Flag(
      .states, "states", nil, "SECONDS", for: [.capture],
      "print the table of connections and their states every so often"),
    Flag(
      .speed, "speed", nil, "N", for: [.top],
      "show a file N times as fast as it was captured; 0: as fast as it can be read (1)"),
    Flag(
      .user, "relinquish-privileges", "Z", "USER", for: live,
      "user to become once everything is open (under sudo who called it, else nobody)"),
  ]

  private static let saving: [Flag] = [
    Flag(
      .write, "write", "w", "FILE", for: [.capture],
      "save the packets to FILE, with strftime's conversions in its name if -G is given; -: standard output"
    ),
    Flag(.packetBuffered, "packet-buffered", "U", for: [.capture], "write each packet at once"),
    Flag(
      .fileSize, "file-size", "C", "SIZE", for: [.capture],
      "begin another file after SIZE million bytes; k, m or g behind it for KiB, MiB or GiB"),
    Flag(
      .rotateSeconds, "rotate-seconds", "G", "SECONDS", for: [.capture],
      "begin another file after so long"),
    Flag(
      .fileCount, "file-count", "W", "N", for: [.capture],
      "with -C keep the last N files, with -G alone stop after N"),
  ]

  private static let expiry: [Flag] = [
    Flag(
      .tcpTimeout, "tcp-timeout", nil, "SECONDS", for: live,
      "silence after which an open connection is not followed any more (3600)"),
    Flag(
      .synTimeout, "syn-timeout", nil, "SECONDS", for: live,
      "silence after which an incomplete handshake is given up (120)"),
    Flag(
      .closedTimeout, "closed-timeout", nil, "SECONDS", for: live,
      "how long late segments still find a closed connection, before its record is written (60)"),
    Flag(
      .maxConnections, "max-connections", nil, "N", for: live,
      "connections and conversations kept at once; those worth least leave first (1000000)"),
  ]

  private static let input: [Flag] = [
    Flag(.read, "read", "r", "FILE", for: openers, "read FILE, as if named behind the options"),
    Flag(
      .filter, "filter", "f", "EXPR", for: trackers, "take only packets that match a pcap filter"),
    Flag(.count, "count", "c", "N", for: trackers, "stop after N packets"),
    Flag(
      .reader, "reader", nil, "auto|libpcap", for: openers,
      "who reads the file: libpcap for everything, or only for rare formats"),
    Flag(
      .ignoreChecksums, "ignore-checksums", "K", for: trackers,
      "take segments with a wrong checksum as good ones"),
    Flag(
      .udpTimeout, "udp-timeout", nil, "SECONDS", for: trackers,
      "silence that ends a UDP or ping conversation (60)"),
    Flag(
      .threads, "threads", nil, "N", for: [.analyze, .report],
      "threads to work in, 1 to 64 (as many as there are processors, at most 8)"),
  ]

  private static let selection: [Flag] = [
    Flag(
      .outcome, "outcome", nil, "LIST", for: [.analyze],
      "only connections with one of these outcomes, such as reset,refused"),
    Flag(.host, "host", nil, "ADDR", for: [.analyze], "only connections of this address"),
    Flag(.port, "port", nil, "N", for: [.analyze], "only connections with this port"),
    Flag(
      .transport, "protocol", nil, "LIST", for: [.analyze], "only these protocols: tcp, udp, icmp"),
    Flag(
      .sort, "sort", nil, "KEY", for: [.analyze],
      "order by id, start, outcome (lowest first); duration, bytes, packets, retransmissions, rtt,"
        + " idle, exchanges (largest first); -KEY for the reverse"),
    Flag(.limit, "limit", nil, "N", for: [.analyze], "only the first N connections"),
    Flag(
      .failOn, "fail-on", nil, "LIST", for: [.analyze],
      "exit with status 1 if a connection has one of these outcomes"),
  ]

  private static let output: [Flag] = [
    Flag(
      .format, "format", nil, "FORMAT", for: [.analyze],
      "text, ndjson (one JSON object a line), csv (one row a connection), zeek (a conn.log),"
        + " none (totals only)"),
    Flag(
      .format, "format", nil, "FORMAT", for: [.packets],
      "text, ndjson (one JSON object a line), none (nothing but the exit status)"),
    Flag(
      .format, "format", nil, "FORMAT", for: [.interfaces],
      "text, ndjson (one JSON object an interface)"),
    Flag(
      .format, "format", nil, "FORMAT", for: [.capture],
      "text, ndjson (one JSON object an event, one a connection), none (the summary only)"),
    Flag(
      .format, "format", nil, "FORMAT", for: [.states],
      "text, ndjson (one JSON object a connection)"),
    Flag(
      .communityIDSeed, "community-id-seed", nil, "N", for: [.analyze, .capture],
      "seed of the Community IDs in NDJSON and CSV, 0 to 65535 (0)"),
    Flag(
      .output, "output", "o", "FILE", for: readers,
      "write to FILE, which appears only when it is complete"),
  ]

  private static let packets: [Flag] = [
    Flag(
      .absolute, "absolute-sequence-numbers", "S", for: [.packets],
      "show sequence numbers as they stand in the header"),
    Flag(.verbose, "verbose", "v", for: [.packets], "show every layer and field"),
    Flag(
      .timeStyle, "time-style", "t", for: [.packets],
      "-t no time, -tt seconds since 1970, -ttt since the packet before, -tttt date and time,"
        + " -ttttt since the first packet"),
    Flag(
      .packet, "packet", nil, "N", for: [.show, .graph], "the connection that packet N belongs to"),
    Flag(.all, "all", nil, for: [.show], "every packet by itself, no runs of like packets"),
    Flag(
      .svg, "svg", nil, "FILE", for: [.show],
      "draw the connection into FILE, which appears only when it is complete; -: standard output"),
    Flag(
      .mermaid, "mermaid", nil, for: [.show],
      "print a sequence diagram in Mermaid's language, for documents"),
    Flag(
      .kind, "kind", nil, "KIND", for: [.graph],
      "sequence: segments, acknowledgements and window (the default); rtt: round-trip times;"
        + " throughput: payload per second; flight: octets in flight against the window"),
    Flag(
      .direction, "direction", nil, "client|server", for: [.graph],
      "whose data to draw (of the end that sent more)"),
    Flag(.packet, "packet", nil, "N", for: [.states], "the table as it is after packet N"),
    Flag(
      .at, "at", nil, "TIME", for: [.states],
      "the table at a time: 10:00:05.5 of the capture's first day, 2026-11-20T10:00:05Z, seconds"
        + " since 1970, or +5.5 seconds from the first packet"),
  ]

  private static let report: [Flag] = [
    Flag(
      .detail, "detail", nil, "N", for: [.report],
      "connections told in full, failures and problems first (200)")
  ]

  private static let interfaces: [Flag] = [
    Flag(
      .briefList, "list-interfaces", "D", for: [.interfaces],
      "number, name and state alone, as tcpdump -D"),
    Flag(
      .linkTypes, "list-data-link-types", "L", for: [.interfaces],
      "the link types that one interface offers"),
  ]

  private static let general: [Flag] = [
    Flag(.numeric, "numeric", "n", for: texts, "port numbers without service names"),
    Flag(.utc, "utc", nil, for: texts, "tell times in UTC, not in local time"),
    Flag(
      .color, "color", nil, "auto|always|never", for: texts,
      "colour: on a terminal unless NO_COLOR is set, always, never"),
    Flag(.help, "help", "h", for: Set(CommandName.allCases), "show this help"),
    Flag(.version, "version", nil, for: Set(CommandName.allCases), "show the version"),
  ]
}
