internal import CPcap
internal import SynfinWire

/// A capture on one interface.
///
/// Everything that needs rights happens in `init`; later the process may give them up. Nothing blocks:
/// `drain` hands out what waits, and a caller who wants to wait polls `pollDescriptor`.
public struct LiveCapture: ~Copyable {
  /// What is known of the interface.
  public let interface: LiveInterface
  /// A descriptor that becomes readable when packets wait; -1 if the interface has none.
  public let pollDescriptor: Int32

  let handle: PcapHandle
  @usableFromInline var record = PacketRecord.none
  private let nanosecondsPerFraction: Int64
  private let wantsCalls: Bool
  /// Packets handed out so far.
  private(set) var handedOut: UInt64 = 0
  // How many packets may be handed out; see `stop`.
  private var end = UInt64.max
  private var counters = LiveCounters()
  private var loss = LiveLoss()

  /// Opens an interface and begins to capture.
  ///
  /// The filter is in force for every packet that will be handed out.
  ///
  /// - Throws: `CaptureError` of kind `interfaceUnavailable` or `invalidFilter`: one line that says what to do.
  public init(interface name: String, _ options: LiveOptions = LiveOptions()) throws(CaptureError) {
    try self.init(interface: name, options, readTimeout: LiveOptions.readTimeout)
  }

  /// Opens an interface; the kernel hands packets over after so many milliseconds at the latest.
  init(
    interface name: String, _ options: LiveOptions, readTimeout: Int
  ) throws(CaptureError) {
    let handle = try PcapHandle(name)
    try handle.configure(options, readTimeout: readTimeout)
    let status = try handle.activate()
    let warning = handle.warning(status)
    try handle.setLinkType(options.linkTypeName)
    if let filter = options.filter { try handle.setFilter(filter) }
    try handle.setDirection(options.direction)
    try handle.setNonblocking()
    let linkType = handle.linkType
    let precision = handle.precision
    interface = LiveInterface(
      name: name, linkType: linkType.linkType, linkTypeName: linkType.name,
      linkTypeWords: linkType.words, snapLength: unsafe Int(pcap_snapshot(handle.pointer)),
      precision: precision, filter: options.filter, warning: warning)
    pollDescriptor = unsafe pcap_get_selectable_fd(handle.pointer)
    nanosecondsPerFraction = precision == .nanoseconds ? 1 : 1000
    wantsCalls = handle.wantsCalls
    self.handle = handle
    record.linkType = linkType.linkType
    record.hasTimestamp = true
  }

  /// Hands out the packets that wait now, at most `limit`, and gives how many; 0 means that none waits.
  ///
  /// The bytes are valid inside the call of `body` only.
  ///
  /// - Throws: `CaptureError` of kind `interfaceLost`, after the packets before that, and what `body` throws.
  @inlinable
  public mutating func drain(
    limit: Int, _ body: (PacketRecord, RawSpan) throws -> Void
  ) throws -> Int {
    var count = 0
    while count < limit, let bytes = try step() {
      count &+= 1
      record.number &+= 1
      let record = self.record
      try bytes.withSpan { try body(record, $0) }
    }
    return count
  }

  /// Takes the next waiting packet and describes it in `record`, but for its number; nil if none waits.
  ///
  /// The bytes stay until the next step: libpcap copies each packet out of the kernel's ring. A callback
  /// of `pcap_dispatch` would see them there, which saves some 25 ns of a short packet and 100 of a long
  /// one, but needs a closure in memory, with reference counting, and could keep no head for a merge.
  @usableFromInline
  mutating func step() throws(CaptureError) -> PacketBytes? {
    guard handedOut < end else { return nil }
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var bytes: UnsafePointer<UInt8>?
    let status = unsafe pcap_next_ex(handle.pointer, &header, &bytes)
    // After 1 libpcap guarantees a header and as many bytes as it says, until the next call.
    guard status == 1, let header = unsafe header?.pointee, let bytes = unsafe bytes else {
      try checkInterface(status)
      return nil
    }
    handedOut &+= 1
    record.timestamp = Timestamp(
      nanoseconds: Int64(header.ts.tv_sec) &* 1_000_000_000
        &+ Int64(header.ts.tv_usec) &* nanosecondsPerFraction)
    record.capturedLength = Int(header.caplen)
    record.originalLength = Int(header.len)
    return unsafe PacketBytes(start: UnsafeRawPointer(bytes), count: Int(header.caplen))
  }

  /// Finds out whether there is no packet for now or no interface any more.
  @inline(never)
  private mutating func checkInterface(_ status: CInt) throws(CaptureError) {
    if status < 0 {
      loss.note(handle.message)
    } else if isDown {
      loss.note(LiveLoss.down)
    } else {
      loss.clear()
    }
    if let problem = loss.final {
      throw CaptureError(
        .interfaceLost, subject: interface.name, problem: problem,
        advice: "what was captured before is complete")
    }
  }

  /// Whether the interface is switched off, of which libpcap makes no error on Linux.
  ///
  /// It only asks to be called again soon, as long as it sees the interface down and waits for it
  /// to come up or vanish. What asks for that from the start (D-Bus, say) means nothing by it.
  private var isDown: Bool { !wantsCalls && handle.wantsCalls }

  /// Whether the interface seems gone, and only packets that the kernel still holds are waited for.
  var isBeingLost: Bool { loss.isNoted }

  // MARK: The end

  /// Ends the capture with the packets that the kernel has accepted until now.
  ///
  /// They are still handed out; however many come meanwhile, the end is near.
  mutating func stop() {
    let now = statistics()
    let accepted = (now.received ?? 0) &- (now.droppedByOS ?? 0)
    end = min(end, max(handedOut, accepted))
  }

  /// Whether all packets that came before `stop` have been handed out.
  var hasEnded: Bool { handedOut >= end }

  /// Packets received and lost since the start, as libpcap counts them.
  ///
  /// On Linux `received` counts what passed the filter, with what was then dropped. libpcap's counters have
  /// 32 bits: to be told of every wrap, ask at least once in two billion packets.
  public mutating func statistics() -> CaptureStatistics {
    var now = pcap_stat()
    // A handle without statistics keeps the counters at 0.
    if unsafe pcap_stats(handle.pointer, &now) == 0 {
      counters.take(received: now.ps_recv, dropped: now.ps_drop, byInterface: now.ps_ifdrop)
    }
    var statistics = counters.sums
    // There is no such counter for all interfaces together.
    if handle.isAny { statistics.droppedByInterface = nil }
    return statistics
  }
}
