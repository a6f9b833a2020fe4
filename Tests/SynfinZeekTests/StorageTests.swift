import TestSupport
import Testing

@testable import SynfinZeek

@Suite struct StorageTests {
  /// Timers come out by time and age, whatever the order in which they went in.
  @Test(arguments: 0..<20)
  func timers(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var timers = ZeekTimers()
    var model: [ZeekTimers.Entry] = []
    var now: Int64 = 0
    for order in 0..<2000 as Range<UInt64> {
      now += Int64.random(in: seed < 10 ? 0...3 : -20...25, using: &random)
      let timeout = [5, 6, 60, Int64.random(in: 0...99, using: &random)]
      let entry = ZeekTimers.Entry(
        due: now + (timeout.randomElement(using: &random) ?? 0),
        order: UInt64.random(in: 0...order, using: &random) << 12 | order, slot: Int32(order))
      timers.add(entry)
      model.append(entry)
      var found: [Int32] = []
      while let entry = timers.next(at: now) { found.append(entry.slot) }
      let due = model.filter { $0.due <= now }.sorted { $0.isBefore($1) }
      #expect(found == due.map(\.slot))
      model.removeAll { $0.due <= now }
    }
  }

  /// The table finds what it holds, in both directions, and nothing else.
  @Test(arguments: 0..<10)
  func flows(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var table = ZeekFlowTable()
    var model: [UInt16: Int32] = [:]
    for step in 0..<20_000 as Range<UInt64> {
      let port = UInt16.random(in: 0..<(seed < 5 ? 300 : 3000), using: &random)
      let flow = ZeekFlow(from: 1, to: 2, sourcePort: port, destinationPort: 4000)
      let back = ZeekFlow(from: 2, to: 1, sourcePort: 4000, destinationPort: port)
      let slot = model[port]
      let hash = table.hash(flow)
      #expect(table.hash(back) == hash)
      #expect(table.find(flow, hash: hash)?.slot == slot)
      #expect(table.find(back, hash: hash)?.slot == slot)
      #expect(table.find(back, hash: hash)?.isForward == slot.map { _ in false })
      let guess = table.position(of: UInt8.random(in: 0..<4, using: &random) == 0 ? ~hash : hash)
      #expect(table.find(flow, hash: hash, guess: guess)?.slot == slot)
      if let slot {
        table.remove(slot)
        model[port] = nil
      } else {
        model[port] = table.insert(
          ZeekEntry(flow: flow, hash: hash, order: step, state: .full(0)))
      }
      #expect(table.count == model.count)
    }
    #expect(Set(table.sorted()) == Set(model.values))
  }

  /// What is fetched ahead together lies together.
  @Test func linesOfTheCache() {
    #expect(MemoryLayout<ZeekEntry>.stride == 64)
    #expect(MemoryLayout<ZeekBrief>.stride == 128)
    #expect(MemoryLayout<ZeekConnection>.stride == 512)
    #expect(MemoryLayout<ZeekEndpoint>.stride == 192)
  }
}
