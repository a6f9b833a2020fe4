import Foundation
import Testing

/// Connections inside of tunnels, from the file to every output.
@Suite struct TunnelTests {
  /// A SYN from 192.168.7.1 to 192.168.7.2 in VXLAN 42 between 10.0.0.1 and 10.0.0.2, and the RST that answers it,
  /// whose outer packet comes in two fragments.
  private static let frames = [
    """
    02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 5a 00 01 40 00 40 11 26 90 0a 00
    00 01 0a 00 00 02 c3 50 12 b5 00 46 00 00 08 00 00 00 00 00 2a 00 02 00 00 00 00 02
    02 00 00 00 00 01 08 00 45 00 00 28 00 01 40 00 40 06 ab 7b c0 a8 07 01 c0 a8 07 02
    9c 40 00 50 00 00 03 e8 00 00 00 00 50 02 04 00 7c 16 00 00
    """,
    """
    02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 34 00 07 20 00 40 11 46 b0 0a 00
    00 02 0a 00 00 01 c3 50 12 b5 00 46 00 00 08 00 00 00 00 00 2a 00 02 00 00 00 00 02
    02 00 00 00 00 01 08 00 45 00
    """,
    """
    02 00 00 00 00 02 02 00 00 00 00 01 08 00 45 00 00 3a 00 07 00 04 40 11 66 a6 0a 00
    00 02 0a 00 00 01 00 28 00 01 40 00 40 06 ab 7b c0 a8 07 02 c0 a8 07 01 00 50 9c 40
    00 00 00 00 00 00 03 e9 50 14 04 00 7c 03 00 00
    """,
  ]

  /// The frames as a pcap file, a millisecond apart.
  private static let capture: [UInt8] = {
    func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 255) } }
    var file = word(0xA1B2_C3D4) + [2, 0, 4, 0] + word(0) + word(0) + word(65535) + word(1)
    for (index, text) in frames.enumerated() {
      let bytes = text.split { $0 == " " || $0 == "\n" }.compactMap { UInt8($0, radix: 16) }
      file += word(1) + word(index * 1000) + word(bytes.count) + word(bytes.count) + bytes
    }
    return file
  }()

  private func run(_ arguments: String...) throws -> Run {
    try Scratch.with { scratch in
      let path = try scratch.file("tunnel.pcap", Self.capture)
      let run = try Binary.run(arguments.map { $0 == "FILE" ? path : $0 })
      #expect(run.status == 0, "\(run.errors)")
      return run
    }
  }

  @Test func recordNamesThePath() throws {
    let lines = try run("FILE", "--format", "ndjson").lines
    #expect(lines.count == 1)
    let record = try #require(lines.first)
    #expect(record.contains(#""client":{"address":"192.168.7.1","port":40000,"#))
    #expect(record.contains(#""outcome":"refused""#))
    #expect(record.contains(#""fragments":2,"#))
    #expect(
      record.contains(
        #""tunnels":[{"kind":"vxlan","source":"10.0.0.1","destination":"10.0.0.2","id":42}]"#))
  }

  @Test func recordWithoutATunnelHasNone() throws {
    let run = try Binary.run([Fixture.path("refused"), "--format", "ndjson"])
    #expect(!run.output.contains("tunnels"))
  }

  @Test func packetsNameTheirTunnels() throws {
    let lines = try run("packets", "--format", "ndjson", "FILE").lines
    #expect(lines.count == 3)
    #expect(lines[0].contains(#""source":"192.168.7.1","source_port":40000"#))
    #expect(lines[0].contains(#""tunnels":[{"kind":"vxlan","id":42}]"#))
    #expect(lines[1].contains(#""protocol":"fragment","source":"10.0.0.2""#))
    #expect(lines[2].contains(#""protocol":"tcp","#))
    #expect(lines[2].contains(#""source":"192.168.7.2","source_port":80"#))
    #expect(lines[2].contains(#""flags":["RST","ACK"]"#))
    let text = try run("packets", "FILE").lines
    #expect(text[0].hasSuffix("[in VXLAN 42]"))
    #expect(text[2].contains("RST+ACK"))
  }

  @Test func storyTellsThePath() throws {
    let story = try run("show", "FILE", "1").output
    #expect(story.contains("inside VXLAN 42 between 10.0.0.1 and 10.0.0.2\n"))
    let tree = try run("packets", "-v", "-c", "1", "FILE").output
    #expect(tree.contains("Virtual Extensible LAN (RFC 7348), 8 bytes at offset 42"))
  }
}
