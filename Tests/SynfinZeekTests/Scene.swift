import SynfinWire

@testable import SynfinZeek

/// Packets on their way to a tracker, and the rows that come of them.
struct Scene: ~Copyable {
  var datagrams = Datagrams()
  private var tracker: ZeekTracker
  private var number: UInt64 = 0
  private var ended: [ZeekRow] = []
  /// Whether packets may wait for others, which changes no row but when it comes.
  private let mayWait: Bool

  init(ignoresChecksums: Bool = false, usesBriefs: Bool = true, mayWait: Bool = false) {
    self.mayWait = mayWait
    tracker = ZeekTracker(ignoresChecksums: ignoresChecksums, usesBriefs: usesBriefs)
  }

  /// Sends an IP packet.
  ///
  /// - Parameters:
  ///   - time: seconds since the start.
  ///   - captured: bytes that the capture kept; all of them if nil.
  mutating func send(
    _ time: Double, _ bytes: [UInt8], captured: Int? = nil, originalLength: Int? = nil
  ) {
    number += 1
    let moment = Timestamp(
      nanoseconds: 1_000_000_000_000_000_000 + Int64((time * 1e6).rounded()) * 1000)
    if mayWait {
      put(Array(bytes.prefix(captured ?? bytes.count)), originalLength ?? bytes.count, moment)
      guard tracker.hasRows else { return }
    } else {
      let kept = Array(bytes.prefix(captured ?? bytes.count))
      // The spans are used within these calls alone, while `kept` lives.
      let packet = unsafe Packet.decode(
        kept.span.bytes, linkType: .raw, originalLength: originalLength ?? bytes.count)
      unsafe tracker.process(packet, kept.span.bytes, number: number, time: moment)
    }
    tracker.takeRows { ended.append($0) }
  }

  /// Sends an IP packet in an Ethernet frame, every other one with a tag.
  private mutating func put(_ bytes: [UInt8], _ originalLength: Int, _ moment: Timestamp) {
    let header: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]
    let tag: [UInt8] = number % 2 == 0 ? [] : [0x81, 0, 0, 7]
    let type: [UInt8] = (bytes.first ?? 0) >> 4 == 6 ? [0x86, 0xDD] : [8, 0]
    let frame = header + tag + type + bytes
    let length = originalLength + frame.count - bytes.count
    // The spans are used within these calls alone, while `frame` lives.
    let isPlain = unsafe tracker.put(
      plain: frame.span.bytes, linkType: .ethernet, originalLength: length, number: number,
      time: moment)
    if isPlain { return }
    var packet = unsafe Packet.decode(
      frame.span.bytes, linkType: .ethernet, originalLength: length)
    unsafe tracker.put(&packet, frame.span.bytes, number: number, time: moment)
  }

  /// How many connections have ended so far.
  var endedCount: Int { ended.count }

  /// All rows, those of open connections last.
  mutating func finish() -> [ZeekRow] {
    var rows = ended
    tracker.finish { rows.append($0) }
    return rows
  }
}

/// TCP segments in lines such as `0.010 s SA 300 ack 101 len 5 win 0`: seconds, sender (`c` or `s`), flags of `SAFRP`
/// or `-`, sequence number; then `bad` stands for a wrong checksum and `cut` for a payload that was not captured.
func zeek(
  _ text: String, client: UInt16 = 40_000, server: UInt16 = 80, ignoresChecksums: Bool = false,
  usesBriefs: Bool = true, mayWait: Bool = false
) -> [ZeekRow] {
  var scene = Scene(ignoresChecksums: ignoresChecksums, usesBriefs: usesBriefs, mayWait: mayWait)
  for line in text.split(separator: "\n") {
    let segment = SegmentLine(line)
    let bytes = segment.bytes(scene.datagrams, client: client, server: server)
    scene.send(
      segment.time, bytes, captured: segment.isCut ? bytes.count - segment.length : nil)
  }
  return scene.finish()
}

/// One line of a scene.
struct SegmentLine {
  var time: Double
  var isFromClient: Bool
  var flags: UInt8 = 0
  var sequence: UInt32
  var acknowledgment: UInt32 = 0
  var length = 0
  var window: UInt16 = 1000
  var isBad = false
  var isCut = false

  init(_ line: Substring) {
    var words = line.split(separator: " ").map { String($0) }[...]
    func next() -> String { words.popFirst() ?? "" }
    time = Double(next()) ?? 0
    isFromClient = next() == "c"
    let bits: [Character: UInt8] = ["F": 1, "S": 2, "R": 4, "P": 8, "A": 16]
    for letter in next() { flags |= bits[letter] ?? 0 }
    sequence = UInt32(next()) ?? 0
    while let word = words.popFirst() {
      switch word {
      case "ack":
        acknowledgment = UInt32(next()) ?? 0
        flags |= 16
      case "len": length = Int(next()) ?? 0
      case "win": window = UInt16(next()) ?? 0
      case "bad": isBad = true
      case "cut": isCut = true
      default: preconditionFailure("unknown word \(word)")
      }
    }
  }

  func bytes(_ datagrams: Datagrams, client: UInt16, server: UInt16) -> [UInt8] {
    let (source, destination) = isFromClient ? (client, server) : (server, client)
    var header = Datagrams.bytes(source) + Datagrams.bytes(destination)
    header += Datagrams.bytes(sequence) + Datagrams.bytes(acknowledgment)
    header += [0x50, flags] + Datagrams.bytes(window) + [0, 0, 0, 0]
    var segment = datagrams.checked(
      header + Array(repeating: 0x61, count: length), at: 16, 6, isFromClient: isFromClient)
    if isBad { segment[16] ^= 0x55 }
    return datagrams.ipv4(6, segment, isFromClient: isFromClient)
  }
}

extension ZeekRow {
  /// State, history and packet counts, such as "SF ShADadFfa 5/4".
  var gist: String {
    "\(state) \(history.isEmpty ? "-" : letters) \(orig.packets)/\(resp.packets)"
  }

  /// The letters of the history; empty for none.
  var letters: String { history.description }

  /// All columns, to be compared.
  var columns: String {
    "\(start) \(uid) \(orig) \(resp) \(transport) \(duration) \(state) \(missedBytes) \(letters) "
      + "\(tunnelParents) \(ipProtocol)"
  }

  /// Payload of both sides, such as "10/200".
  var payload: String { "\(orig.bytes)/\(resp.bytes)" }
}
