import SynfinWire
import SynfinZeek
import Testing

@Suite struct TunnelTests {
  private let outside = Datagrams()
  private let inside = Datagrams(
    client: IPAddress(ipv4: 0xC0A8_0001), server: IPAddress(ipv4: 0xC0A8_0002))

  private var inner: [UInt8] { inside.ipv4(17, inside.udp(1000, 2000, [1, 2, 3])) }
  private var frame: [UInt8] {
    [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0x08, 0x00] + inner
  }

  private func rows(_ packets: [UInt8]...) -> [ZeekRow] {
    var scene = Scene()
    for (index, packet) in packets.enumerated() { scene.send(Double(index), packet) }
    return scene.finish()
  }

  private func vxlan(_ payload: [UInt8], port: UInt16 = 4789) -> [UInt8] {
    outside.ipv4(17, outside.udp(40_000, port, [8, 0, 0, 0, 0, 0, 1, 0] + payload))
  }

  /// The conversation of a tunnel in UDP has its row, and those inside name it.
  @Test func tunnelInUDP() {
    let found = rows(vxlan(frame), vxlan(frame))
    #expect(found.map(\.gist) == ["S0 D 2/0", "S0 D 2/0"])
    #expect(found.map(\.resp.port) == [4789, 2000])
    #expect(found.map(\.tunnelParents) == [[], [found[0].uid]])
  }

  /// GRE and IP in IP have no row, but a name.
  @Test func tunnelInIP() {
    let gre = outside.ipv4(47, [0, 0, 0x08, 0x00] + inner)
    let back = outside.ipv4(47, [0, 0, 0x08, 0x00] + inner, isFromClient: false)
    let found = rows(gre, back)
    #expect(found.map(\.gist) == ["S0 D 2/0"])
    #expect(found.first?.tunnelParents.count == 1)
    let direct = rows(outside.ipv4(4, inner))
    #expect(direct.map(\.gist) == ["S0 D 1/0"])
    #expect(direct.first?.tunnelParents == found.first?.tunnelParents)
  }

  /// Zeek opens no packet in IP that is shorter than the tunnel says.
  @Test func lengthsThatDiffer() {
    #expect(rows(outside.ipv4(4, inner + [0])).isEmpty)
    #expect(rows(outside.ipv4(47, [0, 0, 0x08, 0x00] + inner + [0])).count == 1)
  }

  /// One connection through two tunnels names both.
  @Test func twoParents() {
    let found = rows(vxlan(frame), outside.ipv4(47, [0, 0, 0x08, 0x00] + inner))
    #expect(found.map(\.tunnelParents.count) == [0, 2])
  }

  /// Zeek knows fewer tunnels, and each only on its own port.
  @Test(arguments: [UInt16(4790), 8472])
  func otherPorts(_ port: UInt16) {
    #expect(rows(vxlan(frame, port: port)).map(\.resp.port) == [port])
  }

  /// What nobody knows has a row too.
  @Test func unknownInside() {
    let found = rows(vxlan(frame.prefix(14) + inside.ipv4(2, [1, 2, 3, 4])))
    #expect(found.map(\.transport) == [.udp, .unknown])
    #expect(found.last?.tunnelParents == [found[0].uid])
  }

  /// A datagram with a bad checksum is not opened.
  @Test func badChecksum() {
    var packet = vxlan(frame)
    packet[packet.count - 1] ^= 1
    #expect(rows(packet).map(\.gist) == ["OTH C 0/0"])
  }

  /// Teredo is recognised on any port, by an address of 2001::/32.
  @Test func teredoOnAnyPort() {
    let teredo: [UInt8] = [0x20, 0x01] + [UInt8](repeating: 0, count: 14)
    let other: [UInt8] = [0x26, 0x00] + [UInt8](repeating: 1, count: 14)
    let packet = Datagrams.ipv6(
      17, [0x03, 0xE8, 0x07, 0xD0, 0, 9, 0xFF, 0xFF, 1], source: teredo, destination: other)
    let found = rows(outside.ipv4(17, outside.udp(5000, 5001, packet)))
    #expect(found.map(\.resp.port) == [5001, 2000])
    #expect(found.last?.tunnelParents == [found[0].uid])
    // One that is not as long as it says closes the conversation to others.
    let longer = outside.ipv4(17, outside.udp(5000, 5001, packet + [0]))
    let plain = outside.ipv4(17, outside.udp(5000, 5001, packet))
    #expect(rows(longer, plain).map(\.resp.port) == [5001])
  }

  /// Fragments of the tunnel's datagram: the conversation inside counts when it is complete.
  @Test func fragmentedTunnel() {
    let datagram = outside.udp(40_000, 4789, [8, 0, 0, 0, 0, 0, 1, 0] + frame)
    let found = rows(
      outside.ipv4(17, Array(datagram[..<40]), fragment: 0x2000),
      outside.ipv4(17, Array(datagram[40...]), fragment: 5))
    #expect(found.map(\.gist) == ["S0 D 1/0", "S0 D 1/0"])
    #expect(found.map(\.orig.ipBytes) == [20 + UInt64(datagram.count), UInt64(inner.count)])
  }

  /// However deep packets are packed, only four tunnels are opened.
  @Test func depth() {
    var packet = inner
    for _ in 0..<200 { packet = outside.ipv4(4, packet) }
    #expect(rows(packet).allSatisfy { $0.orig.port == 0 || $0.tunnelParents.count <= 1 })
    let teredo: [UInt8] = [0x20, 0x01] + [UInt8](repeating: 0, count: 14)
    var nested: [UInt8] = [1]
    for _ in 0..<200 {
      nested =
        [0x03, 0xE8, 0x07, 0xD0] + Datagrams.bytes(UInt16(8 + nested.count)) + [0, 1] + nested
      nested = Datagrams.ipv6(17, nested, source: teredo, destination: teredo)
    }
    // Of one conversation all rows are the same, so that depth shows in the packets.
    var scene = Scene(ignoresChecksums: true)
    scene.send(0, outside.ipv4(17, outside.udp(5000, 5001, nested)))
    #expect(scene.finish().map(\.orig.packets) == [1, 4])
  }
}
