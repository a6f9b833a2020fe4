/// What a live capture asks of libpcap; the words are those of tcpdump's options.
public struct LiveOptions: Hashable, Sendable {
  /// Which way the packets go that are captured; the raw values are those of `-Q`.
  public enum Direction: String, CaseIterable, Hashable, Sendable {
    /// Packets that the interface receives.
    case incoming = "in"
    /// Packets that the interface sends.
    case outgoing = "out"
    /// Both.
    case both = "inout"
  }

  /// The unit of time stamps; the raw values are those of `--time-stamp-precision`.
  public enum Precision: String, CaseIterable, Hashable, Sendable {
    /// Millionths of a second.
    case microseconds = "micro"
    /// Billionths of a second.
    case nanoseconds = "nano"
  }

  /// The most bytes kept of a packet; 0 means the most that libpcap can (`-s`).
  public var snapLength = 262_144
  /// Whether to see packets that are meant for other machines, too (not `-p`).
  public var isPromiscuous = true
  /// The size of the kernel's buffer in bytes (`-B`, which counts KiB).
  public var bufferBytes = 16 << 20
  /// Which way the packets go (`-Q`).
  public var direction = Direction.both
  /// libpcap's name of the link type to capture with, such as "EN10MB"; nil takes the usual one (`-y`).
  public var linkTypeName: String?
  /// Whether to put a Wi-Fi interface into monitor mode (`-I`).
  public var isMonitor = false
  /// Whether each packet is delivered at once, at the price of more work (`--immediate-mode`).
  public var isImmediate = false
  /// libpcap's name of the clock that stamps the packets, such as "adapter"; nil takes the usual one (`-j`).
  public var timestampType: String?
  /// The unit to ask for; what an interface cannot give becomes microseconds.
  public var precision = Precision.nanoseconds
  /// The filter in the language of pcap-filter(7); nil lets every packet through.
  public var filter: String?

  /// How long the kernel may gather packets before it hands them over, in milliseconds.
  public static let readTimeout = 100
  /// The same for several interfaces, whose packets wait for each other in the kernel's buffers: 16 MiB
  /// are full of a fast network's packets after some 40 ms.
  public static let sharedReadTimeout = 10

  /// How late a packet may come to us, in nanoseconds.
  ///
  /// Linux hands a block over at the second tick after its first packet; some time is for a busy machine.
  static func lateness(_ readTimeout: Int) -> Int64 {
    Int64(2 * readTimeout + max(readTimeout / 2, 10)) * 1_000_000
  }

  /// Makes the options that `synfin capture` has without any flag.
  public init() {}
}
