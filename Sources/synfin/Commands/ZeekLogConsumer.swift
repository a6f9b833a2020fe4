internal import SynfinCapture
internal import SynfinReport
internal import SynfinWire
internal import SynfinZeek

/// Writes Zeek's conn.log, each row when its connection has ended.
struct ZeekLogConsumer: PacketConsumer, ~Copyable {
  private var tracker: ZeekTracker
  private var log = ZeekLog()
  private var file: OutputFile

  init(file: consuming OutputFile, ignoresChecksums: Bool) {
    self.file = file
    tracker = ZeekTracker(ignoresChecksums: ignoresChecksums)
  }

  mutating func beginFile() {}

  @inline(__always)
  mutating func takePlain(_ place: PacketPlace, _ bytes: RawSpan) throws -> Bool {
    guard
      tracker.put(
        plain: bytes, linkType: place.record.linkType,
        originalLength: place.record.originalLength, number: place.number, time: place.time)
    else { return false }
    log.note(place.time)
    if tracker.hasRows { try write() }
    return true
  }

  mutating func take(
    _ packet: inout Packet, _ place: PacketPlace, _ bytes: RawSpan
  ) throws {
    log.note(place.time)
    tracker.put(&packet, bytes, number: place.number, time: place.time)
    if tracker.hasRows { try write() }
  }

  mutating func finish() throws {
    try tracker.finish { row in
      log.add(row)
      if log.text.count >= OutputFile.blockSize { try Self.write(&log, to: &file) }
    }
    log.end()
    try Self.write(&log, to: &file)
    try file.commit()
  }

  @inline(never)
  private mutating func write() throws {
    tracker.takeRows { log.add($0) }
    if log.text.count >= OutputFile.blockSize { try Self.write(&log, to: &file) }
  }

  private static func write(_ log: inout ZeekLog, to file: inout OutputFile) throws {
    try file.write(log.text)
    log.removeText()
  }
}
