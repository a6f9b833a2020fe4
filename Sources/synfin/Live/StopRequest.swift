#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// SIGINT and its like ask a capture to stop: the first one in good order, the second one at once.
enum StopRequest {
  // Written by the signal handler and read by the loop over the packets: one store, one load.
  nonisolated(unsafe) private static var pending: sig_atomic_t = 0

  // What the signals meet after the first one; set before the handler is installed.
  nonisolated(unsafe) private static var last: (@convention(c) (Int32) -> Void)?

  /// Begins to listen.
  ///
  /// - Parameter lastly: what a second signal meets; nil for the system's default.
  static func listen(lastly: (@convention(c) (Int32) -> Void)? = nil) {
    unsafe last = lastly
    answer(handler)
  }

  /// Whether somebody asked to stop.
  static var isPending: Bool { unsafe pending != 0 }

  /// Has the signals answered from now on; called by the handler, too, where no memory may be taken for a list of them.
  private static func answer(_ handler: (@convention(c) (Int32) -> Void)?) {
    System.answer(SIGINT, handler)
    System.answer(SIGTERM, handler)
    System.answer(SIGHUP, handler)
  }

  /// Notes the request; what comes next ends the process by that signal.
  private static let handler: @convention(c) (Int32) -> Void = { _ in
    unsafe StopRequest.pending = 1
    StopRequest.answer(unsafe StopRequest.last ?? SIG_DFL)
    // A terminal that goes away sends it twice, from the kernel and from the shell.
    _ = signal(SIGHUP, SIG_IGN)
  }
}
