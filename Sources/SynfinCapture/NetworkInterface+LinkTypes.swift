internal import CPcap
public import SynfinWire

extension NetworkInterface {
  /// A link type that an interface offers to capture with.
  public struct OfferedLinkType: Hashable, Sendable {
    /// The number that a capture file would say.
    public var linkType: LinkType
    /// libpcap's name of it, such as "EN10MB"; for a type without one "DLT 250".
    public var name: String
    /// libpcap's words for it, such as "Ethernet"; nil if it has none.
    public var words: String?
  }

  /// Asks which link types an interface offers, the one it uses unless told otherwise first.
  ///
  /// Opens the interface for that, without promiscuous mode, and so needs the right to capture.
  ///
  /// - Throws: `CaptureError` of kind `interfaceUnavailable` if the interface cannot be opened.
  public static func linkTypes(of name: String) throws(CaptureError) -> [OfferedLinkType] {
    let handle = try PcapHandle(name)
    // No packet will be taken: little memory is enough.
    unsafe pcap_set_snaplen(handle.pointer, 64)
    unsafe pcap_set_buffer_size(handle.pointer, 1 << 16)
    _ = try handle.activate()
    return handle.linkTypes
  }
}
