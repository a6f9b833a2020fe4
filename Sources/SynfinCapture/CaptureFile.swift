/// A capture file, or a capture on standard input, read front to back.
///
/// The format is recognised by content, never by name. Memory stays bounded by the longest packet,
/// whatever the file claims, and a file that ends early or is damaged gives every packet before that.
public struct CaptureFile: ~Copyable {
  /// Which code reads the file.
  public enum Reader: Hashable, Sendable {
    /// The own readers for pcap and pcapng, libpcap for anything else.
    case automatic
    /// libpcap for everything.
    case libpcap
  }

  /// The file's path, or "standard input".
  public let name: String
  /// The format found in the file.
  public let format: CaptureFormat
  /// Bytes in the file, for regular files only.
  public let size: UInt64?
  /// Why reading stopped before a clean end; nil as long as nothing is wrong.
  public private(set) var damage: CaptureDamage?

  @usableFromInline var record = PacketRecord.none
  private var ended = false
  private let source: Source
  private var stream: ByteStream
  // The interface of a format without interface descriptions.
  private var soleInterface: [CaptureInterface] = []
  // The state of a pcapng file; empty for the others.
  private var pcapng = PcapngFile()
  // libpcap, which then owns the stream; nil for the own readers.
  private var savefile: SavefileReader?

  private enum Source {
    case pcap(PcapFile)
    case pcapng
    case savefile
  }

  /// Opens a capture file.
  ///
  /// - Parameters:
  ///   - path: The file, or "-" for standard input.
  ///   - reader: Which code reads it.
  /// - Throws: `CaptureError` if it cannot be opened or is no capture file: one line that says what to do.
  public init(path: String, reader: Reader = .automatic) throws(CaptureError) {
    let isStandardInput = path == "-"
    let name = isStandardInput ? "standard input" : path
    let descriptor: CInt
    do throws(SystemError) {
      descriptor = isStandardInput ? SystemCalls.standardInput : try SystemCalls.open(path)
    } catch {
      throw CaptureError(
        .unreadable, subject: name, problem: "cannot open: \(error.message)", advice: error.advice)
    }
    try self.init(
      descriptor: descriptor, closesDescriptor: !isStandardInput, name: name, reader: reader)
  }

  /// Reads a capture from an open file descriptor, in reads of at most `chunkSize` bytes.
  package init(
    descriptor: CInt, closesDescriptor: Bool, name: String, reader: Reader = .automatic,
    chunkSize: Int = 256 * 1024
  ) throws(CaptureError) {
    var stream = ByteStream(
      descriptor: descriptor, closesDescriptor: closesDescriptor, chunkSize: chunkSize)
    let size = try Self.checkedSize(of: descriptor, name: name)
    let content = try Self.recognise(&stream, name: name)
    switch (content, reader) {
    case (.pcap(let magic), .automatic):
      let file = try PcapFile(&stream, magic: magic, name: name)
      self.init(.pcap(file), stream, name: name, size: size, content: content)
      prepare(file.interface)
    case (.pcapng, .automatic):
      var file = PcapngFile()
      try file.begin(&stream, name: name)
      self.init(.pcapng, stream, name: name, size: size, content: content)
      pcapng = file
    default:
      let reader = try SavefileReader(stream, name: name, isKnown: content.isSavefile)
      self.init(.savefile, .empty, name: name, size: size, content: content)
      prepare(reader.interface)
      savefile = consume reader
    }
  }

  private init(
    _ source: Source, _ stream: consuming ByteStream, name: String, size: UInt64?,
    content: ContentKind
  ) {
    self.source = source
    self.stream = stream
    self.name = name
    self.size = size
    format = content.format
  }

  /// Notes the one interface of a format that has one, which no packet then needs to name.
  private mutating func prepare(_ interface: CaptureInterface) {
    soleInterface = [interface]
    record.linkType = interface.linkType
    record.hasTimestamp = true
  }

  /// Hands the next packet to `body` and gives what it returns; nil at the end of the packets.
  ///
  /// The bytes are those in the file, `capturedLength` of them. After nil, `damage` tells whether the
  /// end was a clean one.
  ///
  /// - Throws: Only what `body` throws; the packet then counts as read.
  @inlinable
  public mutating func next<Result, Failure: Error>(
    _ body: (PacketRecord, RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let bytes = advance() else { return nil }
    let record = self.record
    return try bytes.withSpan { (span: RawSpan) throws(Failure) -> Result in
      try body(record, span)
    }
  }

  /// Steps to the next packet and describes it in `record`; nil at the end.
  @usableFromInline
  mutating func advance() -> PacketBytes? {
    // Where reading has ended, at a clean end or not, there is no such record.
    if case .pcap(let file) = source, let bytes = file.takeAvailable(&stream, &record) {
      return bytes
    }
    return step()
  }

  /// Steps to the next packet wherever it is, and notes the end.
  @inline(never)
  private mutating func step() -> PacketBytes? {
    guard !ended else { return nil }
    do throws(CaptureDamage) {
      let bytes: PacketBytes?
      switch source {
      case .pcap(let file): bytes = try file.step(&stream, &record)
      case .pcapng: bytes = try pcapng.step(&stream, &record)
      case .savefile: bytes = try savefile?.step(&record)
      }
      ended = bytes == nil
      return bytes
    } catch {
      damage = error
      ended = true
      return nil
    }
  }
}

extension CaptureFile {
  /// The interfaces met so far, over all sections; a pcapng file may add some with any packet.
  public var interfaces: [CaptureInterface] {
    if case .pcapng = source { pcapng.interfaces } else { soleInterface }
  }

  /// What the file says about lost packets, as far as it has been read; nil if it says nothing.
  public var statistics: CaptureStatistics? {
    pcapng.statistics
  }

  /// Bytes read from the file so far.
  public var bytesRead: UInt64 {
    switch savefile {
    case .some(let reader): reader.bytesRead
    case .none: stream.bytesRead
    }
  }

  /// The size of a regular file, nil for a pipe.
  private static func checkedSize(
    of descriptor: CInt, name: String
  ) throws(CaptureError) -> UInt64? {
    do throws(SystemError) {
      let kind = try SystemCalls.kind(of: descriptor)
      guard !kind.isDirectory else {
        throw SystemError(code: SystemError.isDirectory)
      }
      return kind.size
    } catch {
      let advice = error.code == SystemError.isDirectory ? "name the capture files in it" : nil
      throw CaptureError(
        .unreadable, subject: name, problem: "cannot read: \(error.message)", advice: advice)
    }
  }

  /// Looks at the first bytes and refuses what is certainly no capture file.
  private static func recognise(
    _ stream: inout ByteStream, name: String
  ) throws(CaptureError) -> ContentKind {
    _ = stream.require(ContentKind.longestMagic)
    if let failure = stream.failure {
      throw CaptureError(
        .unreadable, subject: name, problem: "cannot read: \(failure.message)")
    }
    let start = stream.copy(0, count: min(stream.available, ContentKind.longestMagic))
    let content = ContentKind(start, number: start.count < 4 ? nil : stream.load32(0))
    if let error = content.refusal(of: name, start: start) { throw error }
    return content
  }
}
