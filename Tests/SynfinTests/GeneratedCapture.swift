/// A capture file made for a test.
struct GeneratedCapture {
  private var file: [UInt8] = [
    0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 1, 0, 0, 0,
  ]
  private var microseconds: UInt32 = 0
  private var client: UInt32 = 0xC000_0201

  /// Three connections that go on and on: one without trouble, one whose segments are lost, reordered and sent again, and
  /// one of UDP.
  static func longConnections(rounds: Int) -> [UInt8] {
    var capture = GeneratedCapture()
    capture.addLongConnections(rounds)
    return capture.file
  }

  /// Connections one after the other, each with another port or client: opened, refused, left without an answer, or of
  /// UDP.
  ///
  /// - Parameter kinds: 0 UDP, 1 unanswered, 2 refused, 3 left open, 4 closed; they take turns.
  static func manyConnections(_ count: Int, kinds: [Int] = [0, 1, 2, 3, 4]) -> [UInt8] {
    var capture = GeneratedCapture()
    for index in 0..<count {
      capture.client = 0xC000_0201 + UInt32(index / 60_000)
      capture.addConnection(1024 + UInt16(index % 60_000), kinds[index % kinds.count])
    }
    return capture.file
  }

  private mutating func addConnection(_ port: UInt16, _ kind: Int) {
    if kind == 0 { return datagram(port, 0) }
    segment(port, 0, 999, 0, flags: 2)
    if kind == 1 { return }
    if kind == 2 { return segment(port, 1, 0, 1000, flags: 0x14) }
    segment(port, 1, 49_999, 1000, flags: 0x12)
    segment(port, 0, 1000, 50_000, flags: 0x10)
    segment(port, 0, 1000, 50_000, payload: 100)
    if kind == 3 { return }
    segment(port, 0, 1000, 50_000, payload: 100)
    segment(port, 1, 50_000, 1100, flags: 0x11)
    segment(port, 0, 1100, 50_001, flags: 0x11)
    segment(port, 1, 50_001, 1101, flags: 0x10)
  }

  private mutating func addLongConnections(_ rounds: Int) {
    for port in [40_001, 40_002] as [UInt16] {
      segment(port, 0, 999, 0, flags: 2)
      segment(port, 1, 49_999, 1000, flags: 0x12)
      segment(port, 0, 1000, 50_000, flags: 0x10)
    }
    for round in 0..<UInt32(rounds) {
      let (client, server) = (1000 + round * 300, 50_000 + round * 100)
      for port in [40_001, 40_002] as [UInt16] {
        let isTroubled = port == 40_002
        let order: [UInt32] = isTroubled ? [0, 200, 100, 100] : [0, 100, 200]
        for offset in order {
          segment(port, 0, client + offset, server, payload: 100)
          if offset == 200, isTroubled {
            segment(
              port, 1, server, client + 100, blocks: [client + 200, client + 300])
          }
        }
        segment(port, 1, server, client + 300, payload: 100)
      }
      datagram(41_000, 0)
      datagram(41_000, 1)
    }
  }

  private mutating func segment(
    _ port: UInt16, _ side: Int, _ sequence: UInt32, _ acknowledgment: UInt32,
    flags: UInt32 = 0x18, payload: Int = 0, blocks: [UInt32] = []
  ) {
    let ports = side == 0 ? UInt32(port) << 16 | 443 : 443 << 16 | UInt32(port)
    let words: UInt32 = blocks.isEmpty ? 5 : 8
    let options = blocks.isEmpty ? [] : [0x0101_050A] + blocks
    packet(
      side, 6,
      [ports, sequence, acknowledgment, words << 28 | flags << 16 | 0xFFFF, 0] + options,
      checksumWord: 4, payload)
  }

  private mutating func datagram(_ port: UInt16, _ side: Int) {
    let ports = side == 0 ? UInt32(port) << 16 | 5000 : 5000 << 16 | UInt32(port)
    packet(side, 17, [ports, 108 << 16], checksumWord: nil, 100)
  }

  /// Adds an Ethernet frame with an IPv4 packet; its payload is nothing but zeros.
  private mutating func packet(
    _ side: Int, _ number: UInt32, _ transport: [UInt32], checksumWord: Int?, _ payload: Int
  ) {
    let addresses: [UInt32] =
      side == 0 ? [client, 0xC633_6407] : [0xC633_6407, client]
    let length = UInt32(4 * transport.count + payload)
    var header = [0x4500_0000 | (20 + length), microseconds << 16, 64 << 24 | number << 16]
    header[2] |= Self.checksum(header + addresses)
    var transport = transport
    if let checksumWord {
      let sum = Self.checksum(transport + addresses + [number << 16 | length])
      transport[checksumWord] = sum << 16
    }
    microseconds += 50
    let size = UInt32(14 + 20) + length
    for field in [microseconds / 1_000_000, microseconds % 1_000_000, size, size] {
      append(field.byteSwapped)
    }
    file += [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]
    for word in header + addresses + transport { append(word) }
    file += [UInt8](repeating: 0, count: payload)
  }

  private mutating func append(_ word: UInt32) {
    for shift in [24, 16, 8, 0] as [UInt32] { file.append(UInt8(word >> shift & 255)) }
  }

  /// The Internet checksum (RFC 1071).
  private static func checksum(_ words: [UInt32]) -> UInt32 {
    var sum = words.reduce(0) { $0 + ($1 >> 16) + ($1 & 0xFFFF) }
    while sum > 0xFFFF { sum = (sum >> 16) + (sum & 0xFFFF) }
    return ~sum & 0xFFFF
  }
}
