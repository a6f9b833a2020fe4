import TestSupport
import Testing

@testable import SynfinWire

@Suite("IP address")
struct IPAddressTests {
  @Test(
    "writes IPv6 as RFC 5952 does",
    arguments: [
      ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),  // §4.2.3: of equal runs the first
      ("2001:0db8::0001", "2001:db8::1"),  // §4.1: no leading zeros
      ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),  // §4.2.1: as short as can be
      ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),  // §4.2.2: no single group
      ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),  // §4.2.3: the longest run
      ("2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:AAAA", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa"),
      ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),  // §5
      ("::FFFF:C000:0201", "::ffff:192.0.2.1"),
      ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
      ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:0", "::"),
      ("fe80::0:0:1", "fe80::1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
      ("1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
      ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
    ])
  func text(input: String, expected: String) throws {
    let address = try #require(IPAddress(input))
    #expect(address.description == expected)
    #expect(IPAddress(expected) == address)
  }

  @Test(
    "refuses what is no address",
    arguments: [
      "", " ", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "1.2.3.+4", "1.2.3.", ".1.2.3",
      "1..2.3", "01.2.3.4", "1.2.3.00", "0x1.2.3.4", "1.2.3.4 ", "１.2.3.4", "a.b.c.d", "1234",
      ":", ":::", "1:::2", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
      "::1:2:3:4:5:6:7:8", "1::2:3:4:5:6:7:8", "12345::", "g::", ":1", "1:", "::1%eth0",
      "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "::256.0.0.1", "1:2:3:4:5:6:7:1.2.3.4", "+1::",
      "::-1",
    ])
  func refused(input: String) {
    #expect(IPAddress(input) == nil)
  }

  @Test("reads back what it writes, for addresses of every shape")
  func roundTrip() {
    var random = SplitMix64(seed: 5952)
    for _ in 0..<2000 {
      // Groups of 0 in random places make every way of shortening.
      let mask = random.next()
      let groups = (0..<8).map { mask >> $0 & 1 == 0 ? 0 : random.next() & 0xFFFF }
      let address = IPAddress(
        ipv6High: groups[..<4].reduce(0) { $0 << 16 | $1 },
        low: groups[4...].reduce(0) { $0 << 16 | $1 })
      #expect(IPAddress(address.description) == address)
      let short = IPAddress(ipv4: UInt32(truncatingIfNeeded: random.next()))
      #expect(IPAddress(short.description) == short)
    }
  }

  @Test("keeps mapped addresses, IPv4 and nothing apart")
  func kinds() throws {
    let mapped = try #require(IPAddress("::ffff:192.0.2.1"))
    let plain = try #require(IPAddress("192.0.2.1"))
    #expect(mapped != plain)
    #expect(mapped.version == 6)
    #expect(IPAddress.none.version == 0)
    #expect(IPAddress.none != IPAddress(ipv4: 0))
    #expect(IPAddress.none.description == "-")
  }

  @Test("orders by version, then by value")
  func order() throws {
    let ordered = try ["0.0.0.1", "10.0.0.1", "255.0.0.0", "::", "::2", "1::", "1::1", "2::"]
      .map { try #require(IPAddress($0)) }
    for (left, right) in zip(ordered, ordered.dropFirst()) {
      #expect(IPAddress.precedes(left, right))
      #expect(!IPAddress.precedes(right, left))
      #expect(!IPAddress.precedes(left, left))
    }
  }

  @Test(
    "names the scope",
    arguments: [
      ("0.0.0.0", AddressScope.unspecified), ("0.1.2.3", .reserved), ("127.0.0.1", .loopback),
      ("127.255.255.255", .loopback), ("126.255.255.255", .global), ("10.0.0.1", .private),
      ("172.15.255.255", .global), ("172.16.0.0", .private), ("172.31.255.255", .private),
      ("172.32.0.0", .global), ("192.168.1.1", .private), ("192.169.0.0", .global),
      ("100.63.255.255", .global), ("100.64.0.0", .sharedNAT), ("100.127.255.255", .sharedNAT),
      ("100.128.0.0", .global), ("169.254.1.1", .linkLocal), ("192.0.0.8", .reserved),
      ("192.0.2.255", .documentation), ("198.51.100.0", .documentation),
      ("203.0.113.9", .documentation), ("198.18.0.0", .benchmarking),
      ("198.19.255.255", .benchmarking), ("198.20.0.0", .global), ("224.0.0.1", .multicast),
      ("239.255.255.255", .multicast), ("240.0.0.0", .reserved), ("255.255.255.254", .reserved),
      ("255.255.255.255", .broadcast), ("8.8.8.8", .global),
      ("::", .unspecified), ("::1", .loopback), ("::2", .reserved),
      ("::ffff:10.0.0.1", .mapped), ("ff02::1", .multicast), ("fe80::1", .linkLocal),
      ("febf::1", .linkLocal), ("fec0::1", .reserved), ("fc00::1", .uniqueLocal),
      ("fdff::1", .uniqueLocal), ("2001:db8::1", .documentation),
      ("2001:db9::1", .global), ("3fff:fff::1", .documentation), ("3fff:1000::1", .global),
      ("2001:2::1", .benchmarking), ("64:ff9b::8.8.8.8", .global), ("2606:4700::1", .global),
      ("4000::1", .reserved),
    ])
  func scope(text: String, expected: AddressScope) throws {
    #expect(try #require(IPAddress(text)).scope == expected)
  }

  @Test(
    "names the historic class",
    arguments: [
      ("0.0.0.0", Character("A")), ("127.255.255.255", "A"), ("128.0.0.0", "B"),
      ("191.255.255.255", "B"), ("192.0.0.0", "C"), ("223.255.255.255", "C"), ("224.0.0.0", "D"),
      ("239.255.255.255", "D"), ("240.0.0.0", "E"), ("255.255.255.255", "E"), ("::1", nil),
    ])
  func addressClass(text: String, expected: Character?) throws {
    #expect(try #require(IPAddress(text)).addressClass == expected)
  }

  @Test(
    "tells addresses of many hosts",
    arguments: [
      ("224.0.0.0", true), ("239.1.2.3", true), ("255.255.255.255", true),
      ("223.255.255.255", false),
      ("240.0.0.1", false), ("192.0.2.255", false), ("ff02::1", true), ("fe80::1", false),
      ("::ff00:1", false),
    ])
  func multicast(text: String, expected: Bool) throws {
    #expect(try #require(IPAddress(text)).isMulticastOrBroadcast == expected)
    #expect(!IPAddress.none.isMulticastOrBroadcast)
  }
}
