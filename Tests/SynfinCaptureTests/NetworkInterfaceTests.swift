import SynfinCapture
import Testing

@Suite("Interfaces")
struct NetworkInterfaceTests {
  @Test("The loopback interface is listed with its address")
  func loopback() throws {
    let interfaces = try NetworkInterface.all()
    let loopback = try #require(interfaces.first { $0.flags.contains(.loopback) })
    #expect(loopback.name.hasPrefix("lo"))
    let address = loopback.addresses.first { $0.family == .ipv4 }
    if let address {
      #expect(address.address == "127.0.0.1")
      #expect(address.netmask == "255.0.0.0")
    }
  }
}
