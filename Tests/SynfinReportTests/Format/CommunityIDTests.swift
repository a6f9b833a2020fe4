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
    var record = ConnectionRecord.example(
      transport, try #require(IPAddress(client)), UInt16(clientPort),
      try #require(IPAddress(server)), UInt16(serverPort))
    let text = TextBuffer.string { CommunityID.write(&record, seed: seed, into: &$0) }
    #expect(text == expected)
  }

  @Test func namesBothDirectionsAlike() throws {
    let first = try #require(IPAddress("2001:db8::1"))
    let second = try #require(IPAddress("2001:db8::2"))
    var forth = ConnectionRecord.example(.tcp, first, 1, second, 2)
    var back = ConnectionRecord.example(.tcp, second, 2, first, 1)
    let texts = (
      TextBuffer.string { CommunityID.write(&forth, seed: 0, into: &$0) },
      TextBuffer.string { CommunityID.write(&back, seed: 0, into: &$0) }
    )
    #expect(texts.0 == texts.1)
  }

  /// RFC 3174 §7.3, test 1; the empty message; and the longest that fits into one block.
  @Test(arguments: [
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    (String(repeating: "a", count: 55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
  ])
  func hashesAsTheStandardSays(_ message: String, _ expected: String) {
    var block = [16 of UInt32](repeating: 0)
    for (place, byte) in message.utf8.enumerated() {
      block[place / 4] |= UInt32(byte) << UInt32(24 - 8 * (place % 4))
    }
    SHA1.pad(&block, length: message.utf8.count)
    let hash = SHA1.hash(block)
    let text = [hash.0, hash.1, hash.2, hash.3, hash.4].map { word in
      let digits = String(word, radix: 16)
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
