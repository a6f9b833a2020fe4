#if os(Linux)
  #if canImport(Musl)
    internal import Musl
  #else
    internal import Glibc
  #endif

  internal import CPrivileges

  /// What the kernel's Landlock lets this process do with files, TCP and other processes.
  ///
  /// Everything that the kernel's version of it knows is denied, but for two exceptions. Descriptors that
  /// are open already are not concerned. The bits are those of `linux/landlock.h`.
  struct Landlock {
    let version: Int32

    private static let writeFile: UInt64 = 1 << 1
    private static let readFile: UInt64 = 1 << 2
    private static let removeFile: UInt64 = 1 << 5
    private static let makeRegularFile: UInt64 = 1 << 8
    private static let truncate: UInt64 = 1 << 14

    /// Every right to files: 13 at first, then renaming between folders, truncating, device control.
    private var allFileRights: UInt64 {
      let count: UInt64 =
        switch version {
        case 1: 13
        case 2: 14
        case 3, 4: 15
        default: 16
        }
      return 1 << count - 1
    }

    /// Binding and connecting TCP sockets, from version 4 on.
    private var allNetworkRights: UInt64 { version >= 4 ? 0b11 : 0 }

    /// Abstract sockets of others and signals to others, from version 6 on.
    private var allScopes: UInt64 { version >= 6 ? 0b11 : 0 }

    /// Denies everything but writing files beneath the folders and reading the interfaces' counters.
    func enforce(
      writingIn folders: [Int32], countersOf interfaces: [String]
    ) throws(CommandError) {
      var denied = synfin_landlock_rules(
        files: allFileRights, network: allNetworkRights, scopes: allScopes)
      // Read during the call only.
      let rules = unsafe synfin_landlock_create(&denied)
      guard rules >= 0 else { throw Privileges.failure("make Landlock rules") }
      defer { close(rules) }
      let writing = Self.writeFile | Self.removeFile | Self.makeRegularFile | Self.truncate
      for folder in folders {
        guard synfin_landlock_allow(rules, writing & allFileRights, folder) == 0 else {
          throw Privileges.failure("allow writing into the output folder by Landlock")
        }
      }
      for interface in interfaces { try allowCounters(of: interface, rules) }
      guard synfin_landlock_restrict(rules) == 0 else {
        throw Privileges.failure("enforce Landlock rules")
      }
    }

    /// Lets libpcap read what the interface itself dropped: it opens the counters each time, and takes
    /// what it cannot read for 0, which makes nonsense of the difference to the last time.
    ///
    /// An interface without them, such as "any", needs no rule.
    private func allowCounters(of interface: String, _ rules: Int32) throws(CommandError) {
      guard !interface.contains("/"), interface != "..", interface != "." else { return }
      let path = "/sys/class/net/\(interface)/statistics"
      // The path is the C library's for the call.
      let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard folder >= 0 else { return }
      defer { close(folder) }
      guard synfin_landlock_allow(rules, Self.readFile, folder) == 0 else {
        throw Privileges.failure("allow reading the counters of \(interface) by Landlock")
      }
    }
  }
#endif
