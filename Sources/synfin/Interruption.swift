#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Takes the unfinished output file away when a signal ends the process.
enum Interruption {
  // Read by the signal handler, which may run at any moment: set before the handler is installed,
  // never freed, and cleared by one store.
  nonisolated(unsafe) private static var unfinished: UnsafeMutablePointer<CChar>?

  /// Remembers the file to remove; nil when there is none any more.
  static func remove(_ path: String?) {
    guard let path else {
      unsafe unfinished = nil
      return
    }
    unsafe unfinished = strdup(path)
    for number in [SIGINT, SIGTERM, SIGHUP] { System.answer(number, handler) }
  }

  /// Removes the file and ends the process by the same signal; calls nothing that a handler may not.
  private static let handler: @convention(c) (Int32) -> Void = { number in
    if let path = unsafe Interruption.unfinished { unsafe unlink(path) }
    _ = signal(number, SIG_DFL)
    raise(number)
  }
}
