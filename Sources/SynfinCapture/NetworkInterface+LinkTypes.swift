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
    var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    // libpcap writes a terminated message of at most PCAP_ERRBUF_SIZE bytes.
    let created = unsafe text.withUnsafeMutableBufferPointer {
      unsafe pcap_create(name, $0.baseAddress)
    }
    guard let handle = unsafe created else {
      throw CaptureError(.interfaceUnavailable, subject: name, problem: libpcapMessage(text))
    }
    defer { unsafe pcap_close(handle) }
    // No packet will be taken: little memory is enough.
    unsafe pcap_set_snaplen(handle, 64)
    unsafe pcap_set_buffer_size(handle, 1 << 16)
    let status = unsafe pcap_activate(handle)
    guard status >= 0 else { throw unsafe refusal(name, handle, status) }
    return unsafe linkTypes(of: handle)
  }

  @unsafe
  private static func linkTypes(of handle: OpaquePointer) -> [OfferedLinkType] {
    var list: UnsafeMutablePointer<CInt>?
    let count = unsafe pcap_list_datalinks(handle, &list)
    let usual = unsafe pcap_datalink(handle)
    guard count > 0, let list = unsafe list else { return [offered(usual)] }
    // The list has `count` entries and is ours to give back.
    defer { unsafe pcap_free_datalinks(list) }
    let all = (0..<Int(count)).map { unsafe list[$0] }
    return ([usual] + all.filter { $0 != usual }).map(offered)
  }

  private static func offered(_ dlt: CInt) -> OfferedLinkType {
    // Both are terminated strings that live as long as the library.
    let name = unsafe pcap_datalink_val_to_name(dlt).map { unsafe String(cString: $0) }
    let words = unsafe pcap_datalink_val_to_description(dlt).map { unsafe String(cString: $0) }
    return OfferedLinkType(linkType: LinkType(dlt: dlt), name: name ?? "DLT \(dlt)", words: words)
  }

  @unsafe
  private static func refusal(
    _ name: String, _ handle: OpaquePointer, _ status: CInt
  ) -> CaptureError {
    // Both are terminated strings; the first one lives as long as the handle.
    let detail = unsafe pcap_geterr(handle).map { unsafe String(cString: $0) } ?? ""
    let problem = unsafe pcap_statustostr(status).map { unsafe String(cString: $0) } ?? ""
    var error = CaptureError(
      .interfaceUnavailable, subject: name,
      problem: status == PCAP_ERROR || problem.isEmpty ? detail : problem)
    switch status {
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      error.problem = "no permission to capture"
      error.advice = "run it with sudo"
    case PCAP_ERROR_NO_SUCH_DEVICE:
      error.problem = "no such interface"
      error.advice = "see synfin interfaces"
    case PCAP_ERROR_IFACE_NOT_UP:
      error.problem = "the interface is down"
      error.advice = "switch it on: ip link set \(name) up"
    default: break
    }
    return error
  }
}
