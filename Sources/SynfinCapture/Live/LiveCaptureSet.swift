#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

internal import SynfinWire

/// A capture on one or several interfaces, whose packets come out in the order of their time stamps.
@safe
public struct LiveCaptureSet: ~Copyable {
  /// The most interfaces a set can have.
  public static let limit = 16
  /// How long a packet waits for earlier ones of other interfaces, in nanoseconds.
  public static let holdTime = LiveOptions.lateness(LiveOptions.sharedReadTimeout)

  /// Why `wait` came back.
  public enum Waking: Hashable, Sendable {
    /// Packets may wait.
    case ready
    /// The time is over.
    case timeout
    /// A signal came in.
    case interrupted
  }

  // Owned: allocated in init, all initialized there, freed in deinit. An array cannot hold what
  // cannot be copied.
  let sources: UnsafeMutableBufferPointer<LiveSource>
  // The packet to hand out next; its number counts over all interfaces.
  @usableFromInline var record = PacketRecord.none
  // What `wait` polls, one entry for each interface.
  private var descriptors: [pollfd]
  // The time at which the interfaces were last asked from the start; see `begin`.
  private var now: Int64 = 0
  // Whether packets still wait for those of other interfaces.
  private var holds = true
  // When nothing is waited for any more, by the clock that runs forward only; see `stop`.
  private var deadline = Int64.max
  private var loss: CaptureError?

  /// Opens interfaces and begins to capture on all of them, with the same options.
  ///
  /// - Parameters:
  ///   - names: One to `limit` names, in the order that `PacketRecord.interfaceID` counts.
  ///   - options: The options.
  /// - Throws: What `LiveCapture` throws for the first interface that cannot be opened.
  public init(
    _ names: [String], _ options: LiveOptions = LiveOptions()
  ) throws(CaptureError) {
    guard 1...Self.limit ~= names.count else {
      throw CaptureError(
        .interfaceUnavailable, subject: "interfaces",
        problem: "\(names.count) of them", advice: "name 1 to \(Self.limit), or any")
    }
    unsafe sources = try Self.open(names, options)
    descriptors = Array(repeating: pollfd(), count: names.count)
  }

  @unsafe
  private static func open(
    _ names: [String], _ options: LiveOptions
  ) throws(CaptureError) -> UnsafeMutableBufferPointer<LiveSource> {
    let sources = UnsafeMutableBufferPointer<LiveSource>.allocate(capacity: names.count)
    let timeout = names.count == 1 ? LiveOptions.readTimeout : LiveOptions.sharedReadTimeout
    for (index, name) in names.enumerated() {
      do throws(CaptureError) {
        let capture = try LiveCapture(interface: name, options, readTimeout: timeout)
        // The place is inside the buffer and holds nothing yet.
        unsafe sources.initializeElement(at: index, to: LiveSource(capture, index: index))
      } catch {
        // Those before are open.
        unsafe sources.extracting(..<index).deinitialize()
        unsafe sources.deallocate()
        throw error
      }
    }
    return unsafe sources
  }

  deinit {
    unsafe sources.deinitialize()
    unsafe sources.deallocate()
  }

  /// Hands out the packets that wait now, at most `limit`, and gives how many.
  ///
  /// With several interfaces a packet waits, up to `holdTime`, for earlier ones of the others. The bytes
  /// are valid inside the call of `body` only.
  ///
  /// - Throws: `CaptureError` of kind `interfaceLost` once nothing of any interface waits any more, and
  ///   what `body` throws; the packet then counts as handed out.
  @inlinable
  public mutating func drain(
    limit: Int = .max, _ body: (PacketRecord, RawSpan) throws -> Void
  ) throws -> Int {
    begin()
    var count = 0
    while count < limit, let bytes = try next() {
      count &+= 1
      let record = self.record
      try bytes.withSpan { try body(record, $0) }
    }
    return count
  }

  /// Hands out every packet that the kernel has accepted until now, however late, and gives how many.
  ///
  /// Takes up to a quarter of a second, for the kernel's last block; a flood does not keep it from ending. For each
  /// packet that libpcap drops itself, such as the second sight of one on the loopback interface, a later
  /// one may come out.
  ///
  /// - Throws: As `drain`.
  public mutating func finish(_ body: (PacketRecord, RawSpan) throws -> Void) throws -> Int {
    stop()
    var total = 0
    while true {
      let count = try drain(body)
      total &+= count
      if isOver { break }
      if count == 0 { _ = wait(milliseconds: 20) }
    }
    holds = false
    return total &+ (try drain(body))
  }

  /// Waits until packets may wait, the time is over or a signal comes in.
  ///
  /// A signal that came in before the call does not end it: keep the time short.
  public mutating func wait(milliseconds: Int) -> Waking {
    var timeout = milliseconds
    var isComplete = true
    for index in unsafe sources.indices {
      descriptors[index].events = Int16(POLLIN)
      descriptors[index].revents = 0
      // A negative descriptor is passed over.
      unsafe descriptors[index].fd = sources[index].pollDescriptor
      if let patience = unsafe sources[index].patience(Self.holdTime) {
        timeout = min(timeout, patience)
      }
      if unsafe !sources[index].isSettled { isComplete = false }
    }
    // Every interface has its next packet here: there is nothing to wait for.
    if isComplete, unsafe sources.count > 1 { return .ready }
    let count = CInt(clamping: max(timeout, 0))
    // As many entries as the array has.
    let status = unsafe descriptors.withUnsafeMutableBufferPointer {
      unsafe poll($0.baseAddress, nfds_t($0.count), count)
    }
    if status < 0 { return .interrupted }
    return status == 0 && timeout == milliseconds ? .timeout : .ready
  }
}

// MARK: Order

extension LiveCaptureSet {
  /// Has every interface asked again, and notes the time that decides which packets are held back.
  @usableFromInline
  mutating func begin() {
    guard unsafe sources.count > 1 else { return }
    now = SystemCalls.wallClockNanoseconds()
    for index in unsafe sources.indices { unsafe sources[index].isEmpty = false }
  }

  /// Takes the packet to hand out next; nil if none is due.
  @usableFromInline
  mutating func next() throws(CaptureError) -> PacketBytes? {
    // One interface's packets come as they are.
    let index = unsafe sources.count == 1 ? 0 : try earliest()
    guard let index, let bytes = try unsafe sources[index].take() else { return nil }
    let number = record.number &+ 1
    unsafe record = sources[index].capture.record
    record.number = number
    return bytes
  }

  /// The interface with the earliest packet, if that is due: no other interface can have an earlier one,
  /// or it has waited long enough.
  private mutating func earliest() throws(CaptureError) -> Int? {
    var earliest: Int?
    var isComplete = true
    for index in unsafe sources.indices {
      fill(index)
      if unsafe !sources[index].isSettled { isComplete = false }
      guard let time = unsafe sources[index].waiting else { continue }
      if let other = earliest, let before = unsafe sources[other].waiting, before <= time {
        continue
      }
      earliest = index
    }
    guard let index = earliest, let time = unsafe sources[index].waiting else {
      if let loss, isOver { throw loss }
      return nil
    }
    return isComplete || !holds || isDue(time) ? index : nil
  }

  /// Takes the interface's next packet as its head, if it has none and one waits.
  private mutating func fill(_ index: Int) {
    do throws(CaptureError) {
      try unsafe sources[index].fill()
    } catch {
      // The end for all of them, as soon as what the others have is out.
      if loss == nil { stop() }
      loss = loss ?? error
    }
  }

  /// Whether a packet is so old that every earlier one has come in.
  ///
  /// A stamp well ahead of our clock is by another clock, for which there is no way to wait.
  private func isDue(_ time: Timestamp) -> Bool {
    let age = now &- time.nanoseconds
    return age >= Self.holdTime || age < -1_000_000_000
  }

  // MARK: The end

  /// Ends every capture with the packets that the kernel has accepted until now.
  private mutating func stop() {
    for index in unsafe sources.indices { unsafe sources[index].capture.stop() }
    let lateness =
      unsafe sources.count == 1 ? LiveOptions.lateness(LiveOptions.readTimeout) : Self.holdTime
    deadline = SystemCalls.monotonicNanoseconds() &+ lateness
  }

  /// Whether all packets that came before `stop` are here, or must have been lost.
  private var isOver: Bool {
    var hasEnded = true
    for index in unsafe sources.indices where unsafe !sources[index].hasEnded { hasEnded = false }
    return hasEnded || SystemCalls.monotonicNanoseconds() >= deadline
  }
}
