import SynfinZeek
import TestSupport
import Testing

/// What holds for every input, however wild.
@Suite struct PropertyTests {
  private static func segment(_ random: inout SplitMix64, _ time: inout Double) -> String {
    time += Double.random(in: -2...20, using: &random)
    let numbers: [UInt32] = [0, 1, 2, 21, 22, 41, .max, .max - 20, 1 << 31, 1 << 29]
    let flags = ["A", "A", "PA", "S", "SA", "FA", "R", "RA", "-", "SF", "FR", "SFRAP"]
    let lengths = [0, 0, 1, 20, 1400]
    var words = [
      "\(time)", Bool.random(using: &random) ? "c" : "s",
      flags.randomElement(using: &random) ?? "A",
      "\(numbers.randomElement(using: &random) ?? 0)",
    ]
    words += ["len", "\(lengths.randomElement(using: &random) ?? 0)"]
    let last = words[2]
    if last.contains("A") { words += ["ack", "\(numbers.randomElement(using: &random) ?? 0)"] }
    if UInt8.random(in: 0..<10, using: &random) == 0 { words += ["win", "0"] }
    if UInt8.random(in: 0..<10, using: &random) == 0 { words.append("bad") }
    if UInt8.random(in: 0..<10, using: &random) == 0 { words.append("cut") }
    return words.joined(separator: " ")
  }

  /// Every good packet is in exactly one row, and nothing traps.
  @Test(arguments: 0..<40)
  func packetsAddUp(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var time = 0.0
    let lines = (0..<400).map { _ in Self.segment(&random, &time) }
    let rows = zeek(lines.joined(separator: "\n"))
    // A cut segment's checksum cannot be judged.
    let good = lines.count { !$0.contains("bad") || $0.contains("cut") && !$0.contains("len 0") }
    #expect(rows.map { $0.orig.packets + $0.resp.packets }.reduce(0, +) == UInt64(good))
    #expect(Set(rows.map(\.uid)).count == rows.count)
    // Nobody misses more than the numbers span.
    #expect(rows.allSatisfy { $0.missedBytes < 1 << 40 })
  }

  /// How a connection is kept changes nothing, whatever its packets are and whatever becomes of it.
  @Test(arguments: 0..<40)
  func briefsChangeNothing(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var time = 0.0
    let count = seed % 2 == 0 ? 4 : 100
    let lines = (0..<count).map { _ in Self.segment(&random, &time) }.joined(separator: "\n")
    let server: UInt16 = seed % 3 == 0 ? 22 : 80
    #expect(
      zeek(lines, server: server).map(\.columns)
        == zeek(lines, server: server, usesBriefs: false).map(\.columns))
  }

  /// Nor does it with handshakes that are nearly ordinary ones.
  @Test(arguments: 0..<200)
  func briefHandshakes(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    func one<Value>(of usual: Value, _ others: Value...) -> Value {
      let isUsual = UInt8.random(in: 0..<4, using: &random) > 0
      return isUsual ? usual : others.randomElement(using: &random) ?? usual
    }
    let start: UInt32 = one(of: 100, 0, .max, .max - 1)
    let answer: UInt32 = one(of: 300, .max, start, start &+ 1)
    func details() -> String {
      one(of: "", " len 5", " win 0", " bad")
    }
    var lines = ["0 c \(one(of: "S", "SA", "SF", "SR", "SP")) \(start)\(details())"]
    if one(of: false, true) { lines.append("0.1 c S \(start &+ one(of: 0, 1))\(details())") }
    let acknowledged = start &+ one(of: 1, 0, 2, 70_000)
    let sender = one(of: "s", "c")
    lines.append(
      "0.2 \(sender) \(one(of: "SA", "S", "R", "SP")) \(answer) ack \(acknowledged)\(details())")
    if one(of: true, false) { lines.append("0.3 s SA \(answer) ack \(acknowledged)") }
    if one(of: true, false) {
      lines.append("\(one(of: 0.4, -3, 6, 70)) c A \(start &+ 1) ack \(answer &+ 1)\(details())")
    }
    if one(of: true, false) { lines.append("\(one(of: 0.5, 5, 400)) c A \(start &+ 1) len 3") }
    let server: UInt16 = one(of: 80, 22, 40_000)
    let text = lines.joined(separator: "\n")
    let rows = zeek(text, server: server, usesBriefs: false).map(\.columns)
    #expect(zeek(text, server: server).map(\.columns) == rows, "\(text)")
    #expect(zeek(text, server: server, mayWait: true).map(\.columns) == rows, "\(text)")
  }

  /// Packets that wait for others give the same rows in the same order.
  @Test(arguments: 0..<20)
  func waitingChangesNothing(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var time = 0.0
    let lines = (0..<500).map { _ in Self.segment(&random, &time) }.joined(separator: "\n")
    #expect(zeek(lines).map(\.columns) == zeek(lines, mayWait: true).map(\.columns))
  }

  /// The same of datagrams, with and without an answer, a good checksum and a service.
  @Test(arguments: 0..<40)
  func briefDatagrams(_ seed: UInt64) {
    func rows(usesBriefs: Bool = true, mayWait: Bool = false) -> [String] {
      var random = SplitMix64(seed: seed)
      var scene = Scene(usesBriefs: usesBriefs, mayWait: mayWait)
      let ports: [UInt16] = [53, 123, 443, 9000, 5353]
      let port = ports.randomElement(using: &random) ?? 53
      var time = 0.0
      for _ in 0..<Int.random(in: 1...300, using: &random) {
        time += Double.random(in: -1...10, using: &random)
        let payload = random.bytes(Int.random(in: 0...60, using: &random))
        let (source, destination) = Bool.random(using: &random) ? (40_000, port) : (port, 40_000)
        var bytes = scene.datagrams.ipv4(17, scene.datagrams.udp(source, destination, payload))
        if UInt8.random(in: 0..<10, using: &random) == 0 { bytes[26] ^= 1 }
        scene.send(time, bytes)
      }
      return scene.finish().map(\.columns)
    }
    #expect(rows() == rows(usesBriefs: false))
    #expect(rows() == rows(mayWait: true))
  }

  /// The same packets give the same rows.
  @Test func isDeterministic() {
    var random = SplitMix64(seed: 7)
    var time = 0.0
    let text = (0..<300).map { _ in Self.segment(&random, &time) }.joined(separator: "\n")
    #expect(zeek(text).map(\.uid) == zeek(text).map(\.uid))
    #expect(zeek(text).map(\.gist) == zeek(text).map(\.gist))
  }

  /// Bytes that are no packets at all, or nearly some.
  @Test(arguments: 0..<20)
  func noise(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var scene = Scene(ignoresChecksums: seed % 2 == 0)
    for step in 0..<500 {
      var bytes = random.bytes(Int.random(in: 0...120, using: &random))
      if !bytes.isEmpty { bytes[0] = [0x45, 0x46, 0x60].randomElement(using: &random) ?? 0 }
      if bytes.count > 10 {
        bytes[9] = [1, 4, 6, 17, 41, 47, 58].randomElement(using: &random) ?? 0
      }
      if bytes.count > 4 { bytes.replaceSubrange(2..<4, with: [0, UInt8(bytes.count)]) }
      let captured = Int.random(in: 0...bytes.count, using: &random)
      scene.send(Double(step), bytes, captured: captured)
    }
    #expect(scene.finish().allSatisfy { $0.orig.packets + $0.resp.packets <= 500 * 5 })
  }
}
