public import SynfinWire

/// What is known of an interface that packets are being captured on.
public struct LiveInterface: Hashable, Sendable {
  /// The name it was opened by, such as "eth0".
  public var name: String
  /// What the first byte of its packets is.
  public var linkType: LinkType
  /// libpcap's name of the link type, such as "EN10MB"; for a type without one "DLT 250".
  public var linkTypeName: String
  /// libpcap's words for the link type, such as "Ethernet"; nil if it has none.
  public var linkTypeWords: String?
  /// The most bytes kept of a packet, as libpcap settled it.
  public var snapLength: Int
  /// The unit of the time stamps, as libpcap settled it.
  public var precision: LiveOptions.Precision
  /// The filter in force.
  public var filter: String?
  /// What libpcap could not do as asked, in one line; nil if it could do all.
  public var warning: String?

  /// Makes facts of their parts.
  public init(
    name: String, linkType: LinkType, linkTypeName: String, linkTypeWords: String? = nil,
    snapLength: Int, precision: LiveOptions.Precision, filter: String? = nil,
    warning: String? = nil
  ) {
    self.name = name
    self.linkType = linkType
    self.linkTypeName = linkTypeName
    self.linkTypeWords = linkTypeWords
    self.snapLength = snapLength
    self.precision = precision
    self.filter = filter
    self.warning = warning
  }

  /// The same in the words of capture files.
  public var asCaptureInterface: CaptureInterface {
    var interface = CaptureInterface(
      linkType: linkType, snapLength: snapLength,
      timestampResolution: precision == .nanoseconds ? .nanoseconds : .microseconds)
    interface.name = name
    interface.filter = filter
    return interface
  }
}

extension LiveInterface: CustomStringConvertible {
  /// What tcpdump says after "listening on ": "eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes".
  public var description: String {
    let words = linkTypeWords.map { " (\($0))" } ?? ""
    return "\(name), link-type \(linkTypeName)\(words), snapshot length \(snapLength) bytes"
  }
}
