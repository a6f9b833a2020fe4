import SynfinWire
import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

@Suite struct RecordCSVTests {
  @Test func beginsWithTheNames() {
    #expect(rows([])[0] == RecordField.all.map(\.name))
  }

  @Test(arguments: TransportProtocol.allCases)
  func everyRowHasEveryCell(_ transport: TransportProtocol) {
    let rows = rows([.sample(transport), ConnectionRecord(), .sample(transport)])
    #expect(rows.count == 4)
    for row in rows { #expect(row.count == RecordField.all.count) }
    #expect(rows[1] == rows[3])
  }

  @Test func leavesEmptyWhatTheProtocolLacks() throws {
    let row = try #require(rows([.sample(.udp, .answered)]).last)
    for (field, cell) in zip(RecordField.all, row) {
      let isOfTCP = ["handshake.", "client.rtt_ms", "server.causes"].contains {
        field.name.hasPrefix($0)
      }
      if isOfTCP { #expect(cell.isEmpty, "\(field.name)") }
    }
    #expect(try cell("protocol", row) == "udp")
    #expect(try cell("server.port", row) == "53")
    #expect(try cell("closed_by", row) == "")
  }

  @Test func joinsListsAndQuotesObjects() throws {
    let record = ConnectionRecord.sample {
      $0.problems = [
        Problem(kind: .retransmission, count: 2, packets: [5, 9], cause: .timeout),
        Problem(kind: .duplicate, count: 1, packets: [6]),
      ]
      $0.doubts = [.oneDirection, .manyHoles]
      $0.teardown?.packets = [8, 9, 10]
      $0.duration = 1_500_000_000
    }
    let row = try #require(rows([record]).last)
    #expect(try cell("doubts", row) == "one_direction many_holes")
    #expect(try cell("teardown.packets", row) == "8 9 10")
    #expect(try cell("duration_s", row) == "1.5")
    #expect(
      try cell("verdict.problems", row)
        == #"[{"kind":"retransmission","cause":"timeout","count":2,"packets":[5,9]},"#
        + #"{"kind":"duplicate","count":1,"packets":[6]}]"#)
    #expect(try cell("icmp_errors", row) == "[]")
    #expect(try cell("verdict.summary", row) == VerdictSentence.text(for: record))
  }

  /// The words that are written are those that the types call themselves.
  @Test func wordsAreTheRawValues() {
    for word in TransportProtocol.allCases { #expect(word.word.description == word.rawValue) }
    for word in Outcome.allCases { #expect(word.word.description == word.rawValue) }
    for word in Problem.Kind.allCases { #expect(word.word.description == word.rawValue) }
    for word in SegmentCause.allCases { #expect(word.word.description == word.rawValue) }
    for word in Doubt.allCases { #expect(word.word.description == word.rawValue) }
    for word in [Closer.client, .server, .both] { #expect(word.word.description == word.rawValue) }
    for word in [ResetFlaw.acknowledgesNothing, .offNextNumber, .outsideWindow] {
      #expect(word.word.description == word.rawValue)
    }
    for word in [
      HandshakeRecord.Kind.threeWay, .simultaneous, .fastOpen, .partial, .none,
    ] { #expect(word.word.description == word.rawValue) }
    for word in [
      TeardownRecord.Kind.fourWay, .threeWay, .simultaneous, .reset, .half, .none,
    ] { #expect(word.word.description == word.rawValue) }
  }

  private func cell(_ name: String, _ row: [String]) throws -> String {
    row[try #require(RecordField.all.firstIndex { $0.name == name })]
  }

  private func rows(_ records: [ConnectionRecord]) -> [[String]] {
    var table = RecordCSV()
    table.writeNames()
    for var record in records { table.write(&record) }
    return Self.parse(table.text.string)
  }

  /// The cells of a text by RFC 4180, with lines that end in LF.
  private static func parse(_ text: String) -> [[String]] {
    var rows: [[String]] = [[""]]
    var isQuoted = false
    var last: Character = ","
    for character in text {
      switch character {
      case "\"":
        // A second one inside quotation marks stands for itself.
        if !isQuoted, last == "\"" { rows[rows.count - 1][rows[rows.count - 1].count - 1] += "\"" }
        isQuoted.toggle()
      case "," where !isQuoted: rows[rows.count - 1].append("")
      case "\n" where !isQuoted: rows.append([""])
      default: rows[rows.count - 1][rows[rows.count - 1].count - 1].append(character)
      }
      last = character
    }
    return rows.dropLast()
  }
}
