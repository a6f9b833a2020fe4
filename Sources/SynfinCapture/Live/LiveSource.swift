internal import SynfinWire

/// One interface of a set, with the packet that is to come next from it.
struct LiveSource: ~Copyable {
  var capture: LiveCapture
  // Libpcap keeps its bytes until the next step, which is taken only when this one is out.
  private var head: PacketBytes?
  /// Whether no packet waited when the interface was last asked: asking costs a system call.
  var isEmpty = false
  private var isLost = false

  init(_ capture: consuming LiveCapture, index: Int) {
    self.capture = capture
    self.capture.record.interfaceID = index
  }

  /// When the packet that is to come next was captured; nil if there is none.
  var waiting: Timestamp? { head == nil ? nil : capture.record.timestamp }

  /// Whether no packet will come.
  var hasEnded: Bool { isLost || capture.hasEnded }

  /// Whether it is known which packet comes next, if any.
  var isSettled: Bool { head != nil || hasEnded }

  /// Takes the next packet as the head, if there is none yet and one waits.
  mutating func fill() throws(CaptureError) {
    guard head == nil, !isEmpty, !isLost else { return }
    do throws(CaptureError) {
      head = try capture.step()
      isEmpty = head == nil
    } catch {
      isLost = true
      throw error
    }
  }

  /// Gives the head, or else the next packet.
  mutating func take() throws(CaptureError) -> PacketBytes? {
    guard let head else { return try capture.step() }
    self.head = nil
    return head
  }

  // MARK: Waiting

  /// What to poll; negative if packets wait here already or none is to be expected that way.
  var pollDescriptor: Int32 { isSettled || capture.isBeingLost ? -1 : capture.pollDescriptor }

  /// Milliseconds after which to look again without being called; nil if being called is enough.
  func patience(_ holdTime: Int64) -> Int? {
    if let waiting {
      let age = SystemCalls.wallClockNanoseconds() &- waiting.nanoseconds
      return Int(clamping: (holdTime &- age) / 1_000_000 + 1)
    }
    // An interface that is gone, or one without a descriptor, tells nothing by itself.
    return capture.isBeingLost || capture.pollDescriptor < 0 ? 20 : nil
  }
}
