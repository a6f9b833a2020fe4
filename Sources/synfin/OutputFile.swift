#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

internal import SynfinReport

/// Buffered output to a file, a device or standard output.
///
/// A regular file appears under its name only when it is complete: until `commit` the bytes go to a
/// temporary file beside it, which disappears if the output is abandoned.
struct OutputFile: ~Copyable {
  /// How much is written at once; a text that is longer goes out without being copied.
  static let blockSize = 65_536

  private let name: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  // Where the bytes are until `commit`, and where they then belong; nil if written in place.
  private var pending: (temporary: String, final: String)?

  /// Opens standard output.
  static func standardOutput() -> OutputFile {
    OutputFile(name: "standard output", descriptor: System.standardOutput, pending: nil)
  }

  /// Opens standard error, for a program whose standard output has another purpose.
  static func standardError() -> OutputFile {
    OutputFile(name: "standard error", descriptor: System.standardError, pending: nil)
  }

  /// Opens the file that `-o` names: "-" is standard output.
  static func open(_ path: String) throws(CommandError) -> OutputFile {
    if path == "-" { return standardOutput() }
    if let status = FileStatus(path: path), !status.isRegular {
      let descriptor = try open(path, O_WRONLY, shown: path)
      return OutputFile(name: path, descriptor: descriptor, pending: nil)
    }
    let final = resolved(path)
    let (descriptor, temporary) = try create(beside: final, shown: path)
    Interruption.remove(temporary)
    return OutputFile(name: path, descriptor: descriptor, pending: (temporary, final))
  }

  /// Creates the temporary file, never through a link or over a file that somebody put there.
  private static func create(
    beside final: String, shown: String
  ) throws(CommandError) -> (Int32, String) {
    var temporary = "\(final).\(getpid()).partial"
    for attempt in 1...100 {
      let descriptor = openDescriptor(temporary, O_WRONLY | O_CREAT | O_EXCL)
      if descriptor >= 0 { return (descriptor, temporary) }
      guard errno == EEXIST else { break }
      temporary = "\(final).\(getpid()).\(attempt).partial"
    }
    throw cannotOpen(shown)
  }

  private init(name: String, descriptor: Int32, pending: (String, String)?) {
    self.name = name
    self.descriptor = descriptor
    self.pending = pending
    buffer.reserveCapacity(Self.blockSize + 4096)
  }

  deinit {
    // Still pending means not committed: what was written is no result.
    if let pending {
      close(descriptor)
      unsafe unlink(pending.temporary)
    }
  }

  /// The target of a symbolic link, so that the link stays one; the path itself otherwise.
  private static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  private static func open(
    _ path: String, _ flags: Int32, shown: String
  ) throws(CommandError) -> Int32 {
    let descriptor = Self.openDescriptor(path, flags)
    if descriptor >= 0 { return descriptor }
    throw cannotOpen(shown)
  }

  private static func cannotOpen(_ shown: String) -> CommandError {
    CommandError("\(shown): cannot write: \(System.message(errno)); name another file with -o")
  }

  private static func openDescriptor(_ path: String, _ flags: Int32) -> Int32 {
    #if canImport(Darwin)
      Darwin.open(path, flags | O_CLOEXEC, 0o666)
    #elseif canImport(Musl)
      Musl.open(path, flags | O_CLOEXEC, 0o666)
    #else
      unsafe Glibc.open(path, flags | O_CLOEXEC, 0o666)
    #endif
  }

  /// Whether this goes to a terminal.
  var isTerminal: Bool { System.isTerminal(descriptor) }

  /// Columns of the terminal; nil if it is none.
  var terminalWidth: Int? { System.terminalWidth(descriptor) }

  mutating func write(_ bytes: [UInt8]) throws {
    buffer += bytes
    if buffer.count >= Self.blockSize { try flush() }
  }

  mutating func write(_ text: borrowing TextBuffer) throws {
    if text.count >= Self.blockSize {
      try flush()
      return try text.withBytes { (bytes) throws in
        try unsafe bytes.withUnsafeBytes { try unsafe put($0) }
      }
    }
    text.withBytes { bytes in
      unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    }
    if buffer.count >= Self.blockSize { try flush() }
  }

  mutating func write(_ text: String) throws {
    buffer += text.utf8
    if buffer.count >= Self.blockSize { try flush() }
  }

  /// Hands everything written so far to the operating system.
  mutating func flush() throws {
    try unsafe buffer.withUnsafeBytes { try unsafe put($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Hands bytes to the operating system.
  private func put(_ bytes: UnsafeRawBufferPointer) throws {
    var start = 0
    while start < bytes.count {
      // The rest of the bytes, which lives as long as they do.
      let count = unsafe Self.put(descriptor, UnsafeRawBufferPointer(rebasing: bytes[start...]))
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { throw BrokenPipe() }
        throw CommandError("\(name): cannot write: \(System.message(errno))")
      }
      start += count
    }
  }

  private static func put(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  /// Writes what is left and gives the file its name.
  mutating func commit() throws {
    try flush()
    guard let pending else { return }
    guard close(descriptor) == 0 else { throw writeFailure() }
    self.pending = nil
    Interruption.remove(nil)
    guard unsafe rename(pending.temporary, pending.final) == 0 else {
      let failure = writeFailure()
      unsafe unlink(pending.temporary)
      throw failure
    }
  }

  private func writeFailure() -> CommandError {
    CommandError("\(name): cannot write: \(System.message(errno))")
  }
}
