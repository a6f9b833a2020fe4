#if os(Linux)
  internal import CPrivileges

  /// The capabilities of Linux that a process keeps, as the kernel's bits.
  struct Capabilities {
    static let none = Capabilities(bits: 0)
    /// CAP_DAC_OVERRIDE (1): who stays root on purpose wants to write where only root may.
    static let ofRoot = Capabilities(bits: 1 << 1)

    private let bits: UInt64

    /// Takes all others out of the bounding set, as far as the kernel lets us.
    ///
    /// That takes CAP_SETPCAP, so it comes before anything else is given up. It matters only to programs
    /// run later, and no_new_privs denies these the same.
    func bound() {
      _ = synfin_bound_capabilities(bits)
    }

    /// Gives up all others, looks whether they are gone, and tells what is left.
    func keep() throws(CommandError) -> String {
      let before = try Self.permitted()
      // A container may have kept this one from us.
      let left = bits & before
      guard synfin_keep_capabilities(left) == 0 else {
        throw Privileges.failure("give up capabilities")
      }
      guard try Self.permitted() == left else {
        throw CommandError("cannot give up capabilities: they are still there; please report this")
      }
      return left == 0 ? "no capabilities" : "no capability but CAP_DAC_OVERRIDE"
    }

    private static func permitted() throws(CommandError) -> UInt64 {
      var bits: UInt64 = 0
      // Written once by the call.
      guard unsafe synfin_permitted_capabilities(&bits) == 0 else {
        throw Privileges.failure("read capabilities")
      }
      return bits
    }
  }
#endif
