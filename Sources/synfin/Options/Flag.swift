/// One flag of the command line: parsing and `--help` both read this.
struct Flag {
  /// What a flag means.
  enum Key {
    case read, filter, reader, count, ignoreChecksums, udpTimeout, threads
    case format, output, communityIDSeed, outcome, host, port, transport, sort, limit, failOn
    case absolute, verbose, timeStyle, packet
    case briefList, linkTypes
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
  private static let readers: Set<CommandName> = [.analyze, .show, .packets]

  /// Every flag there is.
  static let all: [Flag] = input + selection + output + packets + interfaces + general

  private static let input: [Flag] = [
    Flag(.read, "read", "r", "FILE", for: readers, "read FILE, as if named behind the options"),
    Flag(
      .filter, "filter", "f", "EXPR", for: readers, "take only packets that match a pcap filter"),
    Flag(.count, "count", "c", "N", for: readers, "stop after N packets"),
    Flag(
      .reader, "reader", nil, "auto|libpcap", for: readers,
      "who reads the file: libpcap for everything, or only for rare formats"),
    Flag(
      .ignoreChecksums, "ignore-checksums", "K", for: readers,
      "take segments with a wrong checksum as good ones"),
    Flag(
      .udpTimeout, "udp-timeout", nil, "SECONDS", for: readers,
      "silence that ends a UDP or ping conversation (60)"),
    Flag(
      .threads, "threads", nil, "N", for: [.analyze],
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
      .communityIDSeed, "community-id-seed", nil, "N", for: [.analyze],
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
    Flag(.packet, "packet", nil, "N", for: [.show], "the connection that packet N belongs to"),
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
    Flag(.numeric, "numeric", "n", for: readers, "port numbers without service names"),
    Flag(.utc, "utc", nil, for: readers, "tell times in UTC, not in local time"),
    Flag(
      .color, "color", nil, "auto|always|never", for: readers,
      "colour: on a terminal unless NO_COLOR is set, always, never"),
    Flag(.help, "help", "h", for: Set(CommandName.allCases), "show this help"),
    Flag(.version, "version", nil, for: Set(CommandName.allCases), "show the version"),
  ]
}
