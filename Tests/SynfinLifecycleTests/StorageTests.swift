import TestSupport
import Testing

@testable import SynfinLifecycle

/// The memory that everything lives in: pieces do not overlap and stay where they are.
@Suite struct StorageTests {
  /// A value of an awkward size.
  private struct Value: BitwiseCopyable {
    var number: Int32
    var rest: (Int, Int, Int) = (1, 2, 3)
  }

  /// A slab against an array; every place stays where it is while others come and go.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func slab_keepsValues(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var slab = Slab<Value>()
    var model: [Int32: Int32] = [:]
    var places: [Int32: UInt] = [:]
    for number in 0..<30_000 as Range<Int32> {
      if seed > 0, number % 3 == 2, let index = model.keys.first {
        slab.remove(index)
        model[index] = nil
        continue
      }
      let isNew = Bool.random(using: &random)
      let value = Value(number: number)
      let index = isNew ? slab.append(value) : slab.insert(value)
      #expect(model[index] == nil)
      model[index] = number
      let place = unsafe UInt(bitPattern: slab.address(of: index))
      #expect(places[index] == nil || places[index] == place)
      places[index] = place
    }
    #expect(slab.count == places.count)
    for (index, number) in model {
      #expect(slab[index].number == number)
      #expect(slab[index].rest == (1, 2, 3))
      #expect(unsafe UInt(bitPattern: slab.address(of: index)) == places[index])
    }
  }

  /// A copy is a value of its own.
  @Test func slab_copies() {
    var slab = Slab<Value>()
    var other = Slab<Value>()
    let index = other.insert(Value(number: 5))
    let copy = slab.insertCopy(of: index, from: other)
    other[index].number = 6
    #expect(slab[copy].number == 5)
    #expect(slab[copy].rest == (1, 2, 3))
    slab.remove(copy)
    #expect(slab.insertCopy(of: index, from: other) == copy)
    #expect(slab[copy].number == 6)
  }
}

/// What docs/live.md says a live capture keeps.
@Suite struct LiveSizeTests {
  @Test func flowsTakeWhatTheDocumentationSays() {
    // A slot of the table is eight bytes, and half of them at least are in use after it has grown.
    let slot = 24
    let watch = MemoryLayout<Watch>.stride
    let flow = MemoryLayout<TCPFlow>.stride + watch + slot
    let connection =
      flow + MemoryLayout<Connection>.stride + 2 * MemoryLayout<Endpoint>.stride
    let conversation = MemoryLayout<Conversation>.stride + watch + slot
    #expect(flow <= 240)
    #expect(connection <= 2600)
    #expect(conversation <= 350)
  }
}
