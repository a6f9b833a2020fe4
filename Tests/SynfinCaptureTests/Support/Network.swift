import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A UDP socket on the loopback interface that sends to itself.
struct LoopbackSender: ~Copyable {
  private let descriptor: CInt
  private var address: sockaddr_in
  /// The port it sends from and to.
  let port: UInt16

  init() throws {
    #if canImport(Glibc)
      descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_DGRAM, 0)
    #endif
    var own = sockaddr_in()
    own.sin_family = sa_family_t(AF_INET)
    own.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = descriptor
    let bound = unsafe withUnsafeMutablePointer(to: &own) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        // The system chooses a free port and says which.
        unsafe bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    address = own
    port = UInt16(bigEndian: own.sin_port)
    guard bound else { throw NoSocket(code: errno) }
  }

  struct NoSocket: Error {
    var code: CInt
  }

  deinit {
    _ = close(descriptor)
  }

  /// Sends a datagram with this payload.
  mutating func send(_ payload: [UInt8]) {
    let socket = descriptor
    _ = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe sendto(
          socket, payload, payload.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}

#if os(Linux)
  /// A command that failed.
  struct CommandFailure: Error {
    var line: String
  }

  /// Runs a command in the network of the calling thread.
  func run(_ line: String) throws {
    var process = pid_t()
    // Foundation's Process would run it from a thread of its own, in the network of that.
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

  /// Runs `body` in a thread with a network of its own, which goes with the thread.
  func inNewNetwork<Result>(_ body: @escaping () throws -> Result) throws -> Result {
    nonisolated(unsafe) var result: Swift.Result<Result, any Error>?
    nonisolated(unsafe) let body = body
    let done = DispatchSemaphore(value: 0)
    // The semaphore orders the accesses of the two threads.
    Thread.detachNewThread {
      unsafe result = Swift.Result {
        try enterNewNetwork()
        return unsafe try body()
      }
      done.signal()
    }
    done.wait()
    guard let result = unsafe result else { throw CommandFailure(line: "thread") }
    return try result.get()
  }

  /// Gives the calling thread a network of its own.
  private func enterNewNetwork() throws {
    typealias Unshare = @convention(c) (CInt) -> CInt
    // Swift's module of the C library leaves this function out.
    guard let address = unsafe dlsym(nil, "unshare") else {
      throw CommandFailure(line: "unshare")
    }
    let unshare = unsafe unsafeBitCast(address, to: Unshare.self)
    let newNetwork: CInt = 0x4000_0000
    guard unshare(newNetwork) == 0 else { throw CommandFailure(line: "unshare") }
  }
#endif
