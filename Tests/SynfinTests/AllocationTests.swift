#if canImport(Glibc)
  import Foundation
  import Testing

  /// The packet path allocates nothing: ten times the packets of the same connections take not one allocation more.
  ///
  /// So it is in an optimized binary alone, which `SYNFIN_BINARY` names (`make allocations`).
  @Suite(
    .enabled(if: Binary.named != nil, "SYNFIN_BINARY names no optimized binary"),
    .enabled(if: AllocationCounter.compiler != nil, "no C compiler found"))
  struct AllocationTests {
    /// Long enough that the connections have left the journal, which grows with their packets, and that what is kept of
    /// their problems has reached its bounds.
    private static let short = LongConnections(rounds: 100).file
    private static let long = LongConnections(rounds: 1000).file

    @Test(arguments: [
      ["analyze", "--format", "none"], ["packets", "--format", "none"],
      ["packets", "--format", "ndjson"], ["packets"],
    ])
    func steadyState_allocatesNothing(_ command: [String]) throws {
      try Scratch.with { scratch in
        let library = try AllocationCounter.make(in: scratch)
        func allocations(_ capture: [UInt8]) throws -> Int? {
          let path = try scratch.file("capture.pcap", capture)
          let run = try Binary.run(command + [path], environment: ["LD_PRELOAD": library])
          #expect(run.status == 0)
          return run.complaints.last.flatMap { Int($0) }
        }
        let few = try #require(try allocations(Self.short))
        #expect(try allocations(Self.long) == few)
      }
    }
  }

  /// A library to be loaded before the system's, which counts allocations and tells how many at the end.
  private enum AllocationCounter {
    static let source = """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <stdio.h>
      #include <sys/mman.h>
      #include <sys/syscall.h>
      #include <unistd.h>

      extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t);
      extern void *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);
      static unsigned long count;
      static void note(void) { __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED); }

      void *malloc(size_t size) { note(); return __libc_malloc(size); }
      void *calloc(size_t n, size_t size) { note(); return __libc_calloc(n, size); }
      void *realloc(void *old, size_t size) { note(); return __libc_realloc(old, size); }
      void *aligned_alloc(size_t to, size_t size) { note(); return __libc_memalign(to, size); }
      int posix_memalign(void **place, size_t to, size_t size) {
        note();
        *place = __libc_memalign(to, size);
        return *place ? 0 : ENOMEM;
      }
      void *mmap(void *at, size_t size, int access, int flags, int file, off_t from) {
        note();
        return (void *)syscall(SYS_mmap, at, size, access, flags, file, from);
      }
      __attribute__((destructor)) static void tell(void) { dprintf(2, "%lu\\n", count); }
      """

    /// Where a C compiler is.
    static let compiler: String? = {
      let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
      let run = try? Binary.shell("command -v cc || command -v clang", environment: ["PATH": path])
      return run?.lines.first.map(String.init)
    }()

    /// Makes the library and says where it is.
    static func make(in scratch: Scratch) throws -> String {
      let source = try scratch.file("counter.c", Array(source.utf8))
      let library = scratch.path("counter.so")
      let build = try Binary.shell(
        "\(try #require(compiler)) -shared -fPIC -o \(library) \(source)")
      try #require(build.status == 0, "\(build.errors)")
      return library
    }
  }

  /// A capture of three connections that go on and on: one without trouble, one whose segments are lost, reordered and
  /// sent again, and one of UDP.
  private struct LongConnections {
    private(set) var file: [UInt8] = [
      0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 1, 0, 0, 0,
    ]
    private var microseconds: UInt32 = 0

    init(rounds: Int) {
      for port in [40_001, 40_002] as [UInt16] {
        segment(port, 0, 999, 0, flags: 2)
        segment(port, 1, 49_999, 1000, flags: 0x12)
        segment(port, 0, 1000, 50_000, flags: 0x10)
      }
      for round in 0..<UInt32(rounds) {
        let (client, server) = (1000 + round * 300, 50_000 + round * 100)
        for port in [40_001, 40_002] as [UInt16] {
          let isTroubled = port == 40_002
          let order: [UInt32] = isTroubled ? [0, 200, 100, 100] : [0, 100, 200]
          for offset in order {
            segment(port, 0, client + offset, server, payload: 100)
            if offset == 200, isTroubled {
              segment(
                port, 1, server, client + 100, blocks: [client + 200, client + 300])
            }
          }
          segment(port, 1, server, client + 300, payload: 100)
        }
        datagram(41_000, 0)
        datagram(41_000, 1)
      }
    }

    private mutating func segment(
      _ port: UInt16, _ side: Int, _ sequence: UInt32, _ acknowledgment: UInt32,
      flags: UInt32 = 0x18, payload: Int = 0, blocks: [UInt32] = []
    ) {
      let ports = side == 0 ? UInt32(port) << 16 | 443 : 443 << 16 | UInt32(port)
      let words: UInt32 = blocks.isEmpty ? 5 : 8
      let options = blocks.isEmpty ? [] : [0x0101_050A] + blocks
      packet(
        side, 6,
        [ports, sequence, acknowledgment, words << 28 | flags << 16 | 0xFFFF, 0] + options,
        checksumWord: 4, payload)
    }

    private mutating func datagram(_ port: UInt16, _ side: Int) {
      let ports = side == 0 ? UInt32(port) << 16 | 5000 : 5000 << 16 | UInt32(port)
      packet(side, 17, [ports, 108 << 16], checksumWord: nil, 100)
    }

    /// Adds an Ethernet frame with an IPv4 packet; its payload is nothing but zeros.
    private mutating func packet(
      _ side: Int, _ number: UInt32, _ transport: [UInt32], checksumWord: Int?, _ payload: Int
    ) {
      let addresses: [UInt32] =
        side == 0 ? [0xC000_0201, 0xC633_6407] : [0xC633_6407, 0xC000_0201]
      let length = UInt32(4 * transport.count + payload)
      var header = [0x4500_0000 | (20 + length), microseconds << 16, 64 << 24 | number << 16]
      header[2] |= Self.checksum(header + addresses)
      var transport = transport
      if let checksumWord {
        let sum = Self.checksum(transport + addresses + [number << 16 | length])
        transport[checksumWord] = sum << 16
      }
      microseconds += 50
      let size = UInt32(14 + 20) + length
      for field in [microseconds / 1_000_000, microseconds % 1_000_000, size, size] {
        append(field.byteSwapped)
      }
      file += [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]
      for word in header + addresses + transport { append(word) }
      file += [UInt8](repeating: 0, count: payload)
    }

    private mutating func append(_ word: UInt32) {
      for shift in [24, 16, 8, 0] as [UInt32] { file.append(UInt8(word >> shift & 255)) }
    }

    /// The Internet checksum (RFC 1071).
    private static func checksum(_ words: [UInt32]) -> UInt32 {
      var sum = words.reduce(0) { $0 + ($1 >> 16) + ($1 & 0xFFFF) }
      while sum > 0xFFFF { sum = (sum >> 16) + (sum & 0xFFFF) }
      return ~sum & 0xFFFF
    }
  }
#endif
