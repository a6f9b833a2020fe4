@testable import SynfinLifecycle
@testable import SynfinReport
import SynfinWire
import Testing

@Suite struct CommunityIDTests {
  /// Examples of the specification.
  @Test(arguments: [
    (
      TransportProtocol.tcp, "128.232.110.120", 34855, "66.35.250.204", 80, 0 as UInt16,
      "1:LQU9qZlK+B5F3KDmev6m5PMibrg="
    ),
    (.tcp, "128.232.110.120", 34855, "66.35.250.204", 80, 1, "1:3V71V58M3Ksw/yuFALMcW0LAHvc="),
    (.udp, "192.168.1.52", 54585, "8.8.8.8", 53, 0, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
    (.udp, "192.168.1.52", 54585, "8.8.8.8", 53, 65535, "1:1c0sHCoATkBKASmf2ONv66KRA5s="),
  ])
  func agreesWithSpecification(
    _ transport: TransportProtocol, _ client: String, _ clientPort: Int, _ server: String,
    _ serverPort: Int, _ seed: UInt16, _ expected: String
  ) throws {
    let record = ConnectionRecord.example(
      transport, try #require(IPAddress(client)), UInt16(clientPort),
      try #require(IPAddress(server)), UInt16(serverPort))
    #expect(CommunityID.text(for: record, seed: seed) == expected)
  }

  @Test func namesBothDirectionsAlike() throws {
    let first = try #require(IPAddress("2001:db8::1"))
    let second = try #require(IPAddress("2001:db8::2"))
    let forth = ConnectionRecord.example(.tcp, first, 1, second, 2)
    let back = ConnectionRecord.example(.tcp, second, 2, first, 1)
    #expect(CommunityID.text(for: forth) == CommunityID.text(for: back))
  }

  /// RFC 3174 §7.3, tests 1 and 2.
  @Test(arguments: [
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
    ),
    // One byte less than two blocks need, and one block filled up.
    (String(repeating: "a", count: 55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
    (String(repeating: "a", count: 64), "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
  ])
  func hashesAsTheStandardSays(_ message: String, _ expected: String) {
    let bytes = Array(message.utf8)
    let hash = SHA1.hash(bytes.span)
    let text = hash.indices.map { place in
      let digits = String(hash[place], radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }
    #expect(text.joined() == expected)
  }
}

extension ConnectionRecord {
  fileprivate static func example(
    _ transport: TransportProtocol, _ client: IPAddress, _ clientPort: UInt16,
    _ server: IPAddress, _ serverPort: UInt16
  ) -> ConnectionRecord {
    ConnectionRecord(
      id: 1, transport: transport, stream: 0,
      client: EndpointRecord(address: client, port: clientPort),
      server: EndpointRecord(address: server, port: serverPort), firstPacket: 1, lastPacket: 1,
      start: Timestamp(nanoseconds: 0), duration: 0, outcome: .open, exchanges: 0,
      longestIdle: 0, icmpErrors: [], problems: [], doubts: [])
  }
}
