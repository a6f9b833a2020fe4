// CPcap too: on Linux its headers are where the compiler sees socket addresses first.
internal import CPcap

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Socket addresses of the system, in text.
enum SocketAddress {
  typealias Family = NetworkInterface.Address.Family

  /// The address in text if it is of the given family.
  @unsafe
  static func text(_ address: UnsafeMutablePointer<sockaddr>?, as family: Family) -> String? {
    guard let found = unsafe text(address), found.family == family else { return nil }
    return found.text
  }

  /// The kind of address and its text; nil without address or for other families.
  @unsafe
  static func text(
    _ address: UnsafeMutablePointer<sockaddr>?
  ) -> (family: Family, text: String)? {
    guard let address = unsafe address else { return nil }
    switch unsafe CInt(address.pointee.sa_family) {
    case AF_INET:
      return unsafe numeric(address, MemoryLayout<sockaddr_in>.size).map { (.ipv4, $0) }
    case AF_INET6:
      return unsafe numeric(address, MemoryLayout<sockaddr_in6>.size).map { (.ipv6, $0) }
    case linkFamily:
      return unsafe linkAddress(address).map { (.link, $0) }
    default:
      return nil
    }
  }

  /// An IP address; IPv6 ones with their scope.
  private static func numeric(_ address: UnsafeMutablePointer<sockaddr>, _ size: Int) -> String? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    // The family promises `size` bytes; the text is terminated and bounded by its buffer.
    let status = unsafe text.withUnsafeMutableBufferPointer { buffer in
      unsafe getnameinfo(
        address, socklen_t(size), buffer.baseAddress, socklen_t(buffer.count), nil, 0,
        NI_NUMERICHOST)
    }
    guard status == 0 else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined(separator: ":")
  }

  #if canImport(Darwin)
    private static let linkFamily = AF_LINK

    private static func linkAddress(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
      // AF_LINK promises a sockaddr_dl, whose data hold the name and then the address.
      let link = unsafe UnsafeRawPointer(address).loadUnaligned(as: sockaddr_dl.self)
      let start = Int(link.sdl_nlen)
      let bytes = unsafe withUnsafeBytes(of: link.sdl_data) { unsafe [UInt8]($0) }
      guard link.sdl_alen > 0, start + Int(link.sdl_alen) <= bytes.count else { return nil }
      return hexadecimal(bytes[start..<start + Int(link.sdl_alen)])
    }
  #else
    private static let linkFamily = AF_PACKET

    private static func linkAddress(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
      // AF_PACKET promises a sockaddr_ll: the length of the address in byte 11, the address after it.
      let raw = unsafe UnsafeRawBufferPointer(start: address, count: 20)
      let length = unsafe Int(raw[11])
      guard length > 0, length <= 8 else { return nil }
      return unsafe hexadecimal([UInt8](raw[12..<12 + length]))
    }
  #endif
}
