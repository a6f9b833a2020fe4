import Testing

@testable import SynfinWire

/// One option in hexadecimal and what it says.
struct OptionRow: Sendable, CustomTestStringConvertible {
  var bytes: [UInt8]
  var option: TCPOption
  var kinds: TCPOptions.Kinds

  init(_ bytes: String, _ option: TCPOption, _ kinds: TCPOptions.Kinds) {
    self.bytes = hex(bytes)
    self.option = option
    self.kinds = kinds
  }

  var testDescription: String { "\(option)" }

  static let wellFormed = [
    OptionRow("01", .noOperation, []),
    OptionRow("02 04 05B4", .maximumSegmentSize(1460), .maximumSegmentSize),
    OptionRow("03 03 07", .windowScale(7), .windowScale),
    OptionRow("03 03 FF", .windowScale(255), .windowScale),
    OptionRow("04 02", .sackPermitted, .sackPermitted),
    OptionRow("05 0A 00000001 00000002", .sack(count: 1), .sack),
    OptionRow("05 12 00000001 00000002 00000003 00000004", .sack(count: 2), .sack),
    OptionRow(
      "05 1A 00000001 00000002 00000003 00000004 00000005 00000006", .sack(count: 3), .sack),
    OptionRow(
      "05 22 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008",
      .sack(count: 4), .sack),
    OptionRow(
      "08 0A 89ABCDEF 01234567", .timestamps(value: 0x89AB_CDEF, echoReply: 0x0123_4567),
      .timestamps),
    OptionRow("13 12 00112233 44556677 8899AABB CCDDEEFF", .md5Signature, .md5Signature),
    OptionRow("1C 04 0078", .userTimeout(seconds: 120), .userTimeout),
    OptionRow("1C 04 8002", .userTimeout(seconds: 120), .userTimeout),  // two minutes
    OptionRow("1C 04 FFFF", .userTimeout(seconds: 1_966_020), .userTimeout),
    OptionRow(
      "1D 10 05 06 00112233 44556677 8899AABB", .authentication(keyID: 5, receiveNextKeyID: 6),
      .authentication),
    OptionRow("1D 04 05 06", .authentication(keyID: 5, receiveNextKeyID: 6), .authentication),
    OptionRow("1E 0C 01 81 00112233 44556677", .multipath(subtype: 0), .multipath),
    OptionRow("1E 03 80", .multipath(subtype: 8), .multipath),
    OptionRow("22 02", .fastOpen(cookieLength: 0), .fastOpen),
    OptionRow("22 06 00112233", .fastOpen(cookieLength: 4), .fastOpen),
    OptionRow("22 0A 00112233 44556677", .fastOpen(cookieLength: 8), .fastOpen),
    OptionRow(
      "22 12 00112233 44556677 8899AABB CCDDEEFF", .fastOpen(cookieLength: 16), .fastOpen),
    OptionRow(
      "FD 06 E2D4 0001", .experimental(kind: 253, identifier: 0xE2D4, length: 6), .experimental),
    OptionRow(
      "FE 04 F989", .experimental(kind: 254, identifier: 0xF989, length: 4),
      [.experimental, .fastOpen]),
    OptionRow(
      "FE 0C F989 00112233 44556677", .experimental(kind: 254, identifier: 0xF989, length: 12),
      [.experimental, .fastOpen]),
    OptionRow(
      "FE 05 F989 00", .experimental(kind: 254, identifier: 0xF989, length: 5), .experimental),
    OptionRow("0E 03 01", .unknown(kind: 14, length: 3), .unknown),
    OptionRow("FF 02", .unknown(kind: 255, length: 2), .unknown),
  ]

  /// Each kind with lengths next to those it allows; the bytes are there.
  static let wrongLengths: [(kind: UInt8, length: UInt8)] = [
    (2, 2), (2, 3), (2, 5), (3, 2), (3, 4), (4, 3), (5, 2), (5, 8), (5, 9), (5, 11), (5, 36),
    (8, 2), (8, 8), (8, 9), (8, 11), (19, 17), (19, 19), (28, 3), (28, 5), (29, 2), (29, 3),
    (30, 2), (34, 3), (34, 4), (34, 5), (34, 7), (34, 17), (34, 19), (253, 2), (254, 3),
  ]
}

/// The options of a segment that carries these bytes, filled up with `endOfList`.
private func read(_ options: [UInt8]) -> TCPOptions? {
  let padding = [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
  return decode(ipv4(6, tcp(options: options + padding)), .ipv4).segment?.options
}

private func list(_ bytes: [UInt8], to end: Int? = nil) -> [(TCPOption, Int)] {
  unsafe TCPOption.list(bytes.span.bytes, from: 0, to: end ?? bytes.count)
}

@Suite("TCP options")
struct TCPOptionTests {
  @Test("reads each option", arguments: OptionRow.wellFormed)
  func wellFormed(row: OptionRow) {
    let found = list(row.bytes + [0, 0])
    #expect(found.map(\.0) == [row.option, .endOfList])
    #expect(found.map(\.1) == [0, row.bytes.count])
    #expect(read(row.bytes)?.kinds == row.kinds)
  }

  @Test("refuses each wrong length", arguments: OptionRow.wrongLengths)
  func wrongLength(kind: UInt8, length: UInt8) {
    let bytes = [kind, length] + [UInt8](repeating: 0x0A, count: Int(length) - 2)
    #expect(list(bytes).map(\.0) == [.malformed(kind: kind)])
    #expect(read(bytes)?.kinds == .malformed)
    // Its length is not in doubt, so what follows can still be read.
    #expect(list(bytes + [4, 2]).map(\.0) == [.malformed(kind: kind), .sackPermitted])
  }

  @Test(
    "stops at a length that leads nowhere",
    arguments: ["02", "02 00", "02 01", "08 0A 0000", "63 FF"])
  func leadsNowhere(option: String) {
    let bytes = hex("01 04 02 01") + hex(option)
    #expect(list(bytes).map(\.0).last == .malformed(kind: hex(option)[0]))
    #expect(list(bytes).count == 4)
    // Without padding behind it.
    let whole = [UInt8](repeating: 1, count: (4 - bytes.count % 4) % 4) + bytes
    #expect(read(whole)?.kinds == [.sackPermitted, .malformed])
  }

  @Test("reads nothing behind the end of the list")
  func endOfList() {
    #expect(list(hex("00 04 02 00")).map(\.0) == [.endOfList])
    #expect(read(hex("00 04 02 00"))?.kinds == [])
    #expect(list([]).isEmpty)
  }

  @Test("takes the values that the tracker needs")
  func values() throws {
    let options = try #require(
      read(
        hex(
          """
          02 04 05B4           # maximum segment size
          01 03 03 0E          # window scale 14
          05 12 FFFFFFF0 00000010 00000020 00000030
          1E 03 00  1E 03 20   # two subtypes of Multipath TCP
          """)))
    #expect(options.maximumSegmentSize == 1460)
    #expect(options.windowScale == 14)
    #expect(options.sackCount == 2)
    #expect(
      options.sackBlocks[0]
        == SACKBlock(left: SequenceNumber(0xFFFF_FFF0), right: SequenceNumber(0x10)))
    #expect(
      options.sackBlocks[1] == SACKBlock(left: SequenceNumber(0x20), right: SequenceNumber(0x30)))
    #expect(options.multipathSubtypes == 0b101)
    #expect(options.has(.windowScale) && options.has(.multipath) && !options.has(.timestamps))
    #expect(read(hex("FE 0C F989 00112233 44556677"))?.fastOpenCookieLength == 8)
    #expect(read(hex("22 0A 00112233 44556677"))?.fastOpenCookieLength == 8)
  }

  @Test("reads the usual twelve bytes as it reads the same options in another order")
  func usualTimestamps() throws {
    let usual = try #require(read(hex("01 01 08 0A 89ABCDEF 01234567")))
    let unusual = try #require(read(hex("08 0A 89ABCDEF 01234567 01 01")))
    for options in [usual, unusual] {
      #expect(options.kinds == .timestamps)
      #expect(options.timestampValue == 0x89AB_CDEF)
      #expect(options.timestampEchoReply == 0x0123_4567)
    }
  }

  @Test("lists the blocks of a SACK option")
  func sackBlocks() {
    let bytes = hex("05 12 00000001 00000002 00000003 00000004")
    let blocks = unsafe SACKBlock.list(bytes.span.bytes, at: 0, count: 2)
    #expect(blocks.map(\.left.rawValue) == [1, 3])
    #expect(blocks.map(\.right.rawValue) == [2, 4])
  }

  @Test("takes an option that the capture cut for no malformed one")
  func cut() throws {
    let segment = tcp(options: hex("02 04 05B4  08 0A 00000001 00000002  04 02"))
    let bytes = ipv4(6, segment)
    for captured in 40..<bytes.count {
      let packet = decode(Array(bytes[..<captured]), .ipv4, originalLength: bytes.count)
      let options = try #require(packet.segment).options
      var expected: TCPOptions.Kinds = []
      if captured >= 44 { expected.insert(.maximumSegmentSize) }
      if captured >= 54 { expected.insert(.timestamps) }
      #expect(options.kinds == expected, "cut at \(captured)")
      #expect(
        packet.issue
          == DecodeIssue(.cut, .tcp, at: 20, required: 36, available: captured - 20))
      #expect(packet.segment?.payloadLength == 0)
    }
    // A length below two is wrong, however much was captured.
    let wrong = ipv4(6, tcp(options: hex("02 01 05B4 01 01 01 01")))
    let packet = decode(Array(wrong[..<43]), .ipv4, originalLength: wrong.count)
    #expect(packet.segment?.options.kinds == .malformed)
    #expect(list(hex("02 04 05"), to: 4).isEmpty)
    #expect(list(hex("02 01 05"), to: 4).map(\.0) == [.malformed(kind: 2)])
  }
}
