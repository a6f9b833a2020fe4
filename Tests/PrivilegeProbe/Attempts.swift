#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// What is tried: one line each, "fork: Operation not permitted" or "fork: done".
enum Attempts {
  /// Files in the folder that may be written to, by its descriptor.
  static func files(in folder: Int32) {
    // Paths are the C library's for the call, and so are the bytes.
    let file = unsafe openat(folder, "a.partial", O_WRONLY | O_CREAT | O_EXCL, 0o666)
    tell("create", file)
    tell("write", unsafe Int32(write(file, "four", 4)))
    tell("truncate", ftruncate(file, 2))
    tell("rename", unsafe renameat(folder, "a.partial", folder, "a"))
    tell("overwrite", unsafe openat(folder, "a", O_WRONLY | O_CREAT | O_TRUNC, 0o666))
    tell("create another", unsafe openat(folder, "b", O_WRONLY | O_CREAT, 0o666))
    tell("remove", unsafe unlinkat(folder, "b", 0))
    tell("read", unsafe openat(folder, "a", O_RDONLY))
    tell("make a folder", unsafe mkdirat(folder, "c", 0o777))
    tell("make a link", unsafe symlinkat("/etc/passwd", folder, "d"))
    tell("leave by dots", unsafe openat(folder, "../outside", O_WRONLY | O_CREAT, 0o666))
  }

  static func filesElsewhere() {
    // Paths are the C library's for the call.
    tell("read /etc/passwd", unsafe open("/etc/passwd", O_RDONLY))
    tell("list /", unsafe open("/", O_RDONLY | O_DIRECTORY))
    let path = "/tmp/synfin-probe-\(getpid())"
    tell("create in /tmp", unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600))
    unsafe unlink(path)
  }

  static func counters(of interface: String) {
    // Paths are the C library's for the call.
    let folder = "/sys/class/net/\(interface)"
    tell("read counters", unsafe open("\(folder)/statistics/rx_missed_errors", O_RDONLY))
    tell("read other facts", unsafe open("\(folder)/address", O_RDONLY))
  }

  /// System calls, each of which root or even anybody may make.
  static func calls() {
    call("fork")
    call("execv", 0, 0)
    call("socket", 2, 2, 0)  // AF_INET, SOCK_DGRAM
    call("socket", 17, 3, 0)  // AF_PACKET, SOCK_RAW
    call("socketpair", 1, 1, 0, 0)
    call("connect", -1, 0, 0)
    call("sendto", -1, 0, 0, 0)
    call("chmod", 0, 0)
    call("fchmodat", -1, 0, 0, 0)
    call("chroot", 0)
    call("setuid", 0)
    call("setgroups", 0, 0)
    call("ioctl", 0, 0x5412, 0)  // TIOCSTI
    #if os(Linux)
      call("ptrace", 16, -1, 0, 0)  // PTRACE_ATTACH
      call("unshare", 0)
      call("mount", 0, 0, 0, 0, 0)
      call("personality", 0xffff_ffff)  // only asks
      call("memfd_create", 0, 0)
      call("process_vm_readv", 1, 0, 0, 0, 0)
      call("splice", -1, 0, -1, 0, 1, 0)
      call("syscall", 425, 1, 0)  // io_uring_setup
      call("syscall", 434, Int(getpid()), 0)  // pidfd_open
      call("syscall", 452, -1, 0, 0, 0)  // fchmodat2
      call("syscall", 435, 0, 0)  // clone3
    #endif
  }

  static func whatMustWork() {
    var seconds = time_t(1_800_000_000)
    // Both live through the call; the name of the zone in `tm` is not looked at.
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    unsafe print("hour: \(parts.tm_hour)")
    #if os(Linux)
      var thread = pthread_t()
      // Written once, and waited for before it goes away.
      tell("thread", -(unsafe pthread_create(&thread, nil, { _ in nil }, nil)))
      tell("thread", -(pthread_join(thread, nil)))
    #endif
    _ = (0..<4).map { _ in UInt64.random(in: 0 ... .max) }
    print("random: done")
  }

  /// Calls a function of the C library that Swift hides, with numbers for arguments.
  private static func call(_ name: String, _ arguments: Int...) {
    typealias Function = @convention(c) (Int, Int, Int, Int, Int, Int) -> Int
    guard let symbol = unsafe dlsym(nil, name) else { return print("\(name): missing") }
    // All arguments are whole words, and calls ignore those that they do not have.
    let function = unsafe unsafeBitCast(symbol, to: Function.self)
    let words = arguments + [0, 0, 0, 0, 0, 0]
    let result = Int32(
      truncatingIfNeeded: function(words[0], words[1], words[2], words[3], words[4], words[5]))
    if name == "fork", result == 0 { _exit(0) }
    let shown = name == "syscall" ? "call \(words[0])" : name
    tell(shown, result)
  }

  private static func tell(_ what: String, _ result: Int32) {
    print("\(what): \(result < 0 ? System.message(errno) : "done")")
  }
}
