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
    #expect(Self.communityIDs([CommunityID.message(of: &record, seed: seed)]) == [expected])
  }

  @Test func namesBothDirectionsAlike() throws {
    let first = try #require(IPAddress("2001:db8::1"))
    let second = try #require(IPAddress("2001:db8::2"))
    var forth = ConnectionRecord.example(.tcp, first, 1, second, 2)
    var back = ConnectionRecord.example(.tcp, second, 2, first, 1)
    let messages = [
      CommunityID.message(of: &forth, seed: 0), CommunityID.message(of: &back, seed: 0),
    ]
    let texts = Self.communityIDs(messages)
    #expect(texts[0] == texts[1])
  }

  /// Four are hashed at once; what is left over is no less right.
  @Test func writesAnyNumber() throws {
    let (client, server) = (try #require(IPAddress("192.0.2.1")), try #require(IPAddress("::2")))
    let messages = (0..<11).map { port in
      var record = ConnectionRecord.example(.udp, client, UInt16(port), server, 53)
      return CommunityID.message(of: &record, seed: 0)
    }
    let alone = messages.map { Self.communityIDs([$0])[0] }
    #expect(Self.communityIDs(messages) == alone)
    #expect(Set(alone).count == alone.count)
  }

  private static func communityIDs(_ messages: [SHA1.Block]) -> [String] {
    let text = TextBuffer.string { text in
      var writer = CommunityIDs()
      for message in messages {
        writer.append(message, to: &text)
        text.newline()
      }
      writer.complete(&text)
    }
    return text.split(separator: "\n").map(String.init)
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
    var blocks = [16 of SHA1.Word](repeating: SHA1.Word())
    for index in 0..<16 { blocks[index] = SHA1.Word(repeating: block[index]) }
    let hash = SHA1.hash(blocks)
    for lane in 0..<4 {
      let text = (0..<5).map { word in
        let digits = String(hash[word][lane], radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
      }
      #expect(text.joined() == expected)
    }
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
