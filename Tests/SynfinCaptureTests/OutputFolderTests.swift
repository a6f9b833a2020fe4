import Foundation
import SynfinWire
import Testing

@testable import SynfinCapture

@Suite("Where capture files are written")
struct OutputFolderTests {
  private static func writer(
    _ path: String, rotation: Rotation = Rotation()
  ) throws -> SavefileWriter {
    try SavefileWriter(
      try OutputFolder(of: path), SavefileWriterTests.format(.microseconds), rotation: rotation)
  }

  /// Writes 50 packets to a path.
  private static func write(_ path: String) throws {
    var writer = try writer(path)
    try PacketSamples(count: 50).write(to: &writer)
    try writer.close()
  }

  private static func type(_ path: String) throws -> FileAttributeType? {
    try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
  }

  @Test("An existing file is replaced at the start, and readers of the old one keep it")
  func replacing() throws {
    try withFolder { folder in
      let path = "\(folder)/out"
      try Data("old".utf8).write(to: URL(filePath: path))
      let old = try FileHandle(forReadingFrom: URL(filePath: path))
      try Self.write(path)
      #expect(try Reading(path: path).packets.count == 50)
      #expect(try old.readToEnd() == Data("old".utf8))
      #expect(try names(in: folder) == ["out"])
    }
  }

  @Test("A symbolic link is replaced; what it points to stays as it is")
  func link() throws {
    try withFolder { folder in
      let victim = "\(folder)/victim"
      try Data("precious".utf8).write(to: URL(filePath: victim))
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/out", withDestinationPath: victim)
      try Self.write("\(folder)/out")
      #expect(try contents(victim) == Array("precious".utf8))
      #expect(try Self.type("\(folder)/out") == .typeRegular)
      #expect(try Reading(path: "\(folder)/out").packets.count == 50)
    }
  }

  @Test("A file that lies where the temporary one would be is left alone")
  func temporary() throws {
    try withFolder { folder in
      let name = ".synfin-\(getpid())-0.partial"
      try Data("mine".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
      try Self.write("\(folder)/out")
      #expect(try contents("\(folder)/\(name)") == Array("mine".utf8))
      #expect(try names(in: folder) == [name, "out"])
    }
  }

  @Test("A FIFO is written in place")
  func fifo() throws {
    try withFolder { folder in
      let path = "\(folder)/fifo"
      #expect(unsafe mkfifo(path, 0o600) == 0)
      let done = DispatchSemaphore(value: 0)
      nonisolated(unsafe) var reading: Reading?
      // The semaphore orders the accesses of the two threads.
      Thread.detachNewThread {
        unsafe reading = try? Reading(path: path)
        done.signal()
      }
      try Self.write(path)
      done.wait()
      #expect(unsafe reading?.packets.count == 50)
      #expect(try Self.type(path) != .typeRegular)
    }
  }

  @Test("A device is written in place and stays one")
  func device() throws {
    try Self.write("/dev/null")
    #expect(try Self.type("/dev/null") == .typeCharacterSpecial)
  }

  @Test("An open file of this process is written in place; a reader that goes is told of")
  func openFile() throws {
    _ = signal(SIGPIPE, SIG_IGN)
    let pipe = Pipe()
    let path = "/dev/fd/\(pipe.fileHandleForWriting.fileDescriptor)"
    var writer = try Self.writer(path)
    try PacketSamples(count: 2).write(to: &writer)
    try writer.flush()
    try pipe.fileHandleForReading.close()
    try PacketSamples(count: 2).write(to: &writer)
    let error = #expect(throws: CaptureError.self) { try writer.flush() }
    #expect(error?.kind == .readerGone)
    #expect(writer.packetsWritten == 2)
  }

  @Test("What cannot be written in turns is refused for a rotation")
  func noRotation() throws {
    for path in ["/dev/null"] {
      let error = #expect(throws: CaptureError.self) {
        _ = try Self.writer(path, rotation: Rotation(bytes: 1))
      }
      #expect(error?.description.contains("leave out -C and -G") == true)
    }
  }

  @Test("The folder stays the same, wherever its path goes meanwhile")
  func moved() throws {
    try withFolder { folder in
      let manager = FileManager.default
      try manager.createDirectory(atPath: "\(folder)/a", withIntermediateDirectories: false)
      let output = try OutputFolder(of: "\(folder)/a/out")
      try manager.moveItem(atPath: "\(folder)/a", toPath: "\(folder)/b")
      var writer = try SavefileWriter(
        output, SavefileWriterTests.format(.microseconds), rotation: Rotation(bytes: 20_000))
      try PacketSamples(count: 50).write(to: &writer)
      try writer.close()
      #expect(try names(in: "\(folder)/b") == ["out", "out1"])
    }
  }

  @Test(
    "What cannot be written is refused in one clear line",
    arguments: [
      ("", "'': no name of a file; name a file to write to"),
      ("/", "/: no name of a file; name a file to write to"),
      ("/tmp/..", "/tmp/..: no name of a file; name a file to write to"),
      ("/tmp", "/tmp: cannot write: Is a directory; name a file in it"),
      (
        "/nosuch/out", "/nosuch/out: cannot write: No such file or directory; check the path"
      ),
      (
        "/dev/nosuch", "/dev/nosuch: cannot write: No such file or directory; check the path"
      ),
    ])
  func refused(path: String, line: String) {
    let error = #expect(throws: CaptureError.self) { _ = try Self.writer(path) }
    #expect(error?.kind == .unwritable)
    #expect(error?.description == line)
  }

  @Test("A name may have all the bytes that the file system allows")
  func longName() throws {
    try withFolder { folder in
      let name = String(repeating: "x", count: 255)
      try Self.write("\(folder)/\(name)")
      #expect(try names(in: folder) == [name])
      let error = #expect(throws: CaptureError.self) { try Self.write("\(folder)/\(name)y") }
      #expect(error?.kind == .unwritable)
      #expect(try names(in: folder) == [name])
    }
  }

  #if os(Linux)
    @Test(
      "A full disk ends the file with its last whole record",
      .enabled(if: geteuid() == 0, "mounting needs root"))
    func fullDisk() throws {
      try inMount("size=200k") { folder in
        var writer = try Self.writer("\(folder)/out")
        var errors: [CaptureError] = []
        for _ in 0..<2 {
          let error = #expect(throws: CaptureError.self) {
            for _ in 0..<100 { try PacketSamples(count: 50).write(to: &writer) }
          }
          errors += error.map { [$0] } ?? []
        }
        #expect(errors.map(\.kind) == [.unwritable, .unwritable])
        let line = "\(folder)/out: cannot write: No space left on device; make room"
        #expect(errors.first?.description.hasPrefix(line) == true)
        let reading = try Reading(path: "\(folder)/out")
        #expect(reading.damage == nil)
        #expect(reading.packets.count == Int(writer.packetsWritten))
        #expect(try contents("\(folder)/out").count == Int(writer.bytesWritten))
        // Nearly all of the space is used.
        #expect(writer.bytesWritten > 150_000)
        #expect(throws: CaptureError.self) { try writer.close() }
      }
    }

    @Test(
      "A disk that is full at a rotation leaves the files before it whole",
      .enabled(if: geteuid() == 0, "mounting needs root"))
    func fullAtRotation() throws {
      try inMount("size=200k") { folder in
        var writer = try Self.writer("\(folder)/out", rotation: Rotation(bytes: 30_000))
        #expect(throws: CaptureError.self) {
          for _ in 0..<100 { try PacketSamples(count: 50).write(to: &writer) }
        }
        var packets = 0
        for name in try names(in: folder) {
          #expect(name.hasPrefix("out"))
          let reading = try Reading(path: "\(folder)/\(name)")
          #expect(reading.damage == nil)
          packets += reading.packets.count
        }
        #expect(packets == Int(writer.packetsWritten))
      }
    }

    @Test(
      "A folder that takes no files is known before the capture",
      .enabled(if: geteuid() == 0, "mounting needs root"))
    func notWritable() throws {
      try inMount("size=200k") { folder in
        #expect(try isWritable("\(folder)/out"))
        try run("mount -o remount,ro \(folder)")
        #expect(try !isWritable("\(folder)/out"))
        #expect(try isWritable("/dev/null"))
        #expect(try isWritable("-"))
      }
    }

    private func isWritable(_ path: String) throws -> Bool {
      let folder = try OutputFolder(of: path)
      return folder.isWritable
    }

    /// Lends a folder that is a small disk of its own, which only this thread sees.
    private func inMount(_ options: String, _ body: @escaping (String) throws -> Void) throws {
      try withFolder { folder in
        try inNew(.mounts) {
          try run("mount --make-rprivate / && mount -t tmpfs -o \(options) none \(folder)")
          try body(folder)
        }
      }
    }
  #endif
}
