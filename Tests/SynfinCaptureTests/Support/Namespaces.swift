import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

#if os(Linux)
  /// A command that failed.
  struct CommandFailure: Error {
    var line: String
  }

  /// Runs a command in the namespaces of the calling thread.
  func run(_ line: String) throws {
    var process = pid_t()
    // Foundation's Process would run it from a thread of its own, in the namespaces of that.
    let words = ["sh", "-c", line]
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    // The words and the pointers to them live until here; the array ends with nil.
    guard unsafe posix_spawn(&process, "/bin/sh", nil, nil, &arguments, environ) == 0 else {
      throw CommandFailure(line: line)
    }
    var status: CInt = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw CommandFailure(line: line) }
  }

  /// What a thread gets of its own.
  enum Namespace: CInt {
    case mounts = 0x0002_0000
    case network = 0x4000_0000
  }

  /// Runs `body` in a thread with mounts or a network of its own, which go with the thread.
  func inNew<Result>(
    _ namespace: Namespace, _ body: @escaping () throws -> Result
  ) throws -> Result {
    nonisolated(unsafe) var result: Swift.Result<Result, any Error>?
    nonisolated(unsafe) let body = body
    let done = DispatchSemaphore(value: 0)
    // The semaphore orders the accesses of the two threads.
    Thread.detachNewThread {
      unsafe result = Swift.Result {
        try enterNew(namespace)
        return unsafe try body()
      }
      done.signal()
    }
    done.wait()
    guard let result = unsafe result else { throw CommandFailure(line: "thread") }
    return try result.get()
  }

  private func enterNew(_ namespace: Namespace) throws {
    typealias Unshare = @convention(c) (CInt) -> CInt
    // Swift's module of the C library leaves this function out.
    guard let address = unsafe dlsym(nil, "unshare") else {
      throw CommandFailure(line: "unshare")
    }
    let unshare = unsafe unsafeBitCast(address, to: Unshare.self)
    guard unshare(namespace.rawValue) == 0 else { throw CommandFailure(line: "unshare") }
  }
#endif
