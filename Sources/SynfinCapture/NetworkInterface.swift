internal import CPcap

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// An interface of this machine that packets can be captured on.
public struct NetworkInterface: Hashable, Sendable {
  /// What is known of an interface's state.
  public struct Flags: OptionSet, Hashable, Sendable {
    /// libpcap's `PCAP_IF_` bits.
    public var rawValue: UInt32

    /// Makes flags from libpcap's bits.
    public init(rawValue: UInt32) {
      self.rawValue = rawValue
    }

    /// Reaches only this machine.
    public static let loopback = Flags(rawValue: 0x01)
    /// Switched on.
    public static let up = Flags(rawValue: 0x02)
    /// Ready to send and receive.
    public static let running = Flags(rawValue: 0x04)
    /// Without wires (IrDA, Wi-Fi, Bluetooth).
    public static let wireless = Flags(rawValue: 0x08)
    /// Connected to a network.
    public static let connected = Flags(rawValue: 0x10)
    /// Connected to no network.
    public static let disconnected = Flags(rawValue: 0x20)
  }

  /// An address of an interface, in text, with what belongs to it.
  public struct Address: Hashable, Sendable {
    /// What kind of address it is.
    public enum Family: String, Hashable, Sendable {
      /// An IPv4 address.
      case ipv4
      /// An IPv6 address.
      case ipv6
      /// A link-layer (MAC) address.
      case link
    }

    /// What kind of address it is.
    public var family: Family
    /// The address, such as "192.0.2.1", "fe80::1%eth0" or "02:00:5e:10:00:01".
    public var address: String
    /// The network mask in the same notation.
    public var netmask: String?
    /// The broadcast address in the same notation.
    public var broadcast: String?
    /// The other end of a point-to-point link.
    public var destination: String?
  }

  /// The name to capture by, such as "eth0".
  public var name: String
  /// What it is, in words, where the system knows some.
  public var interfaceDescription: String?
  /// Its addresses in the system's order.
  public var addresses: [Address]
  /// Its state.
  public var flags: Flags

  /// Lists the interfaces this user can capture on, in libpcap's order, which puts usual ones first.
  ///
  /// - Throws: `CaptureError` of kind `interfacesUnavailable` if the system refuses.
  public static func all() throws(CaptureError) -> [NetworkInterface] {
    var first: UnsafeMutablePointer<pcap_if_t>?
    var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    // libpcap writes a terminated message of at most PCAP_ERRBUF_SIZE bytes.
    let status = unsafe text.withUnsafeMutableBufferPointer {
      unsafe pcap_findalldevs(&first, $0.baseAddress)
    }
    guard status == 0 else {
      throw CaptureError(
        .interfacesUnavailable, subject: "interfaces",
        problem: "cannot be listed: \(libpcapMessage(text))")
    }
    // The list and all it points to live until here.
    defer { unsafe pcap_freealldevs(first) }
    var interfaces: [NetworkInterface] = []
    var next = unsafe first
    while let device = unsafe next {
      unsafe interfaces.append(NetworkInterface(device.pointee))
      unsafe next = device.pointee.next
    }
    return interfaces
  }

  /// The interface to capture on when none is named: the first that is up, running and no loopback.
  ///
  /// - Throws: `CaptureError` of kind `interfacesUnavailable` if there is none at all.
  public static func defaultForCapture() throws(CaptureError) -> NetworkInterface {
    let interfaces = try all()
    let usable = interfaces.first {
      $0.flags.isSuperset(of: [.up, .running]) && !$0.flags.contains(.loopback)
    }
    if let found = usable ?? interfaces.first { return found }
    throw CaptureError(
      .interfacesUnavailable, subject: "interfaces", problem: "none to capture on",
      advice: "run it with sudo, or give the binary cap_net_raw (see README)")
  }

  private init(_ device: pcap_if_t) {
    // Both are terminated strings of the list that `all` holds; the description may be missing.
    name = unsafe String(cString: device.name)
    interfaceDescription = unsafe device.description.map { unsafe String(cString: $0) }
    flags = unsafe Flags(rawValue: device.flags)
    addresses = []
    var next = unsafe device.addresses
    while let entry = unsafe next {
      if let address = unsafe Address(entry.pointee) { addresses.append(address) }
      unsafe next = entry.pointee.next
    }
  }
}

extension NetworkInterface.Address {
  fileprivate init?(_ entry: pcap_addr) {
    guard let found = unsafe SocketAddress.text(entry.addr) else { return nil }
    family = found.family
    address = found.text
    netmask = unsafe SocketAddress.text(entry.netmask, as: family)
    broadcast = unsafe SocketAddress.text(entry.broadaddr, as: family)
    destination = unsafe SocketAddress.text(entry.dstaddr, as: family)
  }
}
