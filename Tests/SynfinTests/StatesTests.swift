import Foundation
import SynfinReport
import SynfinWire
import Testing

@testable import synfin

@Suite struct StatesTests {
  private let capture = Fixture.path("four-way-close-by-client")

  /// Packet by packet the table shows the states that the kernels went through.
  @Test(arguments: [
    (1, "SYN_SENT", nil), (2, "SYN_SENT", "SYN_RCVD"), (3, "ESTABLISHED", "ESTABLISHED"),
    (8, "FIN_WAIT_1", "ESTABLISHED"), (9, "FIN_WAIT_2", "CLOSE_WAIT"),
    (10, "FIN_WAIT_2", "LAST_ACK"), (11, "TIME_WAIT", "CLOSED"),
  ])
  func packet_showsTheStates(_ packet: Int, _ client: String, _ server: String?) throws {
    let run = try Binary.run([
      "states", capture, "--packet", "\(packet)", "--format", "ndjson",
    ])
    #expect(run.status == 0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let states = ["client", "server"].map { (object[$0] as? [String: Any])?["state"] as? String }
    #expect(states[0] == client)
    #expect(states[1] == server)
  }

  @Test func moment_isGivenInManyWays() throws {
    let table = try Binary.run(["states", capture, "--packet", "7"]).output
    let first = try #require(table.split(separator: "\n").first)
    #expect(first.hasPrefix("after packet 7, at 2026-"))
    for time in [
      "+0.1001", "2026-11-21T03:58:23.4842Z", "2026-11-21T04:58:23.4842+01:00", "03:58:23.4842",
    ] {
      let run = try Binary.run(["states", capture, "--at", time])
      #expect(run.output.hasPrefix("after packet 7, at 2026-11-21 03:58:23.484"), "\(time)")
      #expect(run.output.contains("ESTABLISHED"))
    }
  }

  @Test func later_whoIsOverHasLeft() throws {
    let run = try Binary.run(["states", capture, "--at", "+61"])
    #expect(run.lines.count == 2)
    let early = try Binary.run(["states", capture, "--at", "1"])
    #expect(early.output == "no packet before that moment\n")
  }

  @Test(arguments: [
    (["--at", "noon"], "--at 'noon'"), (["--at", "+1", "--packet", "1"], "give one"),
    (["--packet", "0"], "from 1 on"), (["--at", "25:00"], "--at '25:00'"),
  ])
  func mistakesAreToldInALine(_ arguments: [String], _ message: String) throws {
    let run = try Binary.run(["states", capture] + arguments)
    #expect(run.status == 2)
    #expect(run.complaints.count == 1)
    #expect(run.errors.contains(message))
  }
}

@Suite struct MomentOptionTests {
  @Test(arguments: [
    ("+5.5", MomentOption.sinceStart(5_500_000_000)), ("+0", .sinceStart(0)),
    ("1732104000", .absolute(1_732_104_000_000_000_000)),
    ("1732104000.000000001", .absolute(1_732_104_000_000_000_001)),
    ("10:00", .wall(date: nil, nanosecondsOfDay: 36_000_000_000_000)),
    ("10:00:05.25", .wall(date: nil, nanosecondsOfDay: 36_005_250_000_000)),
    (
      "2026-11-20 10:00",
      .wall(
        date: MomentOption.Date(year: 2026, month: 11, day: 20),
        nanosecondsOfDay: 36_000_000_000_000)
    ),
    ("1970-01-02T00:00:01Z", .absolute(86_401_000_000_000)),
    ("1970-01-02T01:00:00+01:00", .absolute(86_400_000_000_000)),
    ("1970-01-01T23:00:00-01:00", .absolute(86_400_000_000_000)),
  ])
  func written_isRead(_ text: String, _ moment: MomentOption) {
    #expect(MomentOption(text) == moment)
  }

  @Test(arguments: [
    "", "+", "-5", "noon", ":", "24:00", "10:60", "10:00:99", "2026-13-01T10:00", "10:00Z",
    "2026-11-20", "99999999999999999999", "+1e3", "2026-11-20T", "١٠:٠٠",
  ])
  func nonsense_isRefused(_ text: String) {
    #expect(MomentOption(text) == nil)
  }

  @Test func timeOfDay_isOfTheFirstDayOrTheNext() {
    // Five minutes before midnight.
    let start = Timestamp(nanoseconds: 86_100_000_000_000)
    #expect(MomentOption("23:56")?.resolved(from: start, .utc).nanoseconds == 86_160_000_000_000)
    #expect(MomentOption("00:01")?.resolved(from: start, .utc).nanoseconds == 86_460_000_000_000)
  }

  /// A capture may say anything of the time at which it began.
  @Test(arguments: ["+5.5", "00:00", "23:50", "23:59:59"], [Int64.min, .min + 1, .max - 1, .max])
  func endOfTime_staysInRange(_ text: String, _ start: Int64) throws {
    let moment = try #require(MomentOption(text))
    let time = moment.resolved(from: Timestamp(nanoseconds: start), .utc).nanoseconds
    #expect(time == .max || time.magnitude.distance(to: start.magnitude).magnitude < 3 << 46)
  }
}
