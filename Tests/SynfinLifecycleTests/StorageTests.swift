import TestSupport
import Testing

@testable import SynfinLifecycle

/// The memory that everything lives in: pieces do not overlap and stay where they are.
@Suite struct StorageTests {
  /// From the first bytes up to blocks of several megabytes.
  @Test(arguments: [(64...4096, 2000), (64...400_000, 100), (1 << 20...3 << 20, 12)])
  func pieces_doNotOverlap(_ sizes: ClosedRange<Int>, _ count: Int) {
    var random = SplitMix64(seed: 7)
    var blocks = PageBlocks()
    var pieces: [(start: UInt, size: Int)] = []
    var memory: [UnsafeMutablePointer<Int>] = unsafe []
    for index in 0..<count {
      let size = Int.random(in: sizes, using: &random) & ~63
      // As long as `blocks` lives.
      let piece = unsafe blocks.take(size)
      pieces.append((UInt(bitPattern: piece), size))
      let numbers = unsafe piece.bindMemory(to: Int.self, capacity: size / 8)
      unsafe numbers.initialize(repeating: index, count: size / 8)
      unsafe memory.append(numbers)
    }
    for index in 0..<count {
      #expect(unsafe memory[index][0] == index)
      #expect(unsafe memory[index][pieces[index].size / 8 - 1] == index)
      #expect(pieces[index].start % 64 == 0)
    }
    let order = pieces.sorted { $0.start < $1.start }
    for (low, high) in zip(order, order.dropFirst()) {
      #expect(low.start + UInt(low.size) <= high.start)
    }
  }

  /// Memory in one piece, on both sides of what comes from the system; all of it can be written.
  @Test(arguments: [64, (2 << 20) - 64, 2 << 20, (2 << 20) + 4096, 5 << 20])
  func largePieces_comeAndGo(_ size: Int) {
    for _ in 0..<20 {
      // Given back below.
      let piece = unsafe PageBlocks.allocate(size)
      #expect(UInt(bitPattern: piece) % 64 == 0)
      unsafe piece.storeBytes(of: 1, toByteOffset: 0, as: UInt8.self)
      unsafe piece.storeBytes(of: 2, toByteOffset: size - 1, as: UInt8.self)
      #expect(unsafe piece.load(fromByteOffset: size - 1, as: UInt8.self) == 2)
      unsafe PageBlocks.deallocate(piece, size)
    }
  }

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
  }
}
