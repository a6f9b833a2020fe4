public import SynfinWire

/// Writes packets into a pcap file, or into one after the other.
///
/// A file is there, with its header, from the start, and every write to it ends with a whole record. So a
/// process that is killed leaves all packets up to the last `flush`; only a kill during a write can leave a
/// piece of a record behind them, which readers pass over with a warning.
public struct SavefileWriter: ~Copyable {
  /// What the files say of their packets.
  public let format: SavefileFormat
  /// Packets written so far, in all files; after a failure those that are in them.
  public private(set) var packetsWritten: UInt64 = 0
  /// Bytes of all files, with their headers.
  public private(set) var bytesWritten: UInt64 = 0
  /// Files begun so far.
  public private(set) var filesWritten = 0
  /// The path of the current file, as messages show it.
  public private(set) var currentPath: String

  private let folder: OutputFolder
  private let rotates: Bool
  private var rotation: RotationState
  private var buffer: RecordBuffer
  private var file: OutputFolder.File
  // Bytes of the current file, without those in the buffer.
  private var fileSize = UInt64(SavefileFormat.headerLength)
  private var failure: CaptureError?

  /// Begins the first file, which replaces one of the same name.
  ///
  /// - Parameters:
  ///   - folder: Where to write, and the file's name.
  ///   - format: What the files say of their packets.
  ///   - rotation: When to go on in another file.
  ///   - start: When the capture began, for the first file's time and name; nil is now.
  /// - Throws: `CaptureError` of kind `unwritable`.
  public init(
    _ folder: consuming OutputFolder, _ format: SavefileFormat, rotation: Rotation = Rotation(),
    start: Timestamp? = nil
  ) throws(CaptureError) {
    let start = start ?? Timestamp(nanoseconds: SystemCalls.wallClockNanoseconds())
    let state = RotationState(
      rotation, fileName: folder.fileName, start: start.parts.seconds)
    let name = try Self.name(state, folder)
    if rotation.seconds != nil, folder.hasTimeFormat {
      throw CaptureError(
        .unwritable, subject: folder.path, problem: "a time format in the name of a folder",
        advice: "use time formats in the name of the file only")
    }
    guard rotation.isNone || !folder.isInPlace(name) else {
      throw CaptureError(
        .unwritable, subject: folder.shown(name), problem: "no file that others can follow",
        advice: "leave out -C and -G, or name a file")
    }
    let file = try folder.open(name, startingWith: format.header)
    self.file = file
    self.format = format
    self.rotation = state
    rotates = !rotation.isNone
    currentPath = folder.shown(name)
    buffer = RecordBuffer(format)
    filesWritten = 1
    bytesWritten = UInt64(SavefileFormat.headerLength)
    self.folder = folder
  }

  deinit {
    // Whoever cares for errors has called `close`.
    guard file.descriptor >= 0 else { return }
    _ = buffer.write(to: file.descriptor)
    if !folder.isStandardOutput { SystemCalls.close(file.descriptor) }
  }

  /// Whether the last file is complete: the capture is over, and further packets are not written.
  public var isFull: Bool { rotation.isFull }

  /// Writes a packet, first going on in another file if it is time for that.
  ///
  /// - Throws: `CaptureError` of kind `unwritable`, or `readerGone` for a pipe; the same again for every
  ///   later packet. The file then ends with its last whole record.
  public mutating func write(_ record: PacketRecord, _ bytes: RawSpan) throws(CaptureError) {
    if let failure { throw failure }
    if rotates {
      let size = fileSize &+ UInt64(buffer.count)
      if isFull { return }
      if rotation.step(at: record.timestamp.parts.seconds, fileSize: size) {
        try beginNextFile()
        if isFull { return }
      }
    }
    guard record.linkType == format.linkType else { throw foreign(record.linkType) }
    buffer.append(record, bytes)
    packetsWritten &+= 1
    bytesWritten &+= UInt64(RecordBuffer.length(of: bytes))
    if buffer.isFull { try flush() }
  }

  /// Hands everything written so far to the operating system.
  ///
  /// - Throws: As `write`.
  public mutating func flush() throws(CaptureError) {
    if let failure { throw failure }
    let (written, error) = buffer.write(to: file.descriptor)
    guard let error else {
      fileSize &+= UInt64(written)
      return buffer.clear()
    }
    // What remains is the end of a record whose beginning may be in the file.
    let whole = buffer.wholeRecords(in: written)
    fileSize &+= UInt64(whole.bytes)
    if file.isNew { SystemCalls.truncate(file.descriptor, to: fileSize) }
    packetsWritten &-= UInt64(buffer.packets &- whole.packets)
    bytesWritten &-= UInt64(buffer.count &- whole.bytes)
    buffer.clear()
    throw fail(.unwritable(currentPath, error))
  }

  /// Writes what is left and closes the file.
  ///
  /// - Throws: As `write`.
  public mutating func close() throws(CaptureError) {
    guard file.descriptor >= 0 else { return }
    defer { file.descriptor = -1 }
    do throws(CaptureError) {
      try flush()
    } catch {
      if !folder.isStandardOutput { SystemCalls.close(file.descriptor) }
      throw error
    }
    try closeFile()
  }
}

// MARK: Files

extension SavefileWriter {
  private mutating func beginNextFile() throws(CaptureError) {
    try flush()
    let before = file.descriptor
    file.descriptor = -1
    do throws(SystemError) {
      try SystemCalls.closeWritten(before)
    } catch {
      throw fail(.unwritable(currentPath, error))
    }
    if isFull { return }
    do throws(CaptureError) {
      let name = try Self.name(rotation, folder)
      file = try folder.open(name, startingWith: format.header)
      currentPath = folder.shown(name)
    } catch {
      throw fail(error)
    }
    fileSize = UInt64(SavefileFormat.headerLength)
    bytesWritten &+= fileSize
    filesWritten += 1
  }

  private mutating func closeFile() throws(CaptureError) {
    guard !folder.isStandardOutput else { return }
    do throws(SystemError) {
      try SystemCalls.closeWritten(file.descriptor)
    } catch {
      throw fail(.unwritable(currentPath, error))
    }
  }

  private mutating func fail(_ error: CaptureError) -> CaptureError {
    failure = error
    return error
  }

  private mutating func foreign(_ linkType: LinkType) -> CaptureError {
    fail(
      CaptureError(
        .unwritable, subject: currentPath,
        problem: "a pcap file has one link type, not \(format.linkType) and \(linkType)"))
  }

  private static func name(
    _ rotation: RotationState, _ folder: borrowing OutputFolder
  ) throws(CaptureError) -> String {
    if let name = rotation.name { return name }
    throw CaptureError(
      .unwritable, subject: folder.path, problem: "its time format makes no name of a file",
      advice: "see man strftime")
  }
}
