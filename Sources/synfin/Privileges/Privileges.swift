#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

internal import CPrivileges

/// The rights that are left when everything that needs more has been opened.
///
/// `docs/security.md` says what is given up, and what that does not protect against.
struct Privileges {
  /// One line for standard error: who the process is now, and what it can no longer do.
  let report: String

  /// Makes the C library read now what it would else open files for later.
  ///
  /// Its messages are those of the C locale, for nobody calls `setlocale`, and services are a table
  /// of our own: the time zone is all there is.
  static func warmUp() {
    tzset()
  }

  /// Becomes another user for good and gives up everything that a capture does not need from here on.
  ///
  /// What stays: descriptors that are open; beneath `folders`, making, writing, renaming and removing
  /// regular files; for each of `interfaces`, the counters that libpcap reads when it is asked for
  /// dropped packets. Must be called before there is a second thread, as the kernel takes most of this
  /// from the calling thread only.
  ///
  /// - Throws: if anything fails that this system can do. The process must then end.
  static func giveUp(
    becoming account: Account?, writingIn folders: [Int32], countersOf interfaces: [String]
  ) throws(CommandError) -> Privileges {
    let who = account ?? Account.of(geteuid()) ?? Account(name: nil, user: geteuid(), group: 0)
    #if os(Linux)
      let kept = who.user == 0 ? Capabilities.ofRoot : Capabilities.none
      kept.bound()
      if let account { try become(account) }
      try requireOneThread()
      let capabilities = try kept.keep()
      guard synfin_no_new_privileges() == 0 else { throw failure("set no_new_privs") }
      try checkThatNoWayLeadsBack(from: who)
      let sandbox = try sandbox(writingIn: folders, countersOf: interfaces)
      return Privileges(
        report: "running as \(who), \(capabilities), no new privileges, \(sandbox)")
    #else
      if let account { try become(account) }
      try checkThatNoWayLeadsBack(from: who)
      return Privileges(report: "running as \(who)")
    #endif
  }

  /// Takes the groups of a user, its group and its identity, in this order: the last takes the right to
  /// the first two.
  private static func become(_ account: Account) throws(CommandError) {
    if account.user == 0 { return }
    guard takeGroups(of: account) == 0, synfin_set_group(account.group) == 0,
      synfin_set_user(account.user) == 0
    else { throw failure("become \(account)", advice: "; -Z root stays root") }
    guard getgid() == account.group, getegid() == account.group,
      setgid(0) != 0 || account.group == 0
    else { throw rightsCameBack }
  }

  private static func takeGroups(of account: Account) -> Int32 {
    guard let name = account.name else {
      // One group, which the call copies.
      return unsafe withUnsafePointer(to: account.group) { unsafe setgroups(1, $0) }
    }
    // The name is the C library's for the call.
    #if canImport(Darwin)
      return unsafe initgroups(name, Int32(bitPattern: account.group))
    #else
      return unsafe initgroups(name, account.group)
    #endif
  }

  /// Tries to become root again, which must fail.
  private static func checkThatNoWayLeadsBack(from account: Account) throws(CommandError) {
    guard account.user != 0 else { return }
    guard getuid() == account.user, geteuid() == account.user, setuid(0) != 0, seteuid(0) != 0
    else { throw rightsCameBack }
  }

  private static var rightsCameBack: CommandError {
    CommandError("cannot give up the rights of root: they came back; please report this")
  }

  static func failure(_ action: String, advice: String = "") -> CommandError {
    CommandError("cannot \(action): \(System.message(errno))\(advice)")
  }
}

#if os(Linux)
  extension Privileges {
    /// Other threads would keep their rights.
    private static func requireOneThread() throws(CommandError) {
      var status = stat()
      // A folder has two links and one more for each folder in it, here one for each thread. Without
      // /proc nothing can be said.
      if unsafe stat("/proc/self/task", &status) == 0, status.st_nlink != 3 {
        throw CommandError(
          "cannot give up privileges: other threads are running; please report this")
      }
    }

    /// Puts the process into what the kernel has of Landlock and seccomp, and tells which.
    private static func sandbox(
      writingIn folders: [Int32], countersOf interfaces: [String]
    ) throws(CommandError) -> String {
      let landlock = synfin_landlock_version()
      if landlock > 0 {
        try Landlock(version: landlock).enforce(writingIn: folders, countersOf: interfaces)
      }
      let filter = synfin_has_filters() == 1
      if filter {
        guard synfin_install_filter() == 0 else { throw failure("install the seccomp filter") }
      }
      return switch (landlock > 0, filter) {
      case (true, true): "sandboxed (Landlock, seccomp)"
      case (true, false): "sandboxed (Landlock; no seccomp here)"
      case (false, true): "sandboxed (seccomp; this kernel has no Landlock)"
      case (false, false): "not sandboxed (this kernel has neither Landlock nor seccomp)"
      }
    }
  }
#endif
