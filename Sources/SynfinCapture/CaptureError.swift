/// Why a capture cannot be opened, go on or be saved; its description is one line.
public struct CaptureError: Error, Hashable, Sendable {
  /// The kinds of failure a caller may want to tell apart.
  public enum Kind: Hashable, Sendable {
    /// The operating system refused to open or read the file.
    case unreadable
    /// The file has no bytes at all.
    case empty
    /// The file is compressed and has to be decompressed first.
    case compressed
    /// The file is no capture file that can be read here.
    case unknownFormat
    /// The file ends or makes no sense before its first packet.
    case damagedHeader
    /// The filter expression is wrong, or wrong for the link type of a packet.
    case invalidFilter
    /// The interfaces of this machine cannot be listed.
    case interfacesUnavailable
    /// An interface cannot be opened.
    case interfaceUnavailable
    /// An interface that was captured on has gone down or away.
    case interfaceLost
    /// A capture file cannot be created or written.
    case unwritable
    /// Whoever read the packets from a pipe has gone away.
    case readerGone
  }

  /// What kind of failure it is.
  public var kind: Kind
  /// The file, filter or interface it is about.
  public var subject: String
  /// The byte of the file it is about, from 0.
  public var offset: UInt64?
  /// What is wrong.
  public var problem: String
  /// What to do about it.
  public var advice: String?

  /// Makes an error from its parts.
  public init(
    _ kind: Kind, subject: String, offset: UInt64? = nil, problem: String, advice: String? = nil
  ) {
    self.kind = kind
    self.subject = subject
    self.offset = offset
    self.problem = problem
    self.advice = advice
  }
}

extension CaptureError: CustomStringConvertible {
  /// One line: what it is about, what is wrong, at which byte, and what to do.
  public var description: String {
    var line = "\(subject): \(problem)"
    if let offset { line += " at byte \(offset)" }
    if let advice { line += "; \(advice)" }
    return line
  }
}
