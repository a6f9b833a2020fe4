/// Timers in their order: a list of chunks, with the first and the last entry at hand.
struct ZeekTimerQueue: BitwiseCopyable {
  typealias Entry = ZeekTimers.Entry

  /// Some entries that follow each other.
  struct Chunk: BitwiseCopyable {
    static let capacity = 64

    var entries = InlineArray<64, Entry>(repeating: .never)
    /// The chunk behind it; below 0 if there is none.
    var next: Int32 = -1
  }

  /// The chunks of all queues; those that are empty are used again as they are.
  struct Chunks: ~Copyable {
    private var chunks = ZeekSlab<Chunk>()
    /// The chunk that was emptied last, which names the one before it; below 0 if there is none.
    private var spare: Int32 = -1

    /// A chunk without a next one, whatever its entries are.
    mutating func take() -> Int32 {
      guard spare >= 0 else { return chunks.insert(Chunk()) }
      let chunk = spare
      spare = chunks[chunk].next
      chunks[chunk].next = -1
      return chunk
    }

    mutating func giveBack(_ chunk: Int32) {
      chunks[chunk].next = spare
      spare = chunk
    }

    subscript(chunk: Int32) -> Chunk {
      @inline(__always)
      _read {
        yield chunks[chunk]
      }
      @inline(__always)
      _modify {
        yield &chunks[chunk]
      }
    }
  }

  /// The entry whose turn is first; behind all others if there is none.
  private(set) var first = Entry.never
  /// The entry whose turn is last, if there is one.
  private(set) var last = Entry.never
  // Where the first entry is, and where the next one goes.
  private var front: Int32 = -1
  private var frontIndex = 0
  private var back: Int32 = -1
  private var backIndex = 0

  var isEmpty: Bool { front < 0 }

  /// Puts an entry behind the last one.
  mutating func append(_ entry: Entry, _ chunks: inout Chunks) {
    if isEmpty {
      front = chunks.take()
      back = front
      frontIndex = 0
      backIndex = 0
      first = entry
    } else if backIndex == Chunk.capacity {
      let chunk = chunks.take()
      chunks[back].next = chunk
      back = chunk
      backIndex = 0
    }
    chunks[back].entries[backIndex] = entry
    backIndex += 1
    last = entry
  }

  /// Takes the first entry out; the connections of one that comes soon and of one farther behind, below 0 if unknown.
  mutating func removeFirst(_ chunks: inout Chunks) -> (near: Int32, far: Int32) {
    frontIndex += 1
    if front == back, frontIndex == backIndex {
      chunks.giveBack(front)
      self = ZeekTimerQueue()
      return (-1, -1)
    }
    if frontIndex == Chunk.capacity {
      let next = chunks[front].next
      chunks.giveBack(front)
      front = next
      frontIndex = 0
    }
    first = chunks[front].entries[frontIndex]
    return (slot(behind: 8, &chunks), slot(behind: 24, &chunks))
  }

  /// Where the connection of an entry some places behind the first is; of an old entry if it is not there yet.
  private func slot(behind distance: Int, _ chunks: inout Chunks) -> Int32 {
    let index = frontIndex + distance
    if index < Chunk.capacity { return chunks[front].entries[index].slot }
    let next = chunks[front].next
    return next < 0 ? -1 : chunks[next].entries[index - Chunk.capacity].slot
  }
}
