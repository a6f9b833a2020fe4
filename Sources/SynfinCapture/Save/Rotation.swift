/// When a capture goes on in another file, exactly as tcpdump's `-C`, `-G` and `-W` have it.
public struct Rotation: Hashable, Sendable {
  /// A file that is larger than so many bytes gets no further packet (`-C`, which counts millions).
  public var bytes: UInt64?
  /// A file gets packets for so many seconds; the file's name is then a format of strftime(3) (`-G`).
  public var seconds: Int64?
  /// With `bytes` the number of files that take turns, alone with `seconds` the number after which the
  /// capture ends (`-W`).
  public var files: Int?

  /// Makes a rotation; without any part there is one file.
  public init(bytes: UInt64? = nil, seconds: Int64? = nil, files: Int? = nil) {
    self.bytes = bytes
    self.seconds = seconds
    self.files = files
  }

  var isNone: Bool { bytes == nil && seconds == nil }
}

/// Which file of a rotation is the current one.
struct RotationState {
  private let rotation: Rotation
  private let fileName: String
  // Files since the last one that a time began; numbers the names.
  private var count = 0
  // The second at which the current time began, and how many are over.
  private var begin: Int64
  private var windows = 0

  init(_ rotation: Rotation, fileName: String, start: Int64) {
    self.rotation = rotation
    self.fileName = fileName
    begin = start
  }

  /// Whether the capture is to end.
  var isFull: Bool {
    guard rotation.bytes == nil, let files = rotation.files else { return false }
    return windows >= files
  }

  /// Steps to the next file if a packet of this second belongs there; the time is looked at first.
  mutating func step(at second: Int64, fileSize: UInt64) -> Bool {
    if let seconds = rotation.seconds, second &- begin >= seconds {
      begin = second
      windows += 1
      count = 0
      return true
    }
    guard let limit = rotation.bytes, fileSize > limit else { return false }
    count += 1
    if let files = rotation.files, count >= files { count = 0 }
    return true
  }

  /// The name of the current file; nil if the time format makes no name of a file.
  var name: String? {
    var name = fileName
    if rotation.seconds != nil {
      guard let expanded = SystemCalls.localTime(begin, format: fileName) else { return nil }
      name = expanded
    }
    let width = rotation.bytes == nil ? 0 : digits
    if count > 0 || width > 0 {
      let number = String(count)
      name += String(repeating: "0", count: max(0, width - number.count)) + number
    }
    return name.contains("/") ? nil : name
  }

  /// Digits of the highest number: none for one file.
  private var digits: Int {
    guard let files = rotation.files, files > 1 else { return 0 }
    return String(files - 1).count
  }
}
