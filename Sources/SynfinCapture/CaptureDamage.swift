/// Where and why the reading of a capture file stopped before a clean end.
///
/// All packets before the damage have been delivered.
public struct CaptureDamage: Error, Hashable, Sendable {
  /// The kinds of damage.
  public enum Kind: Hashable, Sendable {
    /// The file ends inside a record: this many bytes belong to it, so many are there.
    case cutShort(needed: Int, available: Int)
    /// A record contradicts itself or the format.
    case impossible
    /// The operating system reported an error while reading.
    case unreadable
  }

  /// What kind of damage it is.
  public var kind: Kind
  /// Where the record that cannot be read begins: bytes from the start of the file.
  public var offset: UInt64
  /// What cannot be read, such as "packet 17" or "an interface description block".
  public var part: String
  /// What is wrong with it; empty when the kind says everything.
  public var problem: String

  init(_ kind: Kind, offset: UInt64, part: String, problem: String = "") {
    self.kind = kind
    self.offset = offset
    self.part = part
    self.problem = problem
  }
}

extension CaptureDamage: CustomStringConvertible {
  /// One line, such as "cut short in the middle of packet 17 at byte 2048 (needs 74 bytes, 12 are there)".
  public var description: String {
    switch kind {
    case .cutShort(let needed, let available):
      let verb = available == 1 ? "is" : "are"
      return "cut short in the middle of \(part) at byte \(offset)"
        + " (needs \(needed) bytes, \(available) \(verb) there)"
    case .impossible:
      return "damaged in \(part) at byte \(offset): \(problem)"
    case .unreadable:
      return "cannot read on in \(part) at byte \(offset): \(problem)"
    }
  }
}
