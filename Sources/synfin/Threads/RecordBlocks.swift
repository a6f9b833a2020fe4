internal import SynfinLifecycle

/// The records of a concluded tracker in blocks, on which several threads work at once.
///
/// Each block is worked on by one thread, and what becomes of it is handed over in the order of the blocks.
final class RecordBlocks: Sendable {
  private struct State {
    /// The first number of the block that is to be taken next.
    var next: Int
    /// The first number of the block whose turn it is to be handed over.
    var turn: Int
    var failure: (any Error)?
  }

  /// Few enough that their text stays in the processor's cache until it is written.
  private static let size = 64

  private let end: Int
  private let state: Monitor<State>

  init(_ numbers: Range<Int>) {
    end = numbers.upperBound
    state = Monitor(State(next: numbers.lowerBound, turn: numbers.lowerBound))
  }

  /// Takes blocks until there are no more, in as many threads as that is worth.
  ///
  /// - Parameter work: what each thread does: it takes blocks with `next`.
  static func run(
    _ numbers: Range<Int>, threads: Int, _ work: @escaping @Sendable (RecordBlocks) throws -> Void
  ) throws {
    let blocks = RecordBlocks(numbers)
    var others: [Thread] = []
    for _ in 1..<max(1, min(threads, numbers.count / size)) {
      if let thread = Thread.start({ blocks.run(work) }) { others.append(thread) }
    }
    blocks.run(work)
    for thread in others { thread.join() }
    if let failure = blocks.state.access({ $0.failure }) { throw failure }
  }

  private func run(_ work: (RecordBlocks) throws -> Void) {
    do {
      try work(self)
    } catch {
      state.access { state in
        if state.failure == nil { state.failure = error }
      }
    }
  }

  /// The numbers of the next block; nil if there is none, or something failed.
  func next() -> Range<Int>? {
    state.access { state in
      guard state.failure == nil, state.next < end else { return nil }
      let first = state.next
      state.next = min(end, first + Self.size)
      return first..<state.next
    }
  }

  /// Waits until all blocks before this one were handed over, and hands it over.
  func inTurn(_ block: Range<Int>, _ body: () throws -> Void) throws {
    let mayGoOn = state.wait { state -> Bool? in
      if state.failure != nil { return false }
      return state.turn == block.lowerBound ? true : nil
    }
    guard mayGoOn else { return }
    try body()
    state.access { $0.turn = block.upperBound }
  }
}
