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
