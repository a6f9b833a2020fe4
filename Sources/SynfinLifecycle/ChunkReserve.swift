internal import CPrefetch
import Synchronization

/// Memory for slabs that a thread with time to spare has asked of the system, pages and all, so that the tracker need not.
///
/// The system finds and clears a page at the latest when it is touched, which takes longer than the packets that fill it. Where
/// the tracker has a thread of its own and is behind, the one that reads packets fills this while it waits.
@safe
public final class ChunkReserve: Sendable {
  /// Bytes of a chunk.
  static let chunkBytes = 32 << 10
  // More than the packets of some batches can use up.
  private static let limit = 32

  /// Owned: allocated by `fill`, and given back unless somebody took them.
  private let chunks = Mutex<[Chunk]>([])

  /// A chunk, of which no one else knows.
  @safe
  private struct Chunk: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
  }

  /// Makes an empty reserve.
  public init() {}

  deinit {
    while let chunk = unsafe take() { unsafe chunk.deallocate() }
  }

  /// Puts in what is missing.
  public func fill() {
    let missing = chunks.withLock { Self.limit - $0.count }
    for _ in 0..<max(0, missing) {
      let chunk = unsafe Chunk(start: Self.allocate())
      chunks.withLock { $0.append(chunk) }
    }
  }

  /// A chunk, which the caller has to deallocate; nil if there is none left.
  func take() -> UnsafeMutableRawPointer? {
    let chunk = chunks.withLock { $0.popLast() }
    return unsafe chunk?.start
  }

  /// A new chunk whose pages are there, and whose values lie in as few cache lines as they can.
  static func allocate() -> UnsafeMutableRawPointer {
    // Aligned to pages, each chunk would take one page more.
    let start = UnsafeMutableRawPointer.allocate(byteCount: chunkBytes, alignment: 64)
    // Just what was allocated.
    unsafe synfin_populate(start, chunkBytes)
    return unsafe start
  }
}
