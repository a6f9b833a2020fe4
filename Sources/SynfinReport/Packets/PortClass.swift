/// The three ranges of port numbers (RFC 6335 §6).
public enum PortClass: String, Sendable, CaseIterable {
  /// 0 to 1023: system ports, assigned by IANA.
  case wellKnown = "well-known"
  /// 1024 to 49151: user ports, registered with IANA.
  case registered
  /// 49152 to 65535: private ports, never assigned; what most clients choose from.
  case dynamic

  /// The range that a port lies in.
  public init(port: UInt16) {
    switch port {
    case 0...1023: self = .wellKnown
    case 1024...49151: self = .registered
    default: self = .dynamic
    }
  }
}
