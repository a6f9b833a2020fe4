// The system calls of writing files inside an open folder.

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// What a name in a folder stands for, without following a symbolic link.
enum NameKind {
  case none
  case regular
  case folder
  case link
  /// A FIFO, a device or a socket.
  case special
}

extension SystemCalls {
  static let standardOutput: CInt = STDOUT_FILENO

  /// Opens a folder, to be used as the place of files.
  static func openFolder(_ path: String) throws(SystemError) -> CInt {
    try openFile(in: AT_FDCWD, path, O_RDONLY | O_DIRECTORY)
  }

  /// Creates a file that must not be there yet, never through a link.
  static func createFile(in folder: CInt, _ name: String) throws(SystemError) -> CInt {
    try openFile(in: folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
  }

  /// Opens for writing what is there; may wait for the reader of a FIFO, until a signal comes in.
  static func openSpecial(
    in folder: CInt, _ name: String, followsLinks: Bool
  ) throws(SystemError) -> CInt {
    let links = followsLinks ? O_TRUNC : O_NOFOLLOW
    return try openFile(in: folder, name, O_WRONLY | O_NOCTTY | links)
  }

  private static func openFile(
    in folder: CInt, _ name: String, _ flags: CInt
  ) throws(SystemError) -> CInt {
    // The string lives, terminated, as long as the call.
    let descriptor = unsafe openat(folder, name, flags | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SystemError(code: errno) }
    return descriptor
  }

  static func kind(of name: String, in folder: CInt) throws(SystemError) -> NameKind {
    var status = stat()
    // The string lives, terminated, as long as the call.
    guard unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return .none }
      throw SystemError(code: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .regular
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .special
    }
  }

  /// Whether this process may write to what has the name, with the rights it has now.
  static func isWritable(_ name: String, in folder: CInt) -> Bool {
    // The string lives, terminated, as long as the call.
    unsafe faccessat(folder, name, W_OK, AT_EACCESS) == 0
  }

  /// Whether this process may create files in the folder, with the rights it has now.
  static func allowsNewFiles(_ folder: CInt) -> Bool {
    unsafe faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) == 0
  }

  static func rename(_ name: String, to final: String, in folder: CInt) throws(SystemError) {
    // The strings live, terminated, as long as the call.
    guard unsafe renameat(folder, name, folder, final) == 0 else {
      throw SystemError(code: errno)
    }
  }

  static func remove(_ name: String, in folder: CInt) {
    _ = unsafe unlinkat(folder, name, 0)
  }

  /// Writes some of the bytes, at least one.
  static func write(
    _ descriptor: CInt, _ bytes: UnsafeRawBufferPointer
  ) throws(SystemError) -> Int {
    while true {
      #if canImport(Darwin)
        let count = unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
      #elseif canImport(Musl)
        let count = unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
      #else
        let count = unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      #endif
      if count > 0 { return count }
      // Nothing written and no error: a device that takes no more.
      if count == 0 { throw SystemError(code: ENOSPC) }
      if errno == EAGAIN {
        // A pipe that somebody made non-blocking: wait until it takes more.
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&entry, 1, -1)
      } else if errno != EINTR {
        throw SystemError(code: errno)
      }
    }
  }

  static func truncate(_ descriptor: CInt, to size: UInt64) {
    while ftruncate(descriptor, off_t(clamping: size)) != 0, errno == EINTR {}
  }

  /// Closes a file that was written; some file systems tell of a failed write only here.
  static func closeWritten(_ descriptor: CInt) throws(SystemError) {
    #if canImport(Darwin)
      let status = Darwin.close(descriptor)
    #elseif canImport(Musl)
      let status = Musl.close(descriptor)
    #else
      let status = Glibc.close(descriptor)
    #endif
    // The descriptor is closed even where a signal came in.
    guard status == 0 || errno == EINTR else { throw SystemError(code: errno) }
  }

  /// The path without links, "." and ".."; the path itself if it cannot be followed.
  static func realPath(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// A time in the words of strftime(3), in this machine's time zone; nil if that makes no name.
  static func localTime(_ seconds: Int64, format: String) -> String? {
    var time = time_t(truncatingIfNeeded: seconds)
    var parts = unsafe tm()
    guard unsafe localtime_r(&time, &parts) != nil else { return nil }
    var text = [CChar](repeating: 0, count: 1025)
    // strftime writes at most as many bytes as it is told, the last of them 0.
    let count = unsafe strftime(&text, text.count, format, &parts)
    let bytes = text.prefix(count).map(UInt8.init(bitPattern:))
    return count == 0 ? nil : String(validating: bytes, as: UTF8.self)
  }
}

extension SystemError {
  static let interrupted = EINTR
  static let isThere = EEXIST
  static let readerGone = EPIPE

  /// What the user can do about a file that cannot be created or written.
  var writingAdvice: String? {
    switch code {
    case ENOSPC, EDQUOT: "make room or write elsewhere; what was written before is complete"
    case EACCES, EPERM: "name a folder that the user who captures may write to (see -Z)"
    case EROFS: "name a file on another file system"
    case EFBIG: "begin a new file in time with -C"
    case ENOENT, ENOTDIR: "check the path"
    case EISDIR: "name a file in it"
    default: nil
    }
  }
}

extension CaptureError {
  static func unwritable(_ path: String, _ error: SystemError) -> CaptureError {
    if error.code == SystemError.readerGone {
      return CaptureError(.readerGone, subject: path, problem: "its reader has gone away")
    }
    return CaptureError(
      .unwritable, subject: path, problem: "cannot write: \(error.message)",
      advice: error.writingAdvice)
  }
}
