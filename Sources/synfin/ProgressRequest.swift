#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// SIGUSR1 asks how far the work is, without stopping it.
enum ProgressRequest {
  // Set by the signal handler and read by the loop over the packets: one store, one load.
  nonisolated(unsafe) private static var isPending: sig_atomic_t = 0

  /// Begins to listen.
  static func listen() {
    _ = signal(SIGUSR1) { _ in unsafe ProgressRequest.isPending = 1 }
  }

  /// Whether somebody asked since the last call.
  static func take() -> Bool {
    guard unsafe isPending != 0 else { return false }
    unsafe isPending = 0
    return true
  }
}
