@testable import SynfinLifecycle
@testable import SynfinReport
import SynfinWire
import TestSupport
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
    var words = [UInt32](repeating: 0, count: 16)
    for (place, byte) in (Array(message.utf8) + [0x80]).enumerated() {
      words[place / 4] |= UInt32(byte) << UInt32(24 - 8 * (place % 4))
    }
    words[15] = UInt32(message.utf8.count * 8)
    let block = SHA1.Block { SHA1.Words(words[4 * $0..<4 * $0 + 4]) }
    let blocks = [4 of SHA1.Block](repeating: block)
    // By the processor's own instructions, if it has any, and without.
    for hashes in [SHA1.hashes(of: blocks), SHA1.hashesInLanes(of: blocks)] {
      for lane in 0..<4 {
        let text = (0..<5).map { word in
          let digits = String(hashes[lane][word], radix: 16)
          return String(repeating: "0", count: 8 - digits.count) + digits
        }
        #expect(text.joined() == expected)
      }
    }
  }

  /// Four different messages, by both ways.
  @Test func hashesEachForItself() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<100 {
      let blocks = [4 of SHA1.Block] { _ in
        SHA1.Block { _ in SHA1.Words.random(in: 0...UInt32.max, using: &random) }
      }
      let (first, second) = (SHA1.hashes(of: blocks), SHA1.hashesInLanes(of: blocks))
      for lane in 0..<4 {
        for word in 0..<5 { #expect(first[lane][word] == second[lane][word]) }
      }
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
