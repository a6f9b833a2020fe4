import SynfinCapture
import SynfinWire
import Testing

@Suite("Filters")
struct CaptureFilterTests {
  private static func matches(
    _ filter: inout CaptureFilter, _ linkType: LinkType, _ bytes: [UInt8]
  ) throws -> Bool {
    // Any initialized bytes of an array may be looked at as raw bytes.
    try unsafe filter.matches(bytes.span.bytes, linkType, originalLength: bytes.count)
  }

  /// The sample segment behind the headers of several link types.
  static let packets: [(linkType: LinkType, bytes: [UInt8])] = [
    (.ethernet, Samples.tcp), (.raw, Samples.ipv4), (.ipv4, Samples.ipv4),
    (.rawBSD, Samples.ipv4), (.rawOpenBSD, Samples.ipv4),
    (.loop, [0, 0, 0, 2] + Samples.ipv4),
    (.linuxCooked, [0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0] + Samples.ipv4),
    (.linuxCookedV2, [8, 0] + [UInt8](repeating: 0, count: 18) + Samples.ipv4),
  ]

  @Test(
    "One filter works on packets of several link types",
    arguments: [
      ("tcp dst port 80", true), ("tcp dst port 81", false), ("", true), ("host 192.0.2.2", true),
      ("udp or ip6", false), ("greater 40 and less 74", true), ("greater 1000", false),
    ])
  func linkTypes(expression: String, expected: Bool) throws {
    var filter = try CaptureFilter(expression)
    for _ in 0..<2 {
      for packet in Self.packets {
        let matches = try Self.matches(&filter, packet.linkType, packet.bytes)
        #expect(matches == expected, "\(packet.linkType)")
      }
    }
  }

  @Test("A packet without bytes matches only what looks at none")
  func emptyPacket() throws {
    let nothing: [UInt8] = []
    var all = try CaptureFilter("")
    var tcp = try CaptureFilter("tcp")
    #expect(try Self.matches(&all, .ethernet, nothing))
    #expect(try !Self.matches(&tcp, .ethernet, nothing))
  }

  @Test("A wrong expression is refused at once", arguments: ["tcp port", "nonsense here", "("])
  func wrong(expression: String) throws {
    let error = #expect(throws: CaptureError.self) { _ = try CaptureFilter(expression) }
    #expect(error?.kind == .invalidFilter)
    #expect(error?.description.hasPrefix("filter '\(expression)': ") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test("An expression wrong for a later link type is an error there, not a silent no")
  func wrongLater() throws {
    var filter = try CaptureFilter("ether host 02:00:00:00:00:01")
    #expect(try Self.matches(&filter, .ethernet, Samples.tcp))
    let error = #expect(throws: CaptureError.self) {
      _ = try Self.matches(&filter, .raw, Samples.ipv4)
    }
    #expect(error?.description.contains("link type RAW") == true)
  }

  @Test("An expression that a later link type cannot match at all lets nothing of it through")
  func nothingLater() throws {
    // LocalTalk frames (114) hold no TCP as libpcap knows them.
    var filter = try CaptureFilter("tcp")
    for _ in 0..<2 {
      #expect(try Self.matches(&filter, .ethernet, Samples.tcp))
      #expect(try !Self.matches(&filter, LinkType(rawValue: 114), Samples.tcp))
    }
  }

  @Test("An expression that only Wi-Fi knows is accepted and refused for Ethernet packets")
  func wifiOnly() throws {
    var filter = try CaptureFilter("wlan type mgt")
    #expect(throws: CaptureError.self) {
      _ = try Self.matches(&filter, .ethernet, Samples.tcp)
    }
  }
}
