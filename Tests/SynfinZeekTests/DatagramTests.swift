import SynfinWire
import SynfinZeek
import Testing

@Suite struct DatagramTests {
  private let datagrams = Datagrams()

  private func rows(_ packets: [UInt8]..., ignoresChecksums: Bool = false) -> [ZeekRow] {
    var scene = Scene(ignoresChecksums: ignoresChecksums)
    for (index, packet) in packets.enumerated() { scene.send(Double(index), packet) }
    return scene.finish()
  }

  private func udp(
    _ payload: [UInt8], isFromClient: Bool = true, length: UInt16? = nil, port: UInt16 = 9000
  ) -> [UInt8] {
    let (source, destination) = isFromClient ? (40_000, port) : (port, 40_000)
    return datagrams.ipv4(
      17,
      datagrams.udp(source, destination, payload, isFromClient: isFromClient, length: length),
      isFromClient: isFromClient)
  }

  @Test func conversation() {
    let row = rows(udp([1, 2]), udp([1, 2, 3], isFromClient: false), udp([])).first
    #expect(row?.gist == "SF Dd 2/1")
    #expect(row?.payload == "2/3")
    #expect(row?.orig.ipBytes == 58)
    #expect(row?.duration == 2_000_000)
    #expect(row?.ipProtocol == 17)
  }

  @Test func oneSide() {
    #expect(rows(udp([1])).map(\.gist) == ["S0 D 1/0"])
    // The port tells that the first packet is an answer.
    let answer = rows(udp([1], isFromClient: false, port: 514)).first
    #expect(answer?.gist == "SHR ^d 0/1")
    #expect(answer?.resp.port == 514)
  }

  @Test func badChecksums() {
    var bad = udp([1, 2, 3])
    bad[bad.count - 1] ^= 1
    #expect(rows(bad).map(\.gist) == ["OTH C 0/0"])
    #expect(rows(bad, ignoresChecksums: true).map(\.gist) == ["S0 D 1/0"])
    // No checksum at all is a good one over IPv4.
    var none = udp([1, 2, 3])
    none.replaceSubrange(26..<28, with: [0, 0])
    #expect(rows(none).map(\.gist) == ["S0 D 1/0"])
    // The sum that covers the pseudo-header alone, which a network card would complete, is none.
    var offloaded = udp([])
    offloaded.replaceSubrange(26..<28, with: [0x12, 0x34])
    #expect(rows(offloaded).map(\.gist) == ["OTH C 0/0"])
  }

  /// A bad IP header leaves no trace.
  @Test func badHeader() {
    var bad = udp([1])
    bad[10] ^= 1
    #expect(rows(bad).isEmpty)
    #expect(rows(bad, ignoresChecksums: true).count == 1)
  }

  /// A total length of 0: a packet that the sender's network card has yet to cut.
  @Test func noLength() {
    var packet = udp([1, 2, 3])
    packet.replaceSubrange(2..<4, with: [0, 0])
    #expect(rows(packet).isEmpty)
    let row = rows(packet, ignoresChecksums: true).first
    #expect(row?.gist == "S0 D 1/0")
    #expect(row?.orig.ipBytes == 0)
  }

  /// The frame must be as long as the IP header says, and the header must be there.
  @Test func cut() {
    let packet = udp([1, 2, 3])
    var scene = Scene()
    scene.send(0, packet, originalLength: packet.count)
    scene.send(1, packet, captured: packet.count - 1, originalLength: packet.count - 1)
    scene.send(2, packet, captured: 19)
    scene.send(3, packet, captured: 27)
    // The payload may be cut by the capture.
    scene.send(4, packet, captured: 28)
    #expect(scene.finish().map(\.gist) == ["S0 D 2/0"])
  }

  /// What counts as payload is what the UDP header says.
  @Test func lengthField() {
    var packet = udp([1, 2, 3], length: 8)
    packet.replaceSubrange(26..<28, with: [0, 0])
    #expect(rows(packet, udp([1, 2, 3])).map(\.payload) == ["3/0"])
  }

  /// A TCP header that does not fit makes a row with nothing in it.
  @Test(arguments: [UInt8(0x40), 0x70, 0xF0])
  func badHeaderLength(_ offset: UInt8) {
    var header = [UInt8](repeating: 0, count: 20)
    header.replaceSubrange(0..<4, with: [0x9C, 0x40, 0x00, 0x50])
    header[12] = offset
    let row = rows(datagrams.ipv4(6, datagrams.checked(header, at: 16, 6))).first
    #expect(row?.gist == "OTH - 0/0")
    #expect(row?.resp.port == 80)
  }

  @Test func echo() {
    let request = datagrams.ipv4(1, Datagrams.icmp(8, 0, [1, 2]))
    let reply = datagrams.ipv4(1, Datagrams.icmp(0, 0, [1, 2]), isFromClient: false)
    let row = rows(request, reply, request).first
    #expect(row?.gist == "OTH - 2/1")
    #expect(row?.payload == "4/2")
    #expect(row?.orig.port == 8)
    #expect(row?.resp.port == 0)
    #expect(row?.transport == .icmp)
  }

  /// Of messages without an answer the code is the other port, and each direction is its own.
  @Test func oneWayMessages() {
    let unreachable = Datagrams.icmp(3, 1, [0, 0])
    let found = rows(
      datagrams.ipv4(1, unreachable), datagrams.ipv4(1, unreachable, isFromClient: false))
    #expect(found.map(\.gist) == ["OTH - 1/0", "OTH - 1/0"])
    #expect(found.map(\.orig.port) == [3, 3])
    #expect(found.map(\.resp.port) == [1, 1])
    var bad = datagrams.ipv4(1, unreachable)
    bad[22] ^= 1
    #expect(rows(bad).map(\.gist) == ["OTH - 0/0"])
  }

  @Test func otherProtocols() {
    let row = rows(datagrams.ipv4(2, [1, 2, 3]), datagrams.ipv4(2, [1])).first
    #expect(row?.gist == "OTH - 2/0")
    #expect(row?.transport == .unknown)
    #expect(row?.ipProtocol == 2)
    #expect(row?.payload == "0/0")
    #expect(row?.orig.port == 0)
    // GRE with nothing in it is a tunnel, not a connection.
    #expect(rows(datagrams.ipv4(47, [0, 0])).isEmpty)
  }

  /// A conversation whose first message is a response has the roles wrong, says the payload.
  @Test func applicationsKnowBetter() {
    let response = [0, 1, 0x80, 0] + [UInt8](repeating: 0, count: 8)
    let row = rows(udp(response, port: 5353)).first
    #expect(row?.letters == "D^")
    #expect(row?.orig.port == 5353)
    let query = [UInt8](repeating: 0, count: 12)
    #expect(rows(udp(query, port: 5353), udp(response, port: 5353)).first?.letters == "D")
    let fromServer = [UInt8(0x24)] + [UInt8](repeating: 0, count: 47)
    #expect(rows(udp(fromServer, port: 123)).first?.letters == "D^")
    let fromClient = [UInt8(0x23)] + [UInt8](repeating: 0, count: 47)
    #expect(rows(udp(fromClient, port: 123)).first?.letters == "D")
  }

  /// A datagram in pieces counts once, when it is complete.
  @Test func fragments() {
    let datagram = datagrams.udp(40_000, 9000, [UInt8](repeating: 7, count: 40))
    let first = datagrams.ipv4(17, Array(datagram[..<24]), fragment: 0x2000)
    let last = datagrams.ipv4(17, Array(datagram[24...]), fragment: 3)
    #expect(rows(first).isEmpty)
    for pieces in [[first, last], [last, first]] {
      var scene = Scene()
      scene.send(1, pieces[0])
      scene.send(3, pieces[1])
      let row = scene.finish().first
      #expect(row?.gist == "S0 D 1/0")
      #expect(row?.payload == "40/0")
      #expect(row?.orig.ipBytes == 68)
      #expect(row?.start == 1_000_000_003_000_000)
    }
  }

  /// Of a datagram whose first piece was cut by the capture, that piece counts.
  @Test func cutFragment() {
    let datagram = datagrams.udp(40_000, 9000, [UInt8](repeating: 7, count: 40))
    var scene = Scene()
    scene.send(0, datagrams.ipv4(17, Array(datagram[..<24]), fragment: 0x2000), captured: 30)
    scene.send(1, datagrams.ipv4(17, Array(datagram[24...]), fragment: 3), captured: 30)
    let rows = scene.finish()
    #expect(rows.map(\.gist) == ["S0 D 1/0"])
    #expect(rows.map(\.orig.ipBytes) == [44])
  }

  @Test func broadcast() {
    var scene = Scene()
    scene.datagrams.server = .init(ipv4: 0xFFFF_FFFF)
    let offer = scene.datagrams.udp(67, 68, [1])
    scene.send(0, scene.datagrams.ipv4(17, offer))
    let row = scene.finish().first
    #expect(row?.letters == "D")
    #expect(row?.orig.port == 67)
  }

  /// The same input gives the same identifiers, another flow or moment gives others.
  @Test func identifiers() {
    let first = rows(udp([1])).first?.uid.description ?? ""
    #expect(rows(udp([1])).first?.uid.description == first)
    #expect(rows(udp([1], port: 9001)).first?.uid.description != first)
    #expect(rows([], udp([1])).first?.uid.description != first)
    #expect(first.hasPrefix("C"))
    #expect((13...18).contains(first.count))
    #expect(first.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
  }
}
