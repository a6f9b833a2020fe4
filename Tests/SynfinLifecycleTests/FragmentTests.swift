import SynfinLifecycle
import SynfinWire
import Testing

/// IP fragments: which flow they belong to, and that nobody can make them cost.
@Suite struct FragmentTests {
  /// A piece of an IPv4 datagram between 192.0.2.1 and 198.51.100.7.
  struct Piece {
    var offset: Int
    var bytes: [UInt8]
    var isLast = false
    var identification: UInt16 = 7
    var number: UInt8 = 17
    var nanoseconds: Int64 = 0
    var isDamaged = false

    var packet: [UInt8] {
      let total = 20 + bytes.count
      let field = UInt16(offset / 8) | (isLast ? 0 : 0x2000)
      let words: [UInt16] = [
        0x4500, UInt16(total), identification, field, 0x4000 | UInt16(number), 0, 0xC000, 0x0201,
        0xC633, 0x6407,
      ]
      var header = words.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
      var sum = words.reduce(UInt32(0)) { $0 + UInt32($1) }
      sum = (sum >> 16) + (sum & 0xFFFF)
      let checksum = ~UInt16(truncatingIfNeeded: sum + sum >> 16)
      header[10] = UInt8(checksum >> 8)
      header[11] = UInt8(checksum & 255) ^ (isDamaged ? 1 : 0)
      return header + bytes
    }
  }

  private func run(_ pieces: [Piece]) -> (records: [ConnectionRecord], verdicts: [PacketVerdict]) {
    var trackers = BothWays()
    var verdicts: [PacketVerdict] = []
    for (index, piece) in pieces.enumerated() {
      let bytes = piece.packet
      let packet = unsafe Packet.decode(
        bytes.span.bytes, linkType: .raw, originalLength: bytes.count)
      let time = Timestamp(nanoseconds: piece.nanoseconds + Int64(index))
      verdicts.append(
        unsafe trackers.process(packet, bytes.span.bytes, number: UInt64(index + 1), time: time))
    }
    return (trackers.finish(), verdicts)
  }

  /// A UDP datagram of 3000 bytes from port 5000 to port 53.
  private let datagram: [UInt8] =
    [0x13, 0x88, 0, 53, 0x0B, 0xB8, 0, 0] + [UInt8](repeating: 1, count: 2992)

  /// A TCP SYN with sequence number 1.
  private let syn: [UInt8] = [
    0x13, 0x88, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xFF, 0xFF, 0, 0, 0, 0, 9, 9, 9, 9,
  ]

  /// A damaged first piece counts with its flow, a damaged later one with none, and neither completes anything.
  @Test func damaged_countsWithItsFlow() {
    var pieces = cut(datagram, [0..<1480, 1480..<3000])
    pieces[0].isDamaged = true
    pieces.append(pieces[1])
    pieces[2].isDamaged = true
    let (records, verdicts) = run(pieces)
    #expect(records.count == 1)
    #expect(records.first?.client.damagedPackets == 1)
    #expect(records.first?.client.packets == 1)
    #expect(records.first?.client.payloadBytes == 2992)
    #expect(verdicts.map(\.connection) == [1, 0, 0])
    #expect(verdicts.map(\.isIncomplete) == [true, false, false])
  }

  private func cut(_ bytes: [UInt8], _ ranges: [Range<Int>], number: UInt8 = 17) -> [Piece] {
    ranges.map {
      Piece(
        offset: $0.lowerBound, bytes: [UInt8](bytes[$0]), isLast: $0.upperBound == bytes.count,
        number: number)
    }
  }

  @Test(arguments: [
    [0..<1480, 1480..<2960, 2960..<3000], [2960..<3000, 1480..<2960, 0..<1480],
    [1480..<2960, 0..<1480, 2960..<3000], [0..<1480, 1400..<2960, 2960..<3000],
    [0..<8, 8..<2960, 2960..<3000], [2960..<3000, 8..<2960, 0..<8],
  ])
  func datagram_complete(_ ranges: [Range<Int>]) {
    let (records, verdicts) = run(cut(datagram, ranges))
    #expect(records.count == 1)
    #expect(records.first?.client.port == 5000)
    #expect(records.first?.client.payloadBytes == 2992)
    #expect(records.first?.client.packets == 1)
    #expect(records.first?.client.fragments == 3)
    #expect(records.first?.firstPacket == 3)
    #expect(verdicts.map(\.connection) == [0, 0, 1])
  }

  @Test(arguments: [
    [0..<8, 8..<16, 16..<24], [16..<24, 8..<16, 0..<8], [8..<16, 0..<8, 16..<24],
  ])
  func header_splitOverPieces(_ ranges: [Range<Int>]) {
    let (records, _) = run(cut(syn, ranges, number: 6))
    #expect(records.first?.outcome == .unanswered)
    #expect(records.first?.client.tcp?.initialSequenceNumber == 1)
    #expect(records.first?.client.payloadBytes == 4)
  }

  /// Fragments of a datagram in a tunnel whose own packets were cut again.
  @Test func tunnel_fragmentsOfFragments() {
    let inner = cut(datagram, [0..<1480, 1480..<3000])
    var outer = inner.flatMap { cut($0.packet, [0..<800, 800..<$0.packet.count], number: 4) }
    for index in 2..<4 { outer[index].identification = 8 }
    for order in [outer, outer.reversed(), [outer[0], outer[2], outer[3], outer[1]]] {
      let (records, verdicts) = run(order)
      #expect(records.count == 1)
      #expect(records.first?.client.payloadBytes == 2992)
      #expect(records.first?.client.packets == 1)
      #expect(records.first?.tunnels.map(\.kind) == [.ip])
      #expect(records.first?.tunnels.first?.source == IPAddress("192.0.2.1"))
      #expect(verdicts.map(\.connection) == [0, 0, 0, 1])
    }
  }

  @Test func datagram_pieceMissing() {
    let (records, verdicts) = run(cut(datagram, [0..<1480, 2960..<3000]))
    #expect(records.first?.client.fragments == 2)
    #expect(records.first?.client.packets == 0)
    #expect(records.first?.client.ipBytes == 1560)
    #expect(verdicts.allSatisfy { $0.connection == 0 })
  }

  @Test func datagram_firstPieceMissing() {
    #expect(run(cut(datagram, [1480..<2960, 2960..<3000])).records.isEmpty)
  }

  @Test func datagram_pieceTwice() {
    let (records, _) = run(cut(datagram, [0..<1480, 0..<1480, 1480..<2960, 2960..<3000]))
    #expect(records.first?.client.packets == 1)
    #expect(records.first?.client.fragments == 4)
  }

  @Test func datagram_timedOut() {
    var pieces = cut(datagram, [0..<1480, 1480..<2960, 2960..<3000])
    pieces[2].nanoseconds = 61_000_000_000
    let (records, verdicts) = run(pieces)
    #expect(verdicts.allSatisfy { $0.connection == 0 })
    #expect(records.first?.client.fragments == 2)
    #expect(records.first?.client.packets == 0)
  }

  @Test func identifications_apart() {
    var pieces = cut(datagram, [0..<1480, 1480..<3000]) + cut(datagram, [0..<1480, 1480..<3000])
    pieces[2].identification = 8
    pieces[3].identification = 8
    let (records, _) = run([pieces[0], pieces[2], pieces[1], pieces[3]])
    #expect(records.first?.client.packets == 2)
    #expect(records.first?.client.fragments == 4)
  }

  /// Nobody can fill the memory, and nothing is forgotten where the first piece names the flow.
  @Test func hostile_manyIdentifications() {
    let pieces = (0..<3000).map { index in
      Piece(
        offset: 0, bytes: [UInt8](datagram[0..<16]), identification: UInt16(index))
    }
    let (records, _) = run(pieces)
    #expect(records.count == 1)
    #expect(records.first?.client.fragments == 3000)
  }

  @Test func hostile_manyHoles() {
    let pieces = (0..<500).map { Piece(offset: $0 * 16, bytes: [UInt8](datagram[0..<8])) }
    #expect(run(pieces).verdicts.allSatisfy { $0.connection == 0 })
  }

  @Test(arguments: [
    Piece(offset: 65_528, bytes: [UInt8](repeating: 0, count: 64), isLast: true),
    Piece(offset: 8, bytes: [], isLast: true), Piece(offset: 0, bytes: []),
  ])
  func hostile_onePiece(_ piece: Piece) {
    #expect(run([piece, piece]).records.isEmpty)
  }

  @Test func hostile_endMoves() {
    var pieces = cut(datagram, [0..<1480, 1480..<3000])
    pieces.insert(Piece(offset: 1480, bytes: [1, 2], isLast: true), at: 0)
    _ = run(pieces)
  }
}
