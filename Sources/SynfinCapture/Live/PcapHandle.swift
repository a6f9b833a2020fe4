internal import CPcap
internal import SynfinWire

/// libpcap's handle of one interface, closed when it goes.
@safe
struct PcapHandle: ~Copyable {
  // Owned: closed in deinit.
  let pointer: OpaquePointer
  let name: String

  /// Makes a handle that has still to be activated.
  init(_ name: String) throws(CaptureError) {
    var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    // libpcap writes a terminated message of at most PCAP_ERRBUF_SIZE bytes.
    let created = unsafe text.withUnsafeMutableBufferPointer {
      unsafe pcap_create(name, $0.baseAddress)
    }
    guard let created = unsafe created else {
      throw CaptureError(.interfaceUnavailable, subject: name, problem: libpcapMessage(text))
    }
    unsafe pointer = created
    self.name = name
  }

  deinit {
    unsafe pcap_close(pointer)
  }

  /// What libpcap said last, on one line.
  var message: String {
    // The handle's own message buffer, terminated, valid until the next call.
    unsafe pcap_geterr(pointer).map { unsafe oneLine(String(cString: $0)) } ?? ""
  }

  /// Opens the interface; gives libpcap's code for a warning, or 0.
  func activate() throws(CaptureError) -> CInt {
    let status = unsafe pcap_activate(pointer)
    guard status >= 0 else { throw refusal(status) }
    return status
  }

  /// Whether this is the pseudo-interface that stands for all of them.
  var isAny: Bool {
    #if os(Linux)
      name == "any"
    #else
      false
    #endif
  }

  /// The error for one of libpcap's status codes, with what to do about it.
  func refusal(_ status: CInt) -> CaptureError {
    // Terminated, and it lives as long as the library.
    let words = unsafe pcap_statustostr(status).map { unsafe String(cString: $0) } ?? ""
    let message = message
    var error = CaptureError(
      .interfaceUnavailable, subject: name,
      problem: status == PCAP_ERROR || words.isEmpty ? message : words)
    switch status {
    case PCAP_ERROR_PERM_DENIED:
      error.problem = "no permission to capture"
      error.advice = "run it with sudo, or give the binary cap_net_raw (see README)"
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      error.problem = "no permission for promiscuous mode"
      error.advice = "run it with sudo, or do without it (-p)"
    case PCAP_ERROR_NO_SUCH_DEVICE:
      error.problem = "no such interface"
      error.advice = "see synfin interfaces"
    case PCAP_ERROR_IFACE_NOT_UP:
      error.problem = "the interface is down"
      error.advice = "switch it on: \(Self.switchOn(name))"
    case PCAP_ERROR_RFMON_NOTSUP:
      error.problem = "no monitor mode on this interface"
      error.advice = "leave out -I, or name a Wi-Fi interface whose driver has it"
    default: break
    }
    return error
  }

  private static func switchOn(_ name: String) -> String {
    #if os(Linux)
      "ip link set \(name) up"
    #else
      "ifconfig \(name) up"
    #endif
  }

  // MARK: Link types

  /// The link types this interface offers, the one in use first; the handle has to be active.
  var linkTypes: [NetworkInterface.OfferedLinkType] {
    var list: UnsafeMutablePointer<CInt>?
    let count = unsafe pcap_list_datalinks(pointer, &list)
    let current = unsafe pcap_datalink(pointer)
    guard count > 0, let list = unsafe list else { return [Self.offered(current)] }
    // The list has `count` entries and is ours to give back.
    defer { unsafe pcap_free_datalinks(list) }
    let all = (0..<Int(count)).map { unsafe list[$0] }
    return ([current] + all.filter { $0 != current }).map(Self.offered)
  }

  /// The link type in use.
  var linkType: NetworkInterface.OfferedLinkType { unsafe Self.offered(pcap_datalink(pointer)) }

  private static func offered(_ dlt: CInt) -> NetworkInterface.OfferedLinkType {
    // Both are terminated strings that live as long as the library.
    let name = unsafe pcap_datalink_val_to_name(dlt).map { unsafe String(cString: $0) }
    let words = unsafe pcap_datalink_val_to_description(dlt).map { unsafe String(cString: $0) }
    return NetworkInterface.OfferedLinkType(
      linkType: LinkType(dlt: dlt), name: name ?? "DLT \(dlt)", words: words)
  }
}
