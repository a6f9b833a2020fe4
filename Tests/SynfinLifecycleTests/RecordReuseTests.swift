import SynfinWire
import Testing

@testable import SynfinLifecycle

/// Records are made one in the place of the other: nothing may be left of the one before.
@Suite struct RecordReuseTests {
  /// Connections that fill different fields, behind each other.
  private static let script = """
    c SYN 0 mss 1460 ws 7 sackok ts 1 0
    s +10ms SYN+ACK 0 ack 1 mss 1400 ws 3 sackok ts 9 1
    c +20ms ACK 1 ack 1 win 900 ts 2 9
    c DATA 1 ack 1 len 100 ts 3 9
    s DATA 1 ack 101 len 900 win 0 ts 12 3
    s +300ms ACK 901 ack 101 win 900 ts 13 3
    c +500ms DATA 1 ack 901 len 100 ts 600 13
    s FIN+ACK 901 ack 101 ts 14 600
    c FIN+ACK 101 ack 902 ts 601 14
    s ACK 902 ack 102 ts 15 601
    c2 SYN 0 len 20 cookie 8
    c2 +1000ms SYN 0 len 20 cookie 8
    r ICMP 3/1 quoting c2 0
    c3 SYN 0
    s3 SYN+ACK 0 ack 1
    c3 ACK 1 ack 1
    c3 RST 5
    c3 RST 1
    s4 ACK 77 ack 88
    c5 UDP len 20
    s5 +7ms UDP len 90
    c6 UDP len 20
    r ICMP 3/3 quoting c6 UDP
    c ECHO 9/1
    s REPLY 9/1
    """

  /// Whichever record came before, and whatever was done to it.
  @Test func nothingIsLeftOfTheRecordBefore() {
    let tracker = Self.tracker()
    let records = Self.records(tracker)
    let expected = records.map { "\($0)" }
    #expect(Set(records.map(\.outcome)).count >= 5)
    for var previous in records {
      previous.tunnels = [TunnelRecord(kind: .gre, source: .none, destination: .none)]
      previous.doubts = Doubt.allCases
      var found: [String] = []
      var replay = Replay()
      replay.record = previous
      tracker.records(tracker.recordIDs, &replay) { record in
        found.append("\(record)")
        record = previous
      }
      #expect(found == expected)
    }
  }

  /// Who keeps a record keeps it as it was.
  @Test func recordsThatAreKeptStayAsTheyWere() {
    let tracker = Self.tracker()
    let kept = Self.records(tracker)
    for record in kept {
      var replay = Replay()
      tracker.records(record.id..<record.id + 1, &replay) { #expect("\($0)" == "\(record)") }
    }
  }

  private static func tracker() -> Tracker {
    var tracker = Tracker()
    let nothing: [UInt8] = []
    for (index, entry) in Script(script).packets.enumerated() {
      _ = unsafe tracker.process(
        entry.packet, nothing.span.bytes, number: UInt64(index + 1), time: entry.time)
    }
    tracker.conclude()
    return tracker
  }

  private static func records(_ tracker: borrowing Tracker) -> [ConnectionRecord] {
    var records: [ConnectionRecord] = []
    var replay = Replay()
    tracker.records(tracker.recordIDs, &replay) { records.append($0) }
    return records
  }
}
