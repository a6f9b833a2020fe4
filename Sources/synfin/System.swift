#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// What the command line asks of the operating system, in one place.
enum System {
  static let standardInput: Int32 = 0
  static let standardOutput: Int32 = 1
  static let standardError: Int32 = 2

  static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
  }

  /// The value of an environment variable; nil if it is not set.
  static func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// Columns of the terminal behind a descriptor; nil if it is none.
  static func terminalWidth(_ descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Seconds of a clock that only runs forward.
  static func monotonicSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Nanoseconds of the same clock.
  static func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  /// Nanoseconds since 1970 by the clock that stamps packets, which may be set.
  static func wallClockNanoseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  /// The most memory that was resident at once, in MiB.
  static var peakMemoryMiB: UInt64 {
    var usage = rusage()
    // RUSAGE_SELF, which every C library imports as another type.
    unsafe getrusage(0, &usage)
    #if canImport(Darwin)
      return UInt64(usage.ru_maxrss) >> 20
    #else
      return UInt64(usage.ru_maxrss) >> 10
    #endif
  }

  /// Opens /dev/null in the place of standard streams that the caller has closed, so that no file that is opened later gets
  /// what is meant for them.
  static func fillStandardStreams() {
    for descriptor in [standardInput, standardOutput, standardError]
    where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free, which is this one.
      _ = unsafe open("/dev/null", O_RDWR)
    }
  }

  /// Has a signal answered by `handler`, unless the caller wants it ignored (nohup): then it stays so.
  ///
  /// A signal handler may call it.
  static func answer(_ number: Int32, _ handler: (@convention(c) (Int32) -> Void)?) {
    let before = signal(number, handler)
    let isIgnored =
      unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    if isIgnored { _ = signal(number, SIG_IGN) }
  }

  /// Makes writes to a closed pipe, or beyond the size that a file may have, fail instead of killing the process.
  static func surviveFailedWrites() {
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
  }

  static func message(_ code: Int32) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  /// The first word of the command line that is not UTF-8, with a mark where it is not.
  ///
  /// Swift's strings cannot hold its bytes, and so a file of that name could not be found.
  static func unreadableArgument() -> String? {
    for (index, word) in CommandLine.arguments.enumerated() where word.contains("\u{FFFD}") {
      // The C library's array has as many terminated words as `arguments`.
      guard let bytes = unsafe CommandLine.unsafeArgv[index] else { continue }
      if unsafe String(validatingCString: bytes) == nil { return word }
    }
    return nil
  }

  /// Writes one line to standard error; a failure there can be told to nobody.
  static func complain(_ line: String) {
    print("synfin: \(harmless(line))\n", to: standardError)
  }

  /// One line without characters that steer a terminal or its reading order: a file's name may hold
  /// anything.
  static func harmless(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: "?"
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// Writes text without a buffer and without asking whether it arrived.
  static func print(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
  }

  static func quit(_ status: ExitStatus) -> Never {
    exit(status.rawValue)
  }
}

/// A file's identity and kind.
struct FileStatus: Equatable {
  var device: UInt64
  var inode: UInt64
  var isRegular: Bool

  /// Looks at a file, through symbolic links; nil if there is none.
  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
    isRegular = status.st_mode & S_IFMT == S_IFREG
  }
}
