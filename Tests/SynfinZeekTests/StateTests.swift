import SynfinZeek
import Testing

@Suite struct StateTests {
  private static let handshake = """
    0.00 c S 100
    0.01 s SA 300 ack 101
    0.02 c A 101 ack 301

    """

  @Test(arguments: [
    ("attempt", "0 c S 100", "S0 S 1/0"),
    ("established", handshake, "S1 ShA 2/1"),
    (
      "released",
      handshake + "1 c FA 101 ack 301\n1.1 s FA 301 ack 102\n1.2 c A 102 ack 302",
      "SF ShAFf 4/2"
    ),
    ("refused", "0 c S 100\n0.01 s RA 0 ack 101", "REJ Sr 1/1"),
    (
      "closed by the originator alone",
      handshake + "1 c FA 101 ack 301\n1.1 s A 301 ack 102", "S2 ShAFa 3/2"
    ),
    ("closed by the responder alone", handshake + "1 s FA 301 ack 101", "S3 ShAf 2/2"),
    ("aborted by the originator", handshake + "1 c RA 101 ack 301", "RSTO ShAR 3/1"),
    ("aborted by the responder", handshake + "1 s RA 301 ack 101", "RSTR ShAr 2/2"),
    ("given up before an answer", "0 c S 100\n1 c R 101", "RSTOS0 SR 2/0"),
    ("given up after data", "0 c S 100\n1 c A 101 ack 1\n2 c R 101", "OTH SAR 3/0"),
    ("half a connection that ends", "0 c S 100\n1 c F 101", "SH SF 2/0"),
    ("a lone SYN+ACK", "0 s SA 300 ack 101", "OTH ^h 0/1"),
    ("a lone RST", "0 c R 100", "OTH R 1/0"),
    ("in the middle", "0 c A 100 ack 300 len 5\n1 s A 300 ack 105", "OTH Da 1/1"),
    (
      "in the middle, released",
      "0 c A 100 ack 300 len 5\n1 c FA 105 ack 300\n2 s FA 300 ack 106", "SF DFf 2/1"
    ),
    // The responder's SYN without ACK; with another number it would begin a new connection.
    ("simultaneous", "0 c S 100\n0.1 s S 100", "S1 Ss 1/1"),
    // An answer before the SYN+ACK changes nothing.
    ("an early acknowledgment", "0 c S 100\n0.1 s A 7 ack 101", "S0 Sa 1/1"),
    // FIN, then RST, then the other's FIN: a regular end after all.
    (
      "a reset that was none",
      handshake + "1 c FA 101 ack 301\n1.1 c R 102\n1.2 s FA 301 ack 102", "SF ShAFRf 4/2"
    ),
  ])
  func states(_ name: String, _ text: String, _ gist: String) {
    let rows = zeek(text)
    #expect(rows.map(\.gist) == [gist], "\(name)")
  }

  /// On ports that belong to nobody nothing tells who is the server.
  @Test(arguments: [
    ("a lone SYN+ACK", "0 s SA 300 ack 101", "OTH H 1/0", false),
    ("its RST", "0 s SA 300 ack 101\n0.1 s R 301", "OTH HR 2/0", false),
    // The SYN was missed: the acknowledgment turns the roles round.
    ("SYN+ACK and ACK", "0 s SA 300 ack 101\n0.1 c A 101 ack 301", "OTH ^hA 1/1", true),
    ("SYN+ACK and data", "0 s SA 300 ack 101\n0.1 s A 301 ack 101 len 3", "OTH ^hd 0/2", true),
    ("SYN+ACK and RST", "0 s SA 300 ack 101\n0.1 c R 101", "REJ Hr 1/1", false),
    // The capture swapped SYN and SYN+ACK.
    (
      "swapped", "0 s SA 300 ack 101\n0.01 c S 100\n0.02 c A 101 ack 301", "S1 Hs^A 2/1", true
    ),
  ])
  func beginnings(_ name: String, _ text: String, _ gist: String, _ isClientOrig: Bool) {
    let rows = zeek(text, server: 9999)
    #expect(rows.map(\.gist) == [gist], "\(name)")
    #expect(rows.first?.orig.port == (isClientOrig ? 40_000 : 9999), "\(name)")
  }

  @Test(arguments: [
    ("the server's port tells", "0 s A 300 ack 101 len 5", UInt16(40_000), UInt16(80), "^d"),
    ("both are services, the lower one serves", "0 s A 300 ack 101 len 5", 8080, 80, "^d"),
    ("both are services, the higher one asks", "0 s A 300 ack 101 len 5", 22, 80, "D"),
    ("both are services, a SYN+ACK is not turned", "0 s SA 300 ack 101", 8080, 80, "H"),
    ("a SYN is never turned", "0 s S 300", 40_000, 80, "S"),
  ])
  func directions(
    _ name: String, _ text: String, _ client: UInt16, _ server: UInt16, _ history: String
  ) {
    let row = zeek(text, client: client, server: server).first
    #expect(row?.letters == history, "\(name)")
    #expect(row?.resp.port == (history.hasPrefix("^") ? server : client), "\(name)")
  }
}
