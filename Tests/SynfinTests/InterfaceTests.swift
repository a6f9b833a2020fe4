import Foundation
import Testing

/// The interfaces of the machine that the tests run on: the loopback interface is on every one.
@Suite struct InterfaceTests {
  @Test func briefListIsThatOfTcpdump() throws {
    let run = try Binary.run(["interfaces", "-D"])
    #expect(run.status == 0)
    #expect(try Binary.run(["-D"]).output == run.output)
    let loopback = try #require(run.lines.first { $0.contains("Loopback") })
    #expect(loopback.first?.isNumber == true)
    let other = try Binary.shell("command -v tcpdump >/dev/null && tcpdump -D")
    // Each may see what the other one does not: tcpdump may be another version of libpcap.
    guard other.status == 0, other.lines.count == run.lines.count else { return }
    #expect(other.output == run.output)
  }

  @Test func objectsSayWhatTheTextSays() throws {
    let run = try Binary.run(["interfaces", "--format", "ndjson"])
    #expect(run.status == 0)
    let objects = try run.lines.map {
      try #require(
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let loopback = try #require(
      objects.first { ($0["flags"] as? [String])?.contains("loopback") == true })
    let addresses = try #require(loopback["addresses"] as? [[String: Any]])
    if let address = addresses.first(where: { $0["family"] as? String == "ipv4" }) {
      #expect(address["address"] as? String == "127.0.0.1")
      #expect(address["class"] as? String == "A")
      #expect(address["scope"] as? String == "loopback")
      #expect(address["private"] as? Bool == false)
    }
    let name = try #require(loopback["name"] as? String)
    let text = try Binary.run(["interfaces", name])
    #expect(text.lines.first?.hasPrefix("\(name)  up") == true)
    for address in addresses {
      #expect(text.output.contains(try #require(address["address"] as? String)))
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root may open an interface"))
  func linkTypesOfTheLoopback() throws {
    let names = try Binary.run(["interfaces", "-D"]).lines
    let line = try #require(names.first { $0.contains("Loopback") })
    let name = try #require(line.split(separator: ".").last?.split(separator: " ").first)
    let run = try Binary.run(["interfaces", "-L", String(name)])
    #expect(run.status == 0)
    #expect(run.lines.first == "Data link types for \(name) (use option -y to set):")
    #expect(run.lines.count > 1)
  }

  @Test(arguments: [
    (["interfaces", "-L"], "name it"), (["interfaces", "-D", "-L", "lo"], "choose one"),
    (["interfaces", "-D", "--format", "ndjson"], "leave -D and -L away"),
    (["interfaces", "-L", "no-such-one"], "no such interface"),
    (["interfaces", "--format", "csv"], "--format"),
  ])
  func mistakesAreToldInALine(_ arguments: [String], _ message: String) throws {
    let run = try Binary.run(arguments)
    #expect(run.status == 2)
    #expect(run.complaints.count == 1)
    #expect(run.errors.contains(message))
  }
}
