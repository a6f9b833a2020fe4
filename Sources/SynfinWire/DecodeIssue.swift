/// Why a packet could not be decoded further, and where.
@frozen
public struct DecodeIssue: Hashable, Sendable, BitwiseCopyable {
  /// What is wrong.
  public enum Reason: UInt8, Sendable, BitwiseCopyable {
    /// Nothing; the value that stands for "no issue".
    case none
    /// The capture holds fewer bytes than the header needs.
    case cut
    /// The packet itself, by its own lengths, ends before the header does.
    case short
    /// A length field is less than the header it stands in.
    case lengthTooSmall
    /// A length field claims more than the packet holds.
    case lengthTooLarge
    /// The version nibble is not that of the protocol announced.
    case version
    /// The chain of headers is longer than any honest packet's.
    case tooManyHeaders
    /// The link type is not known here.
    case linkType
  }

  /// What is wrong.
  public var reason: Reason
  /// In which layer.
  public var layer: LayerKind
  /// Bytes from the start of the packet to the header in question.
  public var offset: Int32
  /// Bytes that the header needs or the length field claims.
  public var required: Int32
  /// Bytes that are there.
  public var available: Int32

  @usableFromInline
  init(_ reason: Reason, _ layer: LayerKind, at offset: Int, required: Int, available: Int) {
    self.reason = reason
    self.layer = layer
    self.offset = Int32(truncatingIfNeeded: offset)
    self.required = Int32(truncatingIfNeeded: required)
    self.available = Int32(truncatingIfNeeded: available)
  }

  /// The value that stands for "no issue".
  @inlinable
  public static var none: DecodeIssue {
    DecodeIssue(.none, .payload, at: 0, required: 0, available: 0)
  }
}

extension DecodeIssue: CustomStringConvertible {
  /// One phrase for a person, such as "tcp header cut short by the capture: needs 20 bytes, 8 are
  /// there".
  public var description: String {
    let numbers = "needs \(required) bytes, \(available) are there"
    switch reason {
    case .none: return ""
    case .cut: return "\(layer) header cut short by the capture: \(numbers)"
    case .short: return "\(layer) header does not fit into the packet: \(numbers)"
    case .lengthTooSmall:
      return "\(layer) length field says \(available) bytes, the least is \(required)"
    case .lengthTooLarge:
      return "\(layer) length field says \(required) bytes, \(available) are there"
    case .version: return "\(layer) version is \(available), expected \(required)"
    case .tooManyHeaders: return "\(layer): more than \(required) headers in a chain"
    case .linkType: return "link type \(required) is not decoded"
    }
  }
}
