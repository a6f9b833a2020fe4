#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory for storage that may grow large, handed out in pieces that stay where they are until all of it is given back.
///
/// A new page of 4 KiB costs the system more than we spend on the packets that fill it. So small storage comes from the
/// allocator, and what grows beyond a megabyte in blocks that the system may back with pages of 2 MiB.
@safe
struct PageBlocks: ~Copyable {
  private static var hugePage: Int { 2 << 20 }
  private static var largestBlock: Int { 32 << 20 }

  private var blocks: [UnsafeMutableRawBufferPointer] = unsafe []
  private var taken = 0
  // The unused part of the last block.
  private var free: UnsafeMutableRawPointer?
  private var freeBytes = 0

  deinit {
    // Every block came from `addBlock`.
    for index in unsafe blocks.indices {
      unsafe Self.deallocate(blocks[index].baseAddress, blocks[index].count)
    }
  }

  /// Uninitialized memory, aligned to 64 bytes if `bytes` is a multiple of 64.
  mutating func take(_ bytes: Int) -> UnsafeMutableRawPointer {
    if freeBytes < bytes { addBlock(atLeast: bytes) }
    // `addBlock` made sure that there is a block with that much left.
    let piece = unsafe free.unsafelyUnwrapped
    unsafe free = piece + bytes
    freeBytes -= bytes
    taken += bytes
    return unsafe piece
  }

  private mutating func addBlock(atLeast bytes: Int) {
    var size = bytes
    if taken >= 1 << 20 {
      let share = min(max(bytes, taken / 4), Self.largestBlock)
      size = max(bytes, (share + Self.hugePage - 1) & ~(Self.hugePage - 1))
    }
    let block = unsafe Self.allocate(size)
    unsafe blocks.append(UnsafeMutableRawBufferPointer(start: block, count: size))
    unsafe free = block
    freeBytes = size
  }

  /// Memory of its own, for storage that must be in one piece; uninitialized.
  ///
  /// Two megabytes and more come from the system, and go back to it as soon as they are given back.
  static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    #if os(Linux)
      if bytes >= hugePage { return unsafe mapPages(bytes) }
    #endif
    return .allocate(byteCount: bytes, alignment: 64)
  }

  /// Gives memory back that came from `allocate`.
  static func deallocate(_ block: UnsafeMutableRawPointer?, _ bytes: Int) {
    #if os(Linux)
      if bytes >= hugePage {
        _ = unsafe munmap(block, bytes)
        return
      }
    #endif
    unsafe block?.deallocate()
  }

  #if os(Linux)
    /// Memory that begins at a huge page; the rest around it goes back at once.
    private static func mapPages(_ bytes: Int) -> UnsafeMutableRawPointer {
      let around = unsafe mmap(
        nil, bytes + hugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard let around = unsafe around, unsafe around != MAP_FAILED else {
        fatalError("out of memory: the system does not give another \(bytes >> 20) MiB")
      }
      let offset = (hugePage - Int(bitPattern: around) % hugePage) % hugePage
      if offset > 0 { _ = unsafe munmap(around, offset) }
      if offset < hugePage { _ = unsafe munmap(around + offset + bytes, hugePage - offset) }
      // A hint: where the system does not take it, small pages do.
      _ = unsafe madvise(around + offset, bytes, MADV_HUGEPAGE)
      return unsafe around + offset
    }
  #endif
}
