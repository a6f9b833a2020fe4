import SynfinZeek
import Testing

@Suite struct HistoryTests {
  private static let handshake = """
    0.00 c S 100
    0.01 s SA 300 ack 101
    0.02 c A 101 ack 301

    """

  private static func repeated(_ count: Int, _ line: (Int) -> String) -> String {
    handshake + (0..<count).map(line).joined(separator: "\n")
  }

  @Test(arguments: [
    (
      "data and acknowledgments once a side", "1 c PA 101 ack 301 len 5\n2 s A 301 ack 106\n",
      "ShADa"
    ),
    ("FIN and RST", "1 c FR 101", "ShAI"),
    ("SYN and FIN", "1 c SF 100", "ShAQ"),
    ("the same SYN+ACK", "1 s SA 300 ack 101", "ShA"),
    // In a live connection another number begins the numbering anew.
    ("another SYN+ACK", "1 s SA 310 ack 101", "ShA"),
    ("another SYN+ACK after the FIN", "1 s FA 301 ack 101\n2 s SA 350 ack 101", "ShAfh"),
    ("another FIN", "1 c FA 101 ack 301\n2 c FA 101 ack 301\n3 c FA 111 ack 301", "ShAFF"),
    ("another RST", "1 c R 101\n2 c R 101\n3 c R 105", "ShARR"),
    ("no flags at all", "1 c - 101", "ShA"),
    // Payload on a FIN is no data in the history.
    ("FIN with payload", "1 c FA 101 ack 301 len 9", "ShAF"),
    ("zero window", "1 s A 301 ack 101 win 0", "ShAaw"),
    ("no window with an RST", "1 s R 301 win 0", "ShAr"),
    ("no window after the peer's FIN", "1 c FA 101 ack 301\n2 s A 301 ack 102 win 0", "ShAFa"),
    ("retransmission", "1 c A 101 ack 301 len 9\n2 c A 101 ack 301 len 9", "ShADT"),
    (
      "retransmission behind the window", "1 c A 101 ack 301 len 9\n2 c A 101 ack 301 len 9 win 0",
      "ShADWT"
    ),
    ("a part of a retransmission", "1 c A 101 ack 301 len 9\n2 c A 103 ack 301 len 9", "ShAD"),
    ("a keep-alive without payload", "1 c A 100 ack 301", "ShA"),
    ("none after the RST", "1 c A 101 ack 301 len 9\n2 c R 110\n3 c A 101 ack 301 len 9", "ShADR"),
    ("none far away", "1 c A 101 ack 301 len 9\n2 c R 4000000000 len 9", "ShADR"),
    ("bad checksum", "1 c A 101 ack 301 len 9 bad\n2 s A 301 ack 101 bad", "ShACc"),
  ])
  func letters(_ name: String, _ text: String, _ history: String) {
    #expect(zeek(Self.handshake + text).map(\.letters) == [history], "\(name)")
  }

  /// Some letters are written at the 1st, 10th, 100th time.
  @Test func scales() {
    let bad = Self.repeated(100) { "\($0 + 1) c A 101 ack 301 bad" }
    #expect(zeek(bad).map(\.letters) == ["ShACCC"])
    let zero = Self.repeated(10) { "\($0 + 1) s A 301 ack 101 win 0" }
    #expect(zeek(zero).map(\.letters) == ["ShAaww"])
    let again = Self.repeated(11) { "\($0 + 1) c A 101 ack 301 len 5" }
    #expect(zeek(again).map(\.letters) == ["ShADTT"])
  }

  /// A packet with a bad checksum makes a connection but counts nowhere.
  @Test func onlyBad() {
    let row = zeek("0 c S 100 bad\n1 c S 100 bad").first
    #expect(row?.gist == "OTH C 0/0")
    #expect(row?.duration == 0)
    #expect(zeek("0 c S 100 bad", ignoresChecksums: true).first?.gist == "S0 S 1/0")
  }

  @Test(arguments: [
    // The other side acknowledges bytes that were not captured.
    ("a hole", "1 c A 111 ack 301 len 10\n2 s A 301 ack 121", "ShADaG", 10),
    (
      "two holes, two gaps",
      "1 c A 111 ack 301 len 10\n1.1 c A 131 ack 301 len 10\n2 s A 301 ack 141", "ShADaG", 20
    ),
    ("a hole of the responder", "1 c A 101 ack 351", "ShAg", 50),
    (
      "a hole that is filled",
      "1 c A 111 ack 301 len 10\n1.1 c A 101 ack 301 len 10\n2 s A 301 ack 121", "ShADTa", 0
    ),
    ("nobody acknowledges", "1 c A 111 ack 301 len 10", "ShAD", 0),
    ("payload cut by the capture", "1 c A 101 ack 301 len 10 cut\n2 s A 301 ack 111", "ShADaG", 10),
    ("acknowledged by an RST", "1 c A 111 ack 301 len 10\n2 s RA 301 ack 121", "ShADr", 0),
    ("acknowledged by a FIN", "1 c A 111 ack 301 len 10\n2 s FA 301 ack 121", "ShADfG", 10),
    ("a FIN is no byte", "1 c FA 101 ack 301\n2 s A 301 ack 102", "ShAFa", 0),
  ])
  func gaps(_ name: String, _ text: String, _ history: String, _ missed: UInt64) {
    let rows = zeek(Self.handshake + text)
    #expect(rows.map(\.letters) == [history], "\(name)")
    #expect(rows.map(\.missedBytes) == [missed], "\(name)")
  }

  @Test func noGapsInTheMiddle() {
    let rows = zeek("0 c A 101 ack 301 len 5\n1 c A 116 ack 301 len 5\n2 s A 301 ack 121")
    #expect(rows.map(\.letters) == ["Da"])
    #expect(rows.map(\.missedBytes) == [0])
  }

  /// Without any acknowledgment, 16 KiB behind a hole are too much: then nothing is missed any more.
  @Test(arguments: [(16_384, UInt64(10)), (16_385, 0)])
  func givesUp(_ length: Int, _ missed: UInt64) {
    let text =
      Self.handshake + "1 c A 111 ack 301 len \(length - 10)\n2 s A 301 ack \(101 + length)"
    #expect(zeek(text).map(\.missedBytes) == [missed])
  }
}
