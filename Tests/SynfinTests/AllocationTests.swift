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
    private static let short = GeneratedCapture.longConnections(rounds: 100)
    private static let long = GeneratedCapture.longConnections(rounds: 1000)

    @Test(arguments: [
      ["analyze", "--threads", "1", "--format", "none"], ["packets", "--format", "none"],
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
#endif
