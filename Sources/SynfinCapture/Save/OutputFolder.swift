/// The folder in which capture files are written, and the name of the file there.
///
/// It is opened once, and everything after happens relative to it: a process that gives its rights up
/// after that can still create files in it, as long as the folder itself allows it.
public struct OutputFolder: ~Copyable {
  /// The path as given; "-" is standard output.
  public let path: String
  /// The last part of the path, the name of the file.
  public let fileName: String
  /// Whether the output is standard output.
  public let isStandardOutput: Bool
  /// The open folder, for rules that name it (such as Landlock's); -1 for standard output.
  public let descriptor: Int32

  // What stands before the file's name, for messages.
  private let prefix: String
  // Whether names here are devices or open files of this process, and so are no place for new files.
  private let holdsDevices: Bool

  /// Opens the folder of a path.
  ///
  /// - Throws: `CaptureError` of kind `unwritable` if there is no such folder or the path names no file.
  public init(of path: String) throws(CaptureError) {
    self.path = path
    isStandardOutput = path == "-"
    let slash = path.lastIndex(of: "/")
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let prefix = slash.map { String(path[...$0]) } ?? ""
    fileName = name
    self.prefix = prefix
    guard !isStandardOutput else {
      descriptor = -1
      holdsDevices = false
      return
    }
    guard !name.isEmpty, name != ".", name != ".." else {
      throw CaptureError(
        .unwritable, subject: path.isEmpty ? "''" : path, problem: "no name of a file",
        advice: "name a file to write to")
    }
    let folder = prefix.isEmpty ? "." : prefix
    do throws(SystemError) {
      descriptor = try SystemCalls.openFolder(folder)
    } catch {
      throw .unwritable(path, error)
    }
    let real = SystemCalls.realPath(folder)
    holdsDevices = real == "/dev" || real == "/dev/fd" || real.hasPrefix("/proc/")
  }

  deinit {
    if descriptor >= 0 { SystemCalls.close(descriptor) }
  }

  /// Whether the output is a device, a FIFO or standard output, which is written in place and gets no other files beside it.
  public var isInPlace: Bool { isInPlace(fileName) }

  /// Whether a name here is written in place.
  func isInPlace(_ name: String) -> Bool {
    isStandardOutput || holdsDevices
      || (try? SystemCalls.kind(of: name, in: descriptor)) == .special
  }

  /// Whether this process may write there, with the rights it has now.
  ///
  /// Worth asking after the rights have been given up, to complain before the capture begins.
  public var isWritable: Bool {
    if isStandardOutput || holdsDevices { return true }
    if (try? SystemCalls.kind(of: fileName, in: descriptor)) == .special {
      return SystemCalls.isWritable(fileName, in: descriptor)
    }
    return SystemCalls.allowsNewFiles(descriptor)
  }

  /// A file's path as messages show it.
  func shown(_ name: String) -> String {
    isStandardOutput ? "standard output" : prefix + name
  }

  /// Whether the part before the file's name has a time format, which would need other folders later.
  var hasTimeFormat: Bool { prefix.contains("%") }
}

// MARK: Files

extension OutputFolder {
  /// A file open for writing.
  struct File {
    var descriptor: CInt
    /// Whether it is a new file, which may be cut and gets a successor.
    var isNew: Bool
  }

  /// Opens a name for writing, with these bytes as its first.
  ///
  /// A regular file appears whole under its name: it is made beside it and renamed, which replaces what
  /// had the name, a symbolic link itself and not what it points to. A FIFO or a device is written in place.
  func open(_ name: String, startingWith bytes: [UInt8]) throws(CaptureError) -> File {
    if isStandardOutput {
      try begin(SystemCalls.standardOutput, bytes, name)
      return File(descriptor: SystemCalls.standardOutput, isNew: false)
    }
    do throws(SystemError) {
      let kind = try SystemCalls.kind(of: name, in: descriptor)
      if kind == .folder { throw SystemError(code: SystemError.isDirectory) }
      if kind == .special || holdsDevices {
        let file = try SystemCalls.openSpecial(in: descriptor, name, followsLinks: holdsDevices)
        return try started(File(descriptor: file, isNew: false), bytes)
      }
      return try create(name, bytes)
    } catch {
      if error.code == SystemError.interrupted {
        throw CaptureError(
          .unwritable, subject: shown(name), problem: "interrupted while waiting for its reader")
      }
      throw .unwritable(shown(name), error)
    }
  }

  private func begin(
    _ descriptor: CInt, _ bytes: [UInt8], _ name: String
  ) throws(CaptureError) {
    do throws(SystemError) {
      try Self.put(bytes, to: descriptor)
    } catch {
      throw .unwritable(shown(name), error)
    }
  }

  private func started(_ file: File, _ bytes: [UInt8]) throws(SystemError) -> File {
    do throws(SystemError) {
      try Self.put(bytes, to: file.descriptor)
      return file
    } catch {
      SystemCalls.close(file.descriptor)
      throw error
    }
  }

  private func create(_ name: String, _ bytes: [UInt8]) throws(SystemError) -> File {
    let (file, temporary) = try createTemporary()
    do throws(SystemError) {
      let file = try started(File(descriptor: file, isNew: true), bytes)
      try SystemCalls.rename(temporary, to: name, in: descriptor)
      return file
    } catch {
      SystemCalls.remove(temporary, in: descriptor)
      throw error
    }
  }

  private func createTemporary() throws(SystemError) -> (CInt, String) {
    var attempt = 0
    while true {
      let name = ".synfin-\(SystemCalls.processID)-\(attempt).partial"
      do throws(SystemError) {
        return (try SystemCalls.createFile(in: descriptor, name), name)
      } catch {
        // Somebody else's file, or one left by a killed process, is never touched.
        guard error.code == SystemError.isThere, attempt < 100 else { throw error }
        attempt += 1
      }
    }
  }

  private static func put(_ bytes: [UInt8], to descriptor: CInt) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // The closure cannot tell the compiler what it throws, and so hands its result out.
      let written = unsafe rest.withUnsafeBytes { buffer in
        Result { () throws(SystemError) in try unsafe SystemCalls.write(descriptor, buffer) }
      }
      rest = rest.dropFirst(try written.get())
    }
  }
}
