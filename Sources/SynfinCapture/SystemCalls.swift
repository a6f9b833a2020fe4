// The one place for errno, EINTR and the system calls of reading and waiting.

// In an optimised build the compiler takes `timespec` for one of libpcap's types.
internal import CPcap

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A failed system call's `errno`, with the system's words for it.
struct SystemError: Error, Hashable {
  var code: CInt

  static let isDirectory = EISDIR

  /// The system's text, such as "Permission denied".
  var message: String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    // strerror gives a terminated string that stays until this thread asks again.
    return unsafe String(cString: text)
  }

  /// What the user can do about a file that cannot be opened; nil if the message says it all.
  var advice: String? {
    switch code {
    case EACCES, EPERM: "read it as its owner or with sudo"
    case ENOENT, ENOTDIR: "check the path"
    default: nil
    }
  }
}

/// What kind of thing an open file is.
struct FileKind {
  var isDirectory: Bool
  /// Bytes, for regular files only.
  var size: UInt64?
}

enum SystemCalls {
  static let standardInput: CInt = STDIN_FILENO

  /// Opens a file for reading, never following into child processes.
  static func open(_ path: String) throws(SystemError) -> CInt {
    // The string lives, terminated, as long as the call.
    while true {
      #if canImport(Darwin)
        let descriptor = unsafe Darwin.open(path, O_RDONLY | O_CLOEXEC)
      #elseif canImport(Musl)
        let descriptor = unsafe Musl.open(path, O_RDONLY | O_CLOEXEC)
      #else
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
      #endif
      if descriptor >= 0 { return descriptor }
      if errno != EINTR { throw SystemError(code: errno) }
    }
  }

  static func kind(of descriptor: CInt) throws(SystemError) -> FileKind {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError(code: errno) }
    let type = status.st_mode & S_IFMT
    let size = type == S_IFREG ? UInt64(clamping: status.st_size) : nil
    return FileKind(isDirectory: type == S_IFDIR, size: size)
  }

  /// Reads what is there, at least one byte unless the input has ended (0).
  static func read(
    _ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    while true {
      #if canImport(Darwin)
        let count = unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
        let count = unsafe Musl.read(descriptor, buffer.baseAddress, buffer.count)
      #else
        let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      #endif
      if count >= 0 { return count }
      if errno != EINTR { throw SystemError(code: errno) }
    }
  }

  static var processID: Int32 { getpid() }

  /// Nanoseconds of a clock that only runs forward.
  static func monotonicNanoseconds() -> Int64 { nanoseconds(of: CLOCK_MONOTONIC) }

  /// Nanoseconds since 1970-01-01 00:00:00 UTC, as this machine's clock has it.
  static func wallClockNanoseconds() -> Int64 { nanoseconds(of: CLOCK_REALTIME) }

  private static func nanoseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    // Only an unknown clock makes this fail.
    _ = unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  static func close(_ descriptor: CInt) {
    #if canImport(Darwin)
      _ = Darwin.close(descriptor)
    #elseif canImport(Musl)
      _ = Musl.close(descriptor)
    #else
      _ = Glibc.close(descriptor)
    #endif
  }
}
