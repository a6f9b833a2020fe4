internal import SynfinCapture

/// Interfaces that are open, and the savefile for their packets, held by a process that has given up what else it could
/// do.
struct LiveInput: ~Copyable {
  let captures: LiveCaptureSet
  let writer: SavefileWriter?
  let isPacketBuffered: Bool

  /// Opens what needs rights, gives these up, and opens the rest; says on standard error how far it is.
  ///
  /// Nothing is read from an interface before that.
  ///
  /// - Parameter prepare: opens what else is needed later, such as a screen.
  init(_ options: CaptureOptions, preparing prepare: () throws -> Void = {}) throws {
    let account = try Privileges.target(named: options.user)
    let captures = try options.open()
    let interfaces = captures.interfaces
    for interface in interfaces {
      if let warning = interface.warning { System.complain("\(interface.name): \(warning)") }
    }
    writer = try Self.giveUp(account, options.saving, interfaces, prepare)
    isPacketBuffered = options.saving?.isPacketBuffered == true
    self.captures = captures
  }

  /// Gives up rights, before or after which the savefile is begun.
  private static func giveUp(
    _ account: Account?, _ saving: SavingOptions?, _ interfaces: [LiveInterface],
    _ prepare: () throws -> Void
  ) throws -> SavefileWriter? {
    guard let saving else {
      try prepare()
      try giveUp(account, [], interfaces)
      return nil
    }
    let folder = try OutputFolder(of: saving.path)
    try prepare()
    return try begin(saving, folder, account, interfaces)
  }

  /// Begins the savefile, with the rights that are left unless it is no file that others follow.
  private static func begin(
    _ saving: SavingOptions, _ folder: consuming OutputFolder, _ account: Account?,
    _ interfaces: [LiveInterface]
  ) throws -> SavefileWriter {
    let format = try SavefileFormat(interfaces)
    if folder.isInPlace {
      // The sandbox is to allow new files in a folder of files, not in one of devices.
      let writer = try SavefileWriter(folder, format, rotation: saving.rotation)
      try giveUp(account, [], interfaces)
      return writer
    }
    try giveUp(account, [folder.descriptor], interfaces)
    try checkAccess(folder, account)
    return try SavefileWriter(folder, format, rotation: saving.rotation)
  }

  private static func giveUp(
    _ account: Account?, _ folders: [Int32], _ interfaces: [LiveInterface]
  ) throws {
    Privileges.warmUp()
    let privileges = try Privileges.giveUp(
      becoming: account, writingIn: folders, countersOf: interfaces.map(\.name))
    System.complain(privileges.report)
  }

  /// Says on standard error that the capture has begun; to be called when signals are listened to.
  func announce() {
    for interface in captures.interfaces { System.complain("listening on \(interface)") }
  }

  /// Complains early if the new user cannot write where it is to.
  private static func checkAccess(
    _ folder: borrowing OutputFolder, _ account: Account?
  ) throws(CommandError) {
    if folder.isWritable { return }
    let who = account.map { "\($0)" } ?? "this user"
    throw CommandError(
      "\(folder.path): \(who) may not write there; use a folder of that user, or -Z to become another"
    )
  }
}
