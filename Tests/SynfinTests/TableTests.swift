import Foundation
import Testing

/// `--format csv` says what `--format ndjson` says, of every recorded connection.
@Suite struct TableTests {
  @Test func saysWhatTheObjectsSay() throws {
    let captures = try Fixture.all
    #expect(captures.count > 20)
    let objects = try Binary.run(captures + ["--format", "ndjson"])
    let table = try Binary.run(captures + ["--format", "csv"])
    #expect(objects.status == table.status)
    var rows = Self.parse(table.output)
    let names = rows.removeFirst()
    #expect(rows.count == objects.lines.count)
    for (line, row) in zip(objects.lines, rows) {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      let fields = Self.flat(try #require(object as? [String: Any]))
      #expect(row.count == names.count)
      #expect(Set(fields.keys).isSubset(of: names), "a column for every field")
      for (name, cell) in zip(names, row) {
        #expect(try Self.isSame(cell, fields[name]), "\(name) of \(row[0]): \(cell)")
        #expect(!"=+@\t\r".contains(cell.first ?? " "), "a spreadsheet would calculate \(cell)")
      }
    }
  }

  @Test func takesTheFlagsOfRecords() throws {
    let captures = ["refused", "four-way-close-by-client", "ping"].map(Fixture.path)
    func ids(_ flags: String...) throws -> [String] {
      let run = try Binary.run(captures + ["--format", "csv"] + flags)
      return Self.parse(run.output).dropFirst().map { $0[0] }
    }
    #expect(try ids() == ["1", "2", "3"])
    #expect(try ids("--sort", "-id", "--limit", "2") == ["3", "2"])
    #expect(try ids("--outcome", "refused") == ["1"])
    #expect(try ids("--host", "192.0.2.9") == [])
    let seeded = try Binary.run(captures + ["--format", "csv", "--community-id-seed", "1"])
    #expect(seeded.output != (try Binary.run(captures + ["--format", "csv"]).output))
    #expect(try Binary.run(captures + ["--format", "csv", "--fail-on", "refused"]).status == 1)
  }

  private static func isSame(_ cell: String, _ value: Any?) throws -> Bool {
    switch value {
    case nil: return cell.isEmpty
    case let text as String: return cell == text
    case let list as [Any] where cell.hasPrefix("["):
      let objects = try JSONSerialization.jsonObject(with: Data(cell.utf8))
      return try canonical(objects) == canonical(list)
    case let list as [Any]: return cell == list.map { "\($0)" }.joined(separator: " ")
    case let number as NSNumber where ["true", "false"].contains(cell):
      return number.boolValue == (cell == "true")
    case let number as NSNumber: return Double(cell) == number.doubleValue
    default: return false
    }
  }

  private static func canonical(_ value: Any) throws -> Data {
    try JSONSerialization.data(withJSONObject: value, options: .sortedKeys)
  }

  /// The fields of an object and of those inside it, by their dotted names.
  private static func flat(_ object: [String: Any], _ prefix: String = "") -> [String: Any] {
    var fields: [String: Any] = [:]
    for (name, value) in object {
      if let inner = value as? [String: Any] {
        fields.merge(flat(inner, prefix + name + ".")) { $1 }
      } else {
        fields[prefix + name] = value
      }
    }
    return fields
  }

  /// The cells of a text by RFC 4180, with lines that end in LF.
  private static func parse(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var last: UInt8 = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""):
        // A second one inside quotation marks stands for itself.
        if !isQuoted, last == byte { cell.append(byte) }
        isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted, UInt8(ascii: "\n") where !isQuoted:
        row.append(String(decoding: cell, as: UTF8.self))
        cell = []
        if byte == UInt8(ascii: "\n") {
          rows.append(row)
          row = []
        }
      default: cell.append(byte)
      }
      last = byte
    }
    return rows
  }
}
