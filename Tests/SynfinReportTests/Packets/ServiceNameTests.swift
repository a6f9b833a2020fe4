import SynfinLifecycle
import Testing

@testable import SynfinReport

@Suite struct ServiceNameTests {
  @Test(arguments: [
    (UInt16(22), TransportProtocol.tcp, "ssh"), (25, .tcp, "smtp"), (53, .udp, "domain"),
    (53, .tcp, "domain"), (80, .tcp, "http"), (123, .udp, "ntp"), (443, .tcp, "https"),
    (443, .udp, "https"), (1883, .tcp, "mqtt"), (3306, .tcp, "mysql"),
    (5432, .tcp, "postgresql"), (6379, .tcp, "redis"), (11211, .udp, "memcache"),
  ])
  func knowsCommonServices(port: UInt16, transport: TransportProtocol, name: String) {
    #expect(ServiceName.lookup(port: port, transport: transport) == name)
  }

  @Test func tellsTransportsApart() {
    #expect(ServiceName.lookup(port: 22, transport: .udp) == nil)
    #expect(ServiceName.lookup(port: 123, transport: .tcp) == nil)
    #expect(ServiceName.lookup(port: 443, transport: .icmp) == nil)
    #expect(ServiceName.lookup(port: 51514, transport: .tcp) == nil)
  }

  @Test func everyLineOfTheTableCounts() {
    #expect(ServiceTable.tcp.count > 170)
    #expect(ServiceTable.udp.count > 70)
    #expect(ServiceTable.lineCount == ServiceTable.namedPorts)
  }

  @Test(arguments: [
    (UInt16(0), PortClass.wellKnown), (1023, .wellKnown), (1024, .registered), (49151, .registered),
    (49152, .dynamic), (65535, .dynamic),
  ])
  func classifiesPorts(port: UInt16, expected: PortClass) {
    #expect(PortClass(port: port) == expected)
  }
}

extension ServiceTable {
  /// Lines of the table's text.
  fileprivate static var lineCount: Int { text.split(separator: "\n").count }

  /// Lines that gave at least one transport a name: two lines for one port would hide each other.
  fileprivate static var namedPorts: Int {
    text.split(separator: "\n").filter { line in
      let fields = line.split(separator: " ")
      guard fields.count == 3, let port = UInt16(fields[0]) else { return false }
      let tables = fields[1].map { $0 == "t" ? tcp[port] : $0 == "u" ? udp[port] : nil }
      return !tables.isEmpty && tables.allSatisfy { $0 == String(fields[2]) }
    }.count
  }
}
