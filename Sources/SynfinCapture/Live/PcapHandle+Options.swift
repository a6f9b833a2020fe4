internal import CPcap
internal import SynfinWire

// Each step of opening an interface, with a clear error where libpcap refuses it.

extension PcapHandle {
  /// Makes the settings that have to be made before the interface is opened.
  func configure(_ options: LiveOptions, readTimeout: Int) throws(CaptureError) {
    if options.isMonitor { try setMonitorMode() }
    if let type = options.timestampType { try setTimestampType(type) }
    let buffer = CInt(clamping: options.bufferBytes)
    // These fail only on a handle that is active already. libpcap takes 0 bytes for its maximum.
    unsafe pcap_set_snaplen(pointer, CInt(clamping: options.snapLength))
    // The pseudo-interface has no such mode, and libpcap would warn of that.
    unsafe pcap_set_promisc(pointer, options.isPromiscuous && !isAny ? 1 : 0)
    unsafe pcap_set_timeout(pointer, CInt(readTimeout))
    unsafe pcap_set_immediate_mode(pointer, options.isImmediate ? 1 : 0)
    if buffer > 0 { unsafe pcap_set_buffer_size(pointer, buffer) }
    if options.precision == .nanoseconds {
      // Where that is refused, libpcap stays with microseconds.
      unsafe pcap_set_tstamp_precision(pointer, CInt(PCAP_TSTAMP_PRECISION_NANO))
    }
  }

  /// The unit of the time stamps.
  var precision: LiveOptions.Precision {
    let precision = unsafe pcap_get_tstamp_precision(pointer)
    return precision == PCAP_TSTAMP_PRECISION_NANO ? .nanoseconds : .microseconds
  }

  private func setMonitorMode() throws(CaptureError) {
    let status = unsafe pcap_can_set_rfmon(pointer)
    guard status >= 0 else { throw refusal(status) }
    guard status == 1 else { throw refusal(CInt(PCAP_ERROR_RFMON_NOTSUP)) }
    unsafe pcap_set_rfmon(pointer, 1)
  }

  private func setTimestampType(_ type: String) throws(CaptureError) {
    let value = unsafe pcap_tstamp_type_name_to_val(type)
    // A warning means that the interface lacks this type and would quietly use another.
    if value >= 0, unsafe pcap_set_tstamp_type(pointer, value) == 0 { return }
    let offered = timestampTypes
    let names = offered.isEmpty ? "none but the usual one" : offered.joined(separator: ", ")
    throw CaptureError(
      .interfaceUnavailable, subject: name, problem: "no time stamps of type '\(type)'",
      advice: "it offers \(names)")
  }

  private var timestampTypes: [String] {
    var list: UnsafeMutablePointer<CInt>?
    let count = unsafe pcap_list_tstamp_types(pointer, &list)
    guard count > 0, let list = unsafe list else { return [] }
    // The list has `count` entries and is ours to give back; the names live as long as the library.
    defer { unsafe pcap_free_tstamp_types(list) }
    return (0..<Int(count)).compactMap { index in
      unsafe pcap_tstamp_type_val_to_name(list[index]).map { unsafe String(cString: $0) }
    }
  }
}

// MARK: After activation

extension PcapHandle {
  /// Chooses the link type, which decides what a filter means, and so goes first.
  func setLinkType(_ name: String?) throws(CaptureError) {
    guard let name else {
      // As tcpdump does: the second version of these headers tells the interface of each packet.
      if isAny { unsafe pcap_set_datalink(pointer, DLT_LINUX_SLL2) }
      return
    }
    let value = unsafe pcap_datalink_name_to_val(name)
    if value >= 0, unsafe pcap_set_datalink(pointer, value) == 0 { return }
    let offered = linkTypes.map(\.name).joined(separator: ", ")
    throw CaptureError(
      .interfaceUnavailable, subject: self.name, problem: "no link type '\(name)'",
      advice: "it offers \(offered)")
  }

  /// Sets the filter; libpcap applies it to packets that came in before, too.
  func setFilter(_ expression: String) throws(CaptureError) {
    var code = unsafe bpf_program()
    // 1 asks for optimized code.
    guard unsafe pcap_compile(pointer, &code, expression, 1, netmask) == 0 else {
      throw CaptureFilter.failure(expression, linkType.linkType, message)
    }
    // The handle makes a copy of its own.
    defer { unsafe pcap_freecode(&code) }
    guard unsafe pcap_setfilter(pointer, &code) == 0 else {
      throw CaptureError(
        .invalidFilter, subject: "filter '\(expression)'",
        problem: "cannot be set on \(name): \(message)")
    }
  }

  /// The mask of the interface's IPv4 network, for "ip broadcast"; `PCAP_NETMASK_UNKNOWN` makes that an error.
  private var netmask: UInt32 {
    var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    var network: UInt32 = 0
    var mask: UInt32 = 0
    // libpcap writes a terminated message of at most PCAP_ERRBUF_SIZE bytes.
    let status = unsafe text.withUnsafeMutableBufferPointer {
      unsafe pcap_lookupnet(name, &network, &mask, $0.baseAddress)
    }
    return status == 0 ? mask : 0xffff_ffff
  }

  func setDirection(_ direction: LiveOptions.Direction) throws(CaptureError) {
    let value =
      switch direction {
      case .incoming: PCAP_D_IN
      case .outgoing: PCAP_D_OUT
      case .both: PCAP_D_INOUT
      }
    if direction == .both { return }
    guard unsafe pcap_setdirection(pointer, value) == 0 else {
      throw CaptureError(
        .interfaceUnavailable, subject: name,
        problem: "cannot capture one direction only: \(message)", advice: "leave out -Q")
    }
  }

  func setNonblocking() throws(CaptureError) {
    var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    // libpcap writes a terminated message of at most PCAP_ERRBUF_SIZE bytes.
    let status = unsafe text.withUnsafeMutableBufferPointer {
      unsafe pcap_setnonblock(pointer, 1, $0.baseAddress)
    }
    guard status == 0 else {
      throw CaptureError(.interfaceUnavailable, subject: name, problem: libpcapMessage(text))
    }
  }

  /// Whether libpcap asks to be called from time to time, because its descriptor does not tell all.
  var wantsCalls: Bool {
    #if os(Linux)
      unsafe pcap_get_required_select_timeout(pointer) != nil
    #else
      false
    #endif
  }

  /// What a warning of the activation means for the user; nil if there was none.
  func warning(_ status: CInt) -> String? {
    guard status > 0 else { return nil }
    if status == PCAP_WARNING_PROMISC_NOTSUP {
      return "\(name): no promiscuous mode on this interface; only this machine's packets are seen"
    }
    return "\(name): \(message)"
  }
}
