import SynfinWire
import TestSupport
import Testing

@testable import SynfinLifecycle

/// A tracker that runs for weeks: whatever comes and goes, nothing stays behind, is lost or told twice.
@Suite struct LiveStressTests {
  private static let limit = 200

  @Test(arguments: 0..<4 as Range<UInt64>)
  func weeks_leaveNothingBehind(_ seed: UInt64) {
    var run = Run(seed: seed)
    for step in 1...4000 {
      run.step()
      if step % 500 == 0 { run.checkTables() }
    }
    run.finish()
  }

  /// Clocks at the ends of what a number can hold, and beyond.
  @Test(arguments: [Int64.min, .min + 1, -1, 0, .max - 1, .max])
  func endOfTime_bringsOrderlyDepartures(_ time: Int64) {
    var run = Run(seed: 5)
    for step in 0..<500 {
      run.step(at: step % 3 == 0 ? time : time &+ Int64(step) &* 1_000_000_000)
    }
    run.finish()
  }

  /// Where the clock cannot go on, those who come leave for others as ever.
  @Test(arguments: ["UDP len 5", "ECHO #/1", "SYN 0"])
  func endOfTime_full_evicts(_ packet: String) {
    var options = TrackerOptions()
    options.expiry = Expiry()
    options.expiry?.limit = 3
    var tracker = Tracker(options: options)
    var replay = Replay()
    let nothing: [UInt8] = []
    var left = 0
    let lines = (1...9).map { "c\($0) \(packet.replacing("#", with: "\($0)"))" }
    for (index, entry) in Script(lines.joined(separator: "\n")).packets.enumerated() {
      let time = Timestamp(nanoseconds: .max)
      tracker.letGo(at: time, &replay) { _, _ in left += 1 }
      _ = unsafe tracker.process(
        entry.packet, nothing.span.bytes, number: UInt64(index + 1), time: time)
    }
    #expect(left == 5)
    #expect(tracker.evicted == 5)
  }

  /// Many strangers, some of them for the second time, of whom few stay.
  private struct Run: ~Copyable {
    var tracker: Tracker
    var replay = Replay()
    var random: SplitMix64
    var traffic: Traffic
    /// The hosts that the traffic is between now; older ones fall silent, and some come back.
    var era: UInt32 = 0
    var number: UInt64 = 0
    /// The numbers of the records that were handed out.
    var told: Set<Int> = []
    var counted: UInt64 = 0

    init(seed: UInt64) {
      var options = TrackerOptions()
      var expiry = Expiry()
      expiry.limit = LiveStressTests.limit
      expiry.idle = 20_000_000_000
      expiry.unanswered = 3_000_000_000
      expiry.closed = 1_000_000_000
      options.expiry = expiry
      options.conversationTimeout = 2_000_000_000
      tracker = Tracker(options: options)
      random = SplitMix64(seed: seed)
      traffic = Traffic(seed: seed, links: 20, oddity: 30)
    }

    mutating func step(at time: Int64? = nil) {
      var next = traffic.next()
      if let time { next.time = Timestamp(nanoseconds: time) }
      if UInt16.random(in: 0..<300, using: &random) == 0 { era += 1 }
      let back = UInt32.random(in: 0..<4, using: &random)
      let isWild = UInt8.random(in: 0..<5, using: &random) == 0
      var bytes: [UInt8] = []
      if isWild {
        bytes = wildPacket()
        next.packet = unsafe Packet.decode(
          bytes.span.bytes, linkType: .raw, originalLength: bytes.count, verifiesChecksums: false)
      } else {
        move(&next.packet, to: era - min(era, back * back))
      }
      letGo(at: next.time)
      number += 1
      _ = unsafe tracker.process(next.packet, bytes.span.bytes, number: number, time: next.time)
      tracker.takeEvents { event in
        #expect(!told.contains(event.id), "\(event.kind) of a record that is gone")
      }
      #expect(tracker.liveCount <= LiveStressTests.limit + 2)
    }

    /// The packet between other hosts.
    private func move(_ packet: inout Packet, to era: UInt32) {
      let shift = UInt64(era)
      func moved(_ address: IPAddress) -> IPAddress {
        address.version == 6
          ? IPAddress(ipv6High: address.high, low: address.low &+ shift << 8)
          : IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low &+ shift << 8))
      }
      packet.ip.source = moved(packet.ip.source)
      packet.ip.destination = moved(packet.ip.destination)
      if case .icmp(var message) = packet.transport {
        message.quoted.source = moved(message.quoted.source)
        message.quoted.destination = moved(message.quoted.destination)
        packet.transport = .icmp(message)
      }
    }

    private mutating func letGo(at time: Timestamp) {
      guard tracker.mustLetGo(at: time) else { return }
      let most = Int.random(in: 1...60, using: &random)
      tracker.letGo(at: time, atMost: most, &replay) { record, _ in
        Self.note(record, &told, &counted)
      }
      // Silence tells of flows that have just gone.
      tracker.takeEvents { #expect($0.packet == nil) }
    }

    private static func note(
      _ record: borrowing ConnectionRecord, _ told: inout Set<Int>, _ counted: inout UInt64
    ) {
      let id = record.id
      #expect(told.insert(id).inserted, "record \(id) comes twice")
      if record.transport != .icmp { counted += record.client.packets + record.server.packets }
    }

    /// Fragments, pings, tunnels and nonsense between few hosts.
    private mutating func wildPacket() -> [UInt8] {
      let kind: UInt8 = [1, 1, 6, 17, 4, 4].randomElement(using: &random) ?? 4
      let inner = kind == 4 ? [UInt8(17), 1, 6].randomElement(using: &random) ?? 17 : kind
      var bytes = ip(inner, transport(inner))
      if kind == 4 { bytes = ip(4, bytes) }
      return bytes
    }

    private mutating func transport(_ kind: UInt8) -> [UInt8] {
      var bytes = random.bytes(.random(in: 20...60, using: &random))
      for index in 0..<4 { bytes[index] = index % 2 == 0 ? 0 : bytes[index] % 32 }
      if kind == 1 { bytes.replaceSubrange(0..<4, with: [bytes[4] % 2 * 8, 0, 0, 0]) }
      if kind == 17 { bytes.replaceSubrange(4..<6, with: [0, UInt8(bytes.count)]) }
      if kind == 6 { bytes[12] = 0x50 }
      return bytes
    }

    private mutating func ip(_ kind: UInt8, _ payload: [UInt8]) -> [UInt8] {
      let fragment: [UInt8] =
        [[0, 0], [0, 0], [0, 0], [0x20, 0], [0, 3]].randomElement(using: &random) ?? []
      let hosts = [UInt8.random(in: 1...9, using: &random), .random(in: 1...9, using: &random)]
      return [0x45, 0, 0, UInt8(20 + payload.count), 0, .random(in: 0...50, using: &random)]
        + fragment
        + [64, kind, 0, 0, 10, 0, 0, hosts[0], 10, 0, 0, hosts[1]] + payload
    }

    // MARK: - What must hold

    /// Every flow that is kept is found by its name, or is one that a newer flow with that name has followed.
    mutating func checkTables() {
      var latest = (tcp: 0, udp: 0, icmp: 0)
      for flow in tracker.liveFlows() {
        switch flow.transport {
        case .tcp:
          let key = tracker.tcpFlows.flows[flow.index].key
          let found = tracker.tcpFlows.find(key, key.hash(tracker.seed))
          #expect(found != nil)
          if found == flow.index { latest.tcp += 1 }
          let previous = tracker.tcpFlows.flows[flow.index].previous
          if previous >= 0 { #expect(tracker.tcpFlows.flows[previous].key == key) }
        case .udp:
          let key = tracker.conversations.flows[flow.index].key
          let found = tracker.conversations.find(key, key.hash(tracker.seed))
          #expect(found != nil)
          #expect(tracker.conversations.flows[flow.index].id == flow.id)
          if found == flow.index { latest.udp += 1 }
        case .icmp:
          let key = tracker.echoes.flows[flow.index].key
          let found = tracker.echoes.find(key, key.hash(tracker.seed))
          #expect(found != nil)
          #expect(tracker.echoes.flows[flow.index].id == flow.id)
          if found == flow.index { latest.icmp += 1 }
        }
      }
      #expect(latest.tcp == tracker.tcpFlows.used)
      #expect(latest.udp == tracker.conversations.used)
      #expect(latest.icmp == tracker.echoes.used)
      var shown: [Int] = []
      tracker.snapshots(&replay) { shown.append($0.id) }
      #expect(shown == tracker.liveFlows().map(\.id))
      #expect(tracker.paths.count <= tracker.liveCount)
      // Places are used again: there are never more than all that is kept at once can need.
      let most = LiveStressTests.limit + 2
      let places = [
        tracker.tcpFlows.flows.count, tracker.conversations.flows.count,
        tracker.echoes.flows.count, tracker.connections.count, tracker.shadows.count,
        tracker.live.tcp.watches.count,
      ]
      #expect(places.allSatisfy { $0 <= most }, "\(places)")
      #expect(tracker.journal.chunks.count <= SegmentJournal.chunkLimit * most)
      #expect(tracker.cold.places.allSatisfy { $0 <= 8 * most }, "\(tracker.cold.places)")
    }

    mutating func finish() {
      tracker.letAllGo(&replay) { record, _ in Self.note(record, &told, &counted) }
      #expect(told.count == tracker.nextID - 1)
      #expect(counted == tracker.totals.tcp + tracker.totals.udp)
      #expect(tracker.liveCount == 0)
      #expect(tracker.paths.isEmpty)
      #expect(tracker.tcpFlows.used + tracker.conversations.used + tracker.echoes.used == 0)
      let inUse = [
        tracker.tcpFlows.flows.inUse, tracker.conversations.flows.inUse,
        tracker.echoes.flows.inUse, tracker.journal.chunks.inUse, tracker.connections.inUse,
        tracker.shadows.inUse, tracker.endpoints.inUse,
      ]
      #expect(inUse == [0, 0, 0, 0, 0, 0, 0])
      #expect(tracker.cold.inUse == [0, 0, 0, 0, 0, 0, 0, 0, 0])
      #expect(replay.cold.inUse == [0, 0, 0, 0, 0, 0, 0, 0, 0])
    }
  }
}

extension ColdStorage {
  /// How many places of each kind there are.
  fileprivate var places: [Int] {
    [
      logs.count, ranges.count, stalls.count, labelCounts.count,
      histograms.sketches.count, histograms.buckets.count, repairs.count,
      keepAlives.count, echoRequests.count,
    ]
  }

  /// How many of them are in use.
  fileprivate var inUse: [Int] {
    [
      logs.inUse, ranges.inUse, stalls.inUse, labelCounts.inUse,
      histograms.sketches.inUse, histograms.buckets.inUse, repairs.inUse,
      keepAlives.inUse, echoRequests.inUse,
    ]
  }
}
