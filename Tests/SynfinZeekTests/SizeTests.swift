import SynfinZeek
import Testing

@Suite struct SizeTests {
  private static let handshake = "0 c S 100\n0.01 s SA 300 ack 101\n0.02 c A 101 ack 301\n"

  @Test(arguments: [
    ("data", handshake + "1 c A 101 ack 301 len 10\n2 s A 301 ack 111 len 20", "10/20"),
    ("repeated data", handshake + "1 c A 101 ack 301 len 10\n2 c A 101 ack 301 len 10", "10/0"),
    ("missing data", handshake + "1 c A 141 ack 301 len 10", "50/0"),
    ("acknowledged data", handshake + "1 s A 301 ack 131", "30/0"),
    ("FIN", handshake + "1 c FA 101 ack 301 len 10", "10/0"),
    ("an RST's payload", handshake + "1 c RA 101 ack 301 len 10", "0/0"),
    ("an RST's acknowledgment", handshake + "1 c A 101 ack 301 len 9\n2 s RA 301 ack 200", "9/0"),
    ("data after an RST", handshake + "1 c R 101\n2 c A 101 ack 301 len 10", "0/0"),
    ("an RST far away", handshake + "1 c R 9000000", "0/0"),
    ("in the middle", "0 c A 100 ack 300 len 5\n1 s A 300 ack 105 len 7", "5/7"),
    // Of a side that never spoke, every acknowledgment is the beginning.
    ("never seen", "0 c A 100 ack 300 len 5\n1 c A 105 ack 350", "5/0"),
    // Only the SYN and the FIN were captured: the FIN counts wherever it lies.
    ("SYN and FIN", handshake + "1 c FA 2500000101 ack 301", "2500000000/0"),
    ("a new number", handshake + "1 s SA 5000 ack 101\n2 s A 5001 ack 101 len 3", "0/3"),
    ("a SYN that was given up", "0 c S 100\n1 c R 101", "0/0"),
    (
      "round the circle",
      "0 c S 4294967290\n0.1 s SA 1 ack 4294967291\n1 c A 4294967291 ack 2 len 20", "20/0"
    ),
  ])
  func bytes(_ name: String, _ text: String, _ payload: String) {
    #expect(zeek(text).map(\.payload) == [payload], "\(name)")
  }

  /// More than 4 GiB: the numbers go round the circle, the size does not.
  @Test func large() {
    var text = Self.handshake
    var sequence: UInt32 = 101
    for step in 1...9 {
      text += "\(step) c A \(sequence) ack 301 len 10\n"
      sequence &+= 10
      // 600 MB that the capture lacks, as far as the acknowledgment tells.
      sequence &+= 600_000_000
      text += "\(step).5 s A 301 ack \(sequence)\n"
    }
    text += "10 c A \(sequence) ack 301 len 10"
    #expect(zeek(text).map(\.payload) == ["5400000100/0"])
  }

  @Test func lengthsOfPackets() {
    let row = zeek(Self.handshake + "1 c A 101 ack 301 len 10\n2 c A 101 ack 301 len 10").first
    #expect(row?.orig.ipBytes == 40 + 40 + 50 + 50)
    #expect(row?.resp.ipBytes == 40)
  }

  /// The last packet that counts for the duration is the one that completes the end.
  @Test func duration() {
    let end = Self.handshake + "1 c FA 101 ack 301\n2 s FA 301 ack 102\n3 c A 102 ack 302"
    #expect(zeek(end).map(\.duration) == [2_000_000])
    #expect(zeek(end).map(\.gist) == ["SF ShAFf 4/2"])
    #expect(zeek("0 c S 100\n0 s SA 300 ack 101").map(\.duration) == [0])
  }
}
