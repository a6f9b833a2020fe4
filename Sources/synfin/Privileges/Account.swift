#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A user with the group that comes with it.
struct Account: Equatable {
  /// What the password database calls the user; nil for a number that it does not know.
  var name: String?
  var user: uid_t
  var group: gid_t

  init(name: String?, user: uid_t, group: gid_t) {
    self.name = name
    self.user = user
    self.group = group
  }

  /// Looks a user up by name or, as `chown` does where there is no such name, by number.
  ///
  /// A number that the password database does not know comes with the group of nobody: that of the
  /// same number may be anybody's.
  init?(_ text: String) {
    if let account = Self.named(text) {
      self = account
    } else if let user = Self.number(text) {
      self = Self.of(user) ?? Account(name: nil, user: user, group: Self.nobody.group)
    } else {
      return nil
    }
  }

  /// The user who called `sudo`, from the environment that it leaves; nil if that is root or nobody did.
  ///
  /// Anybody may write an environment, so this is only for who is root already.
  init?(sudo environment: (String) -> String?) {
    guard let user = environment("SUDO_UID").flatMap(Self.number), user != 0,
      let group = environment("SUDO_GID").flatMap(Self.number)
    else { return nil }
    self.init(name: Self.of(user)?.name, user: user, group: group)
  }

  /// The user who owns nothing; where the password database has none, the number it has everywhere.
  static var nobody: Account {
    named("nobody") ?? Account(name: nil, user: 65_534, group: 65_534)
  }

  /// What the password database says of a name.
  static func named(_ name: String) -> Account? {
    // The entry is the C library's, and is copied before anything else is asked of it.
    unsafe getpwnam(name).map { unsafe Account($0.pointee) }
  }

  /// What the password database says of a number.
  static func of(_ user: uid_t) -> Account? {
    // The entry is the C library's, and is copied before anything else is asked of it.
    unsafe getpwuid(user).map { unsafe Account($0.pointee) }
  }

  private init(_ entry: passwd) {
    // The name ends with a zero, and the entry that holds it is not asked for again meanwhile.
    unsafe self.init(
      name: String(cString: entry.pw_name), user: entry.pw_uid, group: entry.pw_gid)
  }

  /// A number of a user or group: digits only, and not the one that says "leave it as it is".
  private static func number(_ text: String) -> UInt32? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt32(text),
      number != .max
    else { return nil }
    return number
  }
}

extension Account: CustomStringConvertible {
  var description: String { name ?? "user \(user)" }
}
