import Testing

@testable import SynfinWire

@Suite("Decode issue")
struct DecodeIssueTests {
  static let texts: [(DecodeIssue, String)] = [
    (.none, ""),
    (
      DecodeIssue(.cut, .tcp, at: 34, required: 20, available: 8),
      "tcp header cut short by the capture: needs 20 bytes, 8 are there"
    ),
    (
      DecodeIssue(.short, .ipv6Fragment, at: 54, required: 8, available: 0),
      "ipv6Fragment header does not fit into the packet: needs 8 bytes, 0 are there"
    ),
    (
      DecodeIssue(.lengthTooSmall, .udp, at: 34, required: 8, available: 7),
      "udp length field says 7 bytes, the least is 8"
    ),
    (
      DecodeIssue(.lengthTooLarge, .ipv4, at: 14, required: 1500, available: 44),
      "ipv4 length field says 1500 bytes, 44 are there"
    ),
    (
      DecodeIssue(.version, .ipv6, at: 14, required: 6, available: 4),
      "ipv6 version is 4, expected 6"
    ),
    (
      DecodeIssue(.tooManyHeaders, .ipv6, at: 100, required: 24, available: 24),
      "ipv6: more than 24 headers in a chain"
    ),
    (
      DecodeIssue(.linkType, .payload, at: 0, required: 147, available: 0),
      "link type 147 is not decoded"
    ),
  ]

  @Test("says what is wrong", arguments: texts)
  func text(issue: DecodeIssue, expected: String) {
    #expect(issue.description == expected)
  }

  @Test("keeps the first issue")
  func first() {
    // A total length beyond the frame, then a TCP header that does not fit either.
    var bytes = ipv4(6, Array(tcp()[..<12]), checksums: false)
    bytes.set(1500, at: 2)
    #expect(decode(bytes, .ipv4).issue.reason == .lengthTooLarge)
  }
}
