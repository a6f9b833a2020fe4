import SynfinLifecycle
import SynfinWire

/// One connection in the table of a report.
struct ReportRow: Sendable {
  let id: Int
  let transport: TransportProtocol
  let outcome: Outcome
  let client: IPAddress
  let clientPort: UInt16?
  let server: IPAddress
  let serverPort: UInt16?
  let start: Timestamp
  let duration: Int64
  let roundTrip: Int64?
  let sent: UInt64
  let received: UInt64
  let packets: UInt64
  let retransmissions: UInt64
  /// How it ended, by its number in the table of such words.
  let ending: Int
  /// What went wrong, in the same way.
  let troubles: Int
  /// The kinds of problems, a bit each.
  let kinds: ProblemKinds
  let notability: Int

  init(_ record: ConnectionRecord, endings: inout WordTable, troubles: inout WordTable) {
    id = record.id
    transport = record.transport
    outcome = record.outcome
    (client, clientPort) = (record.client.address, record.client.port)
    (server, serverPort) = (record.server.address, record.server.port)
    start = record.start
    duration = record.duration
    roundTrip = record.roundTrip
    sent = record.client.payloadBytes
    received = record.server.payloadBytes
    packets = record.client.packets &+ record.server.packets
    retransmissions =
      (record.client.tcp?.retransmissions ?? 0) &+ (record.server.tcp?.retransmissions ?? 0)
    ending = endings.number(of: OutcomeCell.text(record))
    self.troubles = troubles.number(of: OutcomeCell.problems(record))
    kinds = ProblemKinds(record.problems)
    notability = record.notability
  }

  var fate: Fate { Fate(outcome, hasProblems: !kinds.isEmpty) }
}

/// Kinds of problems, a bit each.
struct ProblemKinds: OptionSet, Hashable, Sendable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  init(_ problems: [Problem]) {
    rawValue = problems.reduce(0) { $0 | 1 << UInt32(Self.bit($1.kind)) }
  }

  static func bit(_ kind: Problem.Kind) -> Int {
    Problem.Kind.allCases.firstIndex(of: kind) ?? 0
  }
}

/// Texts that occur again and again, each kept once and known by its number.
struct WordTable: Sendable {
  private(set) var words: [String] = []
  private var numbers: [String: Int] = [:]

  /// The number of a text, a new one if it is new.
  mutating func number(of word: String) -> Int {
    if let number = numbers[word] { return number }
    numbers[word] = words.count
    words.append(word)
    return words.count - 1
  }
}
