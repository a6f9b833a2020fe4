import SynfinZeek
import Testing

@Suite struct TimerTests {
  private static let handshake = "0 c S 100\n0.01 s SA 300 ack 101\n0.02 c A 101 ack 301\n"

  /// The packets of each row, in the order in which the rows come out.
  private func packets(_ text: String, server: UInt16 = 80) -> [UInt64] {
    zeek(text, server: server).map { $0.orig.packets + $0.resp.packets }
  }

  @Test(arguments: [
    // An attempt ends 5 s after its first SYN, however often that is repeated.
    ("repeated SYN", "0 c S 100\n4.9 c S 100", [UInt64(2)]),
    ("late SYN", "0 c S 100\n3 c S 100\n5 c S 100", [2, 1]),
    ("late SYN+ACK", "0 c S 100\n5 s SA 300 ack 101", [1, 1]),
    // Of nothing but bad packets, 5 s of silence are enough: looked at after 5 s, then every 6 s.
    ("bad packets", "0 c A 100 bad\n5 c A 100 bad\n11 c A 100 bad", [0, 0]),
    // Established connections may be silent for 300 s.
    ("patience", handshake + "300 c A 101 ack 301", [4]),
    ("too much silence", handshake + "300.02 c A 101 ack 301", [3, 1]),
    ("silence that was broken", handshake + "200 c A 101 ack 301\n400 c A 101 ack 301", [5]),
    ("half a handshake", "0 c S 100\n1 s A 7 ack 101\n4 s A 7 ack 101\n6 c A 101 ack 1", [3, 1]),
    // One side has ended: nothing but the long silence ends the rest.
    ("half closed", handshake + "1 c FA 101 ack 301\n20 s A 301 ack 102", [5]),
    // Over: 5 s later the sockets are free.
    (
      "after the end", handshake + "1 c FA 101 ack 301\n2 s FA 301 ack 102\n6.9 c A 102 ack 302",
      [6]
    ),
    (
      "long after the end", handshake + "1 c FA 101 ack 301\n2 s FA 301 ack 102\n7 c A 102 ack 302",
      [5, 1]
    ),
    ("after an RST", handshake + "1 c R 101\n6 s A 301 ack 101", [4, 1]),
    // A FIN without any answer ever: over, because the other side was never seen.
    (
      "half a connection", "0 c A 100 ack 300 len 5\n1 c FA 105 ack 300\n6 c A 106 ack 300", [2, 1]
    ),
  ])
  func ends(_ name: String, _ text: String, _ counts: [UInt64]) {
    #expect(packets(text) == counts, "\(name)")
  }

  @Test(arguments: [(UInt16(22), 1), (21, 1), (23, 1), (513, 1), (80, 2)])
  func interactiveServices(_ port: UInt16, _ rows: Int) {
    #expect(packets(Self.handshake + "3599 c A 101 ack 301", server: port).count == rows)
  }

  @Test func interactiveServicesEndToo() {
    #expect(packets(Self.handshake + "3600.02 c A 101 ack 301", server: 22) == [3, 1])
  }

  @Test(arguments: [
    ("the same SYN", "1 c S 100", [UInt64(4)]),
    ("another SYN", "1 c S 5000", [3, 1]),
    ("the same SYN after the end", "1 c R 101\n2 c S 100", [4, 1]),
    ("a SYN+ACK", "1 s SA 7000 ack 101", [4]),
    // Both sides have to speak, unless one resets.
    ("after one FIN", "1 c FA 101 ack 301\n2 c S 100", [4, 1]),
  ])
  func reuse(_ name: String, _ text: String, _ counts: [UInt64]) {
    #expect(packets(Self.handshake + text) == counts, "\(name)")
  }

  /// A SYN+ACK begins a connection anew only while its originator was not seen.
  @Test func reuseByAnswer() {
    #expect(packets("0 s SA 300 ack 101\n1 s SA 300 ack 101") == [2])
    #expect(packets("0 s SA 300 ack 101\n1 s SA 900 ack 701") == [1, 1])
  }

  /// Rows come out when connections end, whatever the order of their beginnings.
  @Test func rowsComeAtOnce() {
    var scene = Scene()
    func udp(_ port: UInt16) -> [UInt8] {
      scene.datagrams.ipv4(17, scene.datagrams.udp(port, 9000, [1]))
    }
    scene.send(0, udp(1000))
    scene.send(1, udp(1001))
    scene.send(30, udp(1000))
    scene.send(60, udp(1002))
    #expect(scene.endedCount == 0)
    scene.send(61, udp(1002))
    #expect(scene.endedCount == 1)
    scene.send(90, udp(1003))
    #expect(scene.endedCount == 2)
    #expect(scene.finish().map(\.orig.port) == [1001, 1000, 1002, 1003])
  }

  @Test(arguments: [
    ("silence", UInt16(9000), [0.0, 59.9], 1), ("too much silence", 9000, [0.0, 60], 2),
    // DNS is looked at every 10 s, and 9 s of silence are enough.
    ("DNS, soon", 53, [0, 9.9], 1), ("DNS, in time", 53, [0, 2, 10.5], 1),
    ("DNS, late", 53, [0, 0.5, 10], 2), ("DNS, later", 53, [0, 2, 20], 2),
    ("name service", 137, [0, 10], 2), ("multicast DNS", 5353, [0, 10], 2),
    ("local names", 5355, [0, 10], 2),
  ])
  func datagrams(_ name: String, _ port: UInt16, _ times: [Double], _ rows: Int) {
    var scene = Scene()
    for time in times {
      scene.send(time, scene.datagrams.ipv4(17, scene.datagrams.udp(40_000, port, [1])))
    }
    #expect(scene.finish().count == rows, "\(name)")
  }

  /// A clock that runs back or jumps far ahead harms nobody.
  @Test func wildClock() {
    let rows = zeek(
      "0 c S 100\n-5 s SA 300 ack 101\n2000000000 c A 101 ack 301\n-1000000000 c A 101 ack 301")
    #expect(rows.map { $0.orig.packets + $0.resp.packets }.reduce(0, +) == 4)
  }
}
