import Testing

@testable import SynfinWire

extension TunnelRow: CustomTestStringConvertible {
  var testDescription: String { name }
}

@Suite("Tunnels")
struct TunnelTests {
  @Test("finds the innermost packet", arguments: TunnelRow.all)
  func innermost(row: TunnelRow) throws {
    let packet = decode(row.packet)
    #expect(packet.issue == .none)
    let segment = try #require(packet.segment)
    #expect(segment.payloadLength == 8)
    #expect(segment.checksum == .correct)
    #expect(packet.ip.source.description == (row.inside == .ipv6 ? "2001:db8::1" : "10.0.0.1"))
    #expect(packet.ip.headerChecksum == (row.inside == .ipv6 ? .unverified : .correct))
    #expect(packet.tunnels.count == 1)
    #expect(packet.tunnels[0].kind == row.kind)
    #expect(packet.tunnels[0].knownIdentifier == row.identifier)
    #expect(packet.tunnels[0].kind.isInUDP == (row.port != 0))
  }

  @Test("tells the outer packet again", arguments: TunnelRow.all)
  func outer(row: TunnelRow) {
    let bytes = row.packet
    let packet = decode(bytes)
    let outer = unsafe packet.outer(0, in: bytes.span.bytes)
    #expect(packet.tunnels[0].ipOffset == 14)
    #expect(Int(packet.tunnels[0].end) == bytes.count)
    #expect(outer.ip.version == row.outerVersion)
    #expect(outer.ip.source.description == (row.outerVersion == 4 ? "192.0.2.1" : "2001:db8::1"))
    #expect(Int(outer.ip.totalLength) == bytes.count - 14)
    #expect(outer.tunnels.isEmpty)
    #expect(outer.issue == .none)
    if row.port == 0 {
      #expect(outer.otherProtocol == row.number)
    } else {
      #expect(outer.datagram?.destinationPort == row.port)
      #expect(Int(outer.datagram?.payloadLength ?? 0) == row.payload.count - 8)
      #expect(outer.datagram?.checksum == .correct)
    }
    #expect(unsafe packet.outer(1, in: bytes.span.bytes).ip.version == 0)
  }

  @Test("lists each layer, without holes", arguments: TunnelRow.all)
  func listsLayers(row: TunnelRow) {
    let found = layers(row.packet)
    let outer: [LayerKind] = [.ethernet, row.outerVersion == 4 ? .ipv4 : .ipv6]
    let inner: LayerKind = row.inside == .ipv6 ? .ipv6 : .ipv4
    let transport: [LayerKind] = row.port == 0 ? [] : [.udp]
    #expect(found.map(\.kind) == outer + transport + row.layers + [inner, .tcp, .payload])
    var end = 0
    for layer in found {
      #expect(layer.offset == end)
      end += layer.length
    }
    #expect(end == row.packet.count)
  }

  @Test("stays outside until enough is captured, and never goes astray", arguments: TunnelRow.all)
  func cut(row: TunnelRow) {
    let whole = decode(row.packet)
    let inner = Int(whole.ip.payloadOffset)
    for captured in 0..<row.packet.count {
      let packet = decode(Array(row.packet[..<captured]), originalLength: row.packet.count)
      let comment: Comment = "\(captured) bytes captured"
      if captured >= inner + 20 {
        #expect(packet.segment?.sequenceNumber == whole.segment?.sequenceNumber, comment)
        #expect(packet.segment?.payloadLength == 8, comment)
      } else {
        #expect(packet.segment == nil, comment)
        // In UDP the datagram is what the packet stays; else the inner addresses are all there is.
        if row.port != 0 { #expect(packet.tunnels.isEmpty, comment) }
        if row.port != 0, captured >= 42 { #expect(packet.datagram != nil, comment) }
      }
    }
  }

  @Test("stays within the packet where that is shorter than it says", arguments: TunnelRow.all)
  func shortened(row: TunnelRow) {
    for length in 0..<row.packet.count {
      let packet = decode(Array(row.packet[..<length]))
      #expect(packet.issue.reason != .none, "\(length) bytes")
      #expect(
        Int(packet.ip.payloadOffset) + Int(packet.ip.payloadLength) <= length, "\(length) bytes")
    }
  }

  // MARK: - What is no tunnel

  /// What stands in UDP on the port of a tunnel and is none.
  static let strangers: [(UInt16, String)] = [
    (UInt16(4789), "08 000000 00002A 00  02 00 00 00 00 02  02 00 00 00 00 01  0806 0001"),
    (4789, "00 000000 00002A 00" + "02 00 00 00 00 02  02 00 00 00 00 01  0800 4500"),
    (4789, "08 0000"),
    (6081, "40 00 0800 000000 00 45"), (6081, "3F 00 0800 000000 00 45"),
    (2152, "30 01 0004 00000000 0000 0000"), (2152, "34 FF 0004 00000000 0000 00 85 00"),
    (3544, "60000000 0000 3B 40" + String(repeating: "00", count: 32)),
    (3544, "0001 FF FF 00 00"), (5072, "F0 F0 11 29 00000000"), (4754, "0007 0800 45"),
    (1701, "C802 0014 0001 0000 0000 0000"), (5247, "01 00 00 00 00000000"),
    (37008, "01 00 0001 00 00 00"), (4342, "10000000 45"), (12345, "45000014"),
  ]

  @Test("leaves the outer packet alone where nothing sensible is inside", arguments: strangers)
  func noTunnel(port: UInt16, payload: String) {
    let bytes = hex(payload)
    let packet = decode(ethernet(0x0800, ipv4(17, udp(port: port, bytes))))
    #expect(packet.datagram?.destinationPort == port)
    #expect(Int(packet.datagram?.payloadLength ?? -1) == bytes.count)
    #expect(packet.tunnels.isEmpty)
    #expect(packet.issue == .none)
    #expect(
      layers(ethernet(0x0800, ipv4(17, udp(port: port, bytes)))).map(\.kind)
        == [.ethernet, .ipv4, .udp, .payload])
  }

  @Test("opens on either port")
  func sourcePort() {
    var datagram = udp(port: 50001, hex("08 000000 00002A 00") + ethernet(0x0800, ipv4(17, udp())))
    datagram.set(4789, at: 0)
    #expect(decode(ethernet(0x0800, ipv4(17, datagram))).tunnels[0].kind == .vxlan)
  }

  // MARK: - Depth

  @Test("opens four tunnels and no fifth")
  func depth() {
    var packet = innerIPv4(6, tcp())
    for _ in 0..<6 { packet = ipv4(4, packet) }
    let frame = ethernet(0x0800, packet)
    let decoded = decode(frame)
    #expect(decoded.tunnels.count == TunnelList.limit)
    #expect(decoded.otherProtocol == 4)
    #expect(decoded.ip.payloadOffset == 14 + 5 * 20)
    #expect(layers(frame).filter { $0.kind == .ipv4 }.count == 5)
    let third = unsafe decoded.outer(2, in: frame.span.bytes)
    #expect(third.ip.payloadOffset == 14 + 3 * 20)
    #expect(third.tunnels.count == 2)
  }

  @Test("ends in packets that nest as deep as their bytes reach")
  func bombs() {
    let levels: [[UInt8]] = [
      hex("0000 6558") + ethernet(0x0800, []), hex("00000000") + ethernet(0x88E7, []),
      hex("0064 8100"), hex("00010 0 40"), hex("0FC2 02 04 000100 FF"),
    ]
    for (level, type) in zip(levels, [0x6558, 0x88E7, 0x8100, 0x8847, 0x894F] as [UInt16]) {
      let bytes = ethernet(type, (0..<60000 / level.count).flatMap { _ in level })
      let packet = decode(bytes)
      #expect(packet.isWithoutTransport)
    }
  }

  // MARK: - Fragments

  @Test("puts the outer packet's fragments together", arguments: TunnelRow.all)
  func outerFragments(row: TunnelRow) {
    guard row.outerVersion == 4 else { return }
    let first = ethernet(0x0800, ipv4(row.number, Array(row.payload[..<16]), fragment: 0x2000))
    let second = ethernet(0x0800, ipv4(row.number, Array(row.payload[16...]), fragment: 2))
    for frames in [[first, second], [second, first]] {
      let whole = reassemble(frames)
      #expect(whole?.packet.segment?.payloadLength == 8)
      #expect(whole?.packet.tunnels[0].kind == row.kind)
      #expect(whole?.packet.tunnels[0].ipOffset == 14)
    }
  }

  @Test("puts fragments inside of a tunnel together")
  func innerFragments() {
    let segment = tcp(payload: [UInt8](repeating: 7, count: 100))
    let pieces = [
      innerIPv4(6, Array(segment[..<48]), fragment: 0x2000),
      innerIPv4(6, Array(segment[48...]), fragment: 6),
    ]
    let frames = pieces.map { ethernet(0x0800, ipv4(47, hex("2000 0800 0000004D") + $0)) }
    #expect(decode(frames[0]).isFragment)
    #expect(decode(frames[0]).tunnels.count == 1)
    for order in [frames, frames.reversed()] {
      let whole = reassemble(order)
      #expect(whole?.packet.segment?.payloadLength == 100)
      #expect(whole?.packet.tunnels.count == 1)
      #expect(whole?.packet.tunnels[0].identifier == 77)
      #expect(whole?.packet.ip.source.description == "10.0.0.1")
    }
  }

  @Test("lets the first of overlapping fragments count")
  func overlap() {
    let honest = udp([UInt8](repeating: 1, count: 40))
    var liar = honest
    liar.set(9, at: 2)
    let frames = [
      ipv4(17, Array(honest[..<16]), fragment: 0x2000),
      ipv4(17, Array(liar[..<24]), fragment: 0x2000),
      ipv4(17, Array(honest[24...]), fragment: 3),
    ].map { ethernet(0x0800, $0) }
    #expect(reassemble(frames)?.packet.datagram?.destinationPort == 53)
  }
}
