import Foundation
import SynfinWire
import Testing

@testable import SynfinCapture

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

@Suite("Live captures", .serialized, .enabled(if: geteuid() == 0, "capturing needs root"))
struct LiveCaptureTests {
  #if os(Linux)
    static let loopback = "lo"
  #else
    static let loopback = "lo0"
  #endif

  private static func options(port: UInt16, _ change: (inout LiveOptions) -> Void = { _ in })
    -> LiveOptions
  {
    var options = LiveOptions()
    options.filter = "udp dst port \(port)"
    options.bufferBytes = 1 << 20
    change(&options)
    return options
  }

  /// The last byte of each packet until `count` have come; gives up after five seconds.
  private static func payloads(
    _ set: inout LiveCaptureSet, count: Int
  ) throws -> [(last: UInt8, record: PacketRecord)] {
    var found: [(UInt8, PacketRecord)] = []
    for _ in 0..<100 where found.count < count {
      _ = set.wait(milliseconds: 50)
      _ = try set.drain { record, bytes in
        found.append((lastByte(bytes), record))
      }
    }
    return found
  }

  // MARK: Opening

  static let wrong: [(change: @Sendable (inout LiveOptions) -> Void, words: String)] = [
    ({ $0.timestampType = "sundial" }, "lo: no time stamps of type 'sundial'; it offers "),
    ({ $0.linkTypeName = "FDDI" }, "lo: no link type 'FDDI'; it offers EN10MB"),
    ({ $0.linkTypeName = "nonsense" }, "lo: no link type 'nonsense'; it offers EN10MB"),
    ({ $0.filter = "udp port" }, "filter 'udp port': "),
    ({ $0.isMonitor = true }, "lo: no monitor mode on this interface; leave out -I"),
  ]

  @Test("What an interface cannot do is refused in one clear line", arguments: wrong.indices)
  func refused(index: Int) {
    var options = LiveOptions()
    Self.wrong[index].change(&options)
    let error = #expect(throws: CaptureError.self) {
      _ = try LiveCapture(interface: Self.loopback, options)
    }
    let line = error?.description ?? ""
    #expect(line.hasPrefix(Self.wrong[index].words), "\(line)")
    #expect(!line.contains("\n"))
    #expect(error?.kind == (options.filter == nil ? .interfaceUnavailable : .invalidFilter))
  }

  @Test("An unknown interface is refused, also as the last of several")
  func unknown() {
    for names in [["nosuch0"], [Self.loopback, "nosuch0"]] {
      let error = #expect(throws: CaptureError.self) { _ = try LiveCaptureSet(names) }
      #expect(error?.description == "nosuch0: no such interface; see synfin interfaces")
    }
    for count in [0, 17] {
      let names = Array(repeating: Self.loopback, count: count)
      #expect(throws: CaptureError.self) { _ = try LiveCaptureSet(names) }
    }
  }

  @Test("The settings are those that tcpdump would tell of")
  func facts() throws {
    let usual = try LiveCapture(interface: Self.loopback)
    #expect(
      usual.interface.description
        == "lo, link-type EN10MB (Ethernet), snapshot length 262144 bytes")
    #expect(usual.interface.precision == .nanoseconds)
    #expect(usual.interface.warning == nil)
    var options = LiveOptions()
    options.snapLength = 96
    options.precision = .microseconds
    let any = try LiveCapture(interface: "any", options)
    #expect(
      any.interface.description
        == "any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 96 bytes")
    #expect(any.interface.linkType == .linuxCookedV2)
    #expect(any.interface.precision == .microseconds)
    #expect(any.interface.warning == nil)
  }

  @Test("The interface chosen by default is one that captures")
  func defaultInterface() throws {
    let interface = try NetworkInterface.defaultForCapture()
    let all = try NetworkInterface.all()
    #expect(all.contains(interface))
    if all.contains(where: { $0.flags.contains([.up, .running]) && !$0.flags.contains(.loopback) })
    {
      #expect(!interface.flags.contains(.loopback))
    }
  }

  // MARK: Packets

  @Test("Every datagram comes out once, in order, with its lengths", arguments: [false, true])
  func datagrams(isImmediate: Bool) throws {
    var sender = try LoopbackSender()
    let options = Self.options(port: sender.port) {
      $0.direction = .incoming
      $0.isImmediate = isImmediate
      // In immediate mode every packet takes as much of the buffer as the longest one may.
      $0.snapLength = 256
    }
    var set = try LiveCaptureSet([Self.loopback], options)
    let before = SystemCalls.wallClockNanoseconds()
    for index in 0..<50 { sender.send([UInt8](repeating: UInt8(index), count: index + 1)) }
    let found = try Self.payloads(&set, count: 50)
    let after = SystemCalls.wallClockNanoseconds()
    #expect(found.map(\.last) == (0..<50).map { UInt8($0) })
    #expect(found.map(\.record.number) == Array(1...50))
    #expect(found.map(\.record.originalLength) == (1...50).map { $0 + 42 })
    #expect(found.allSatisfy { $0.record.capturedLength == $0.record.originalLength })
    #expect(found.allSatisfy { before...after ~= $0.record.timestamp.nanoseconds })
    #expect(found.contains { $0.record.timestamp.nanoseconds % 1000 != 0 })
    #expect(set.statistics().droppedByOS == 0)
    // libpcap drops the other direction of the loopback interface, which counts as received.
    #expect(set.statistics().received == 100)
  }

  @Test("A limit leaves the rest for the next time")
  func limit() throws {
    var sender = try LoopbackSender()
    let options = Self.options(port: sender.port) { $0.direction = .incoming }
    var set = try LiveCaptureSet([Self.loopback], options)
    for index in 0..<9 { sender.send([UInt8(index)]) }
    var counts: [Int] = []
    var bytes: [UInt8] = []
    for _ in 0..<100 where bytes.count < 9 {
      _ = set.wait(milliseconds: 50)
      let count = try set.drain(limit: 4) { _, packet in
        bytes.append(lastByte(packet))
      }
      if count > 0 { counts.append(count) }
    }
    #expect(bytes == Array(0..<9))
    #expect(counts == [4, 4, 1])
  }

  @Test("A packet that the snap length cuts keeps its length on the wire")
  func snapLength() throws {
    var sender = try LoopbackSender()
    let options = Self.options(port: sender.port) {
      $0.snapLength = 60
      $0.direction = .incoming
    }
    var set = try LiveCaptureSet([Self.loopback], options)
    sender.send([UInt8](repeating: 7, count: 500))
    let found = try Self.payloads(&set, count: 1)
    #expect(found.map(\.record.capturedLength) == [60])
    #expect(found.map(\.record.originalLength) == [542])
  }

  @Test("Packets of several interfaces come in the order of their time stamps")
  func merged() throws {
    var sender = try LoopbackSender()
    let options = Self.options(port: sender.port) { $0.direction = .incoming }
    var set = try LiveCaptureSet([Self.loopback, "any"], options)
    for index in 0..<40 { sender.send([UInt8(index)]) }
    let found = try Self.payloads(&set, count: 80)
    #expect(found.map(\.record.number) == Array(1...80))
    for interface in 0...1 {
      let own = found.filter { $0.record.interfaceID == interface }
      #expect(own.map(\.last) == Array(0..<40))
      #expect(
        own.allSatisfy { $0.record.linkType == (interface == 0 ? .ethernet : .linuxCookedV2) })
    }
    let times = found.map(\.record.timestamp)
    #expect(times == times.sorted())
    #expect(set.interfaces.map(\.name) == ["lo", "any"])
    #expect(set.statistics().received == 160)
  }

  @Test("The packets of a busy interface do not wait for a quiet one for ever")
  func quiet() throws {
    var sender = try LoopbackSender()
    var options = Self.options(port: sender.port)
    options.direction = .incoming
    // No other test's packets have this port, and the second interface sees none of it.
    var set = try LiveCaptureSet([Self.loopback, Self.quietInterface()], options)
    for index in 0..<5 { sender.send([UInt8(index)]) }
    let found = try Self.payloads(&set, count: 5)
    #expect(found.map(\.last) == Array(0..<5))
  }

  private static func quietInterface() throws -> String {
    let all = try NetworkInterface.all()
    let other = all.first {
      $0.flags.contains(.up) && !$0.flags.contains(.loopback) && $0.name != "any"
    }
    return other?.name ?? loopback
  }

  @Test("Finishing hands out what was sent just before, and ends although more comes")
  func finish() throws {
    var sender = try LoopbackSender()
    let options = Self.options(port: sender.port)
    for names in [[Self.loopback], [Self.loopback, "any"]] {
      var set = try LiveCaptureSet(names, options)
      for index in 0..<20 { sender.send([UInt8(index)]) }
      var found = names.map { _ in [UInt8]() }
      let total = try set.finish { record, bytes in
        found[record.interfaceID].append(lastByte(bytes))
        for _ in 0..<3 { sender.send([99]) }
      }
      for bytes in found {
        #expect(Array(bytes.prefix(20)) == Array(0..<20))
        // The kernel had accepted each datagram twice, leaving and arriving, and libpcap shows it once.
        #expect(bytes.count <= 40)
      }
      #expect(total == found.map(\.count).reduce(0, +))
    }
  }

  @Test("What is captured and saved is read again", arguments: LiveOptions.Precision.allCases)
  func saved(precision: LiveOptions.Precision) throws {
    try withFolder { folder in
      var sender = try LoopbackSender()
      let options = Self.options(port: sender.port) { $0.precision = precision }
      var set = try LiveCaptureSet([Self.loopback], options)
      var writer = try SavefileWriter(
        try OutputFolder(of: "\(folder)/live.pcap"), try SavefileFormat(set.interfaces))
      for index in 0..<20 { sender.send([UInt8](repeating: 1, count: 10 * index)) }
      var packets: [Packet] = []
      _ = try set.finish { record, bytes in
        packets.append(Packet(record, bytes))
        try writer.write(record, bytes)
      }
      try writer.close()
      #expect(packets.count == 20)
      #expect(try Reading(path: "\(folder)/live.pcap").packets == packets)
    }
  }

  @Test("What the body throws comes out, and the packets after it wait")
  func throwing() throws {
    struct Enough: Error {}
    var sender = try LoopbackSender()
    let options = Self.options(port: sender.port) { $0.direction = .incoming }
    var set = try LiveCaptureSet([Self.loopback], options)
    for index in 0..<3 { sender.send([UInt8(index)]) }
    var numbers: [UInt64] = []
    #expect(throws: Enough.self) {
      for _ in 0..<100 {
        _ = set.wait(milliseconds: 50)
        _ = try set.drain { record, _ in
          numbers.append(record.number)
          throw Enough()
        }
      }
    }
    _ = try set.finish { record, _ in numbers.append(record.number) }
    #expect(numbers == [1, 2, 3])
  }

  @Test("A signal ends the waiting")
  func signalled() throws {
    // A signal that is ignored would not end it.
    let before = signal(SIGUSR2) { _ in }
    defer { _ = signal(SIGUSR2, before) }
    let done = DispatchSemaphore(value: 0)
    let ready = DispatchSemaphore(value: 0)
    let over = DispatchSemaphore(value: 0)
    nonisolated(unsafe) var thread = pthread_self()
    nonisolated(unsafe) var waking: LiveCaptureSet.Waking?
    // The semaphores order the accesses of the two threads.
    Thread.detachNewThread {
      // The threads that tests run in have all signals blocked.
      var signals = sigset_t()
      unsafe sigemptyset(&signals)
      unsafe sigaddset(&signals, SIGUSR2)
      unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      unsafe thread = pthread_self()
      ready.signal()
      if var set = try? LiveCaptureSet([Self.loopback], Self.options(port: 9)) {
        unsafe waking = set.wait(milliseconds: 5000)
      }
      done.signal()
      // No signal goes to a thread that is gone.
      over.wait()
    }
    // Until it is noticed: the first ones may come before the waiting begins.
    ready.wait()
    repeat {
      _ = unsafe pthread_kill(thread, SIGUSR2)
    } while done.wait(timeout: .now() + 0.05)
      == .timedOut
    over.signal()
    #expect(unsafe waking == .interrupted)
  }

  @Test("Waiting without packets ends with the time")
  func waiting() throws {
    let sender = try LoopbackSender()
    var set = try LiveCaptureSet([Self.loopback], Self.options(port: sender.port))
    #expect(set.wait(milliseconds: 1) == .timeout)
    #expect(try set.drain { _, _ in } == 0)
  }
}

private func lastByte(_ bytes: RawSpan) -> UInt8 {
  // No packet of these tests is empty.
  unsafe bytes.withUnsafeBytes { unsafe $0[$0.count - 1] }
}

@Suite("Counters of a live capture")
struct LiveCounterTests {
  @Test("32-bit counters are summed beyond their size")
  func wrapping() {
    var counter = WrappingCounter()
    for value: UInt32 in [5, 2_000_000_000, 4_000_000_000, 1_000_000_000] { counter.take(value) }
    #expect(counter.sum == 4_294_967_296 + 1_000_000_000)
  }

  @Test("A counter that starts anew adds nothing")
  func restarting() {
    var counter = WrappingCounter()
    for value: UInt32 in [0, 900, 0, 7] { counter.take(value) }
    #expect(counter.sum == 907)
  }
}
