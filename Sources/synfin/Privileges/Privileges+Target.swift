#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

extension Privileges {
  /// Whom to become before the first packet is looked at; nil to stay who one is.
  ///
  /// `name` is that of `-Z`. Root becomes that user, else who called `sudo`, else nobody; `-Z root` stays.
  static func target(named name: String?) throws(CommandError) -> Account? {
    try target(
      named: name, real: getuid(), effective: geteuid(), environment: System.environment)
  }

  /// The same for a process of this real and effective user.
  static func target(
    named name: String?, real: uid_t, effective: uid_t, environment: (String) -> String?
  ) throws(CommandError) -> Account? {
    let chosen = try name.map(account)
    guard effective == 0, real == 0 else {
      // A set-user-ID program belongs to whoever calls it, who must not choose to be another.
      if let chosen, chosen.user != real {
        throw CommandError(
          "-Z \(chosen): only root can become another user; use sudo, or leave -Z out")
      }
      return effective == real ? nil : try account(String(real))
    }
    return chosen ?? Account(sudo: environment) ?? Account.nobody
  }

  private static func account(_ text: String) throws(CommandError) -> Account {
    guard let account = Account(text) else {
      throw CommandError("-Z \(text): there is no such user; name one, or give its number")
    }
    return account
  }
}
