/// What the first bytes of a file say it is.
enum ContentKind {
  case pcap(PcapMagic)
  case pcapng
  case compressed(name: String, command: String)
  case foreign(String)
  case unknown

  static let longestMagic = 8

  /// Looks at the first bytes and, if there are four, at the number they make in this machine's byte order.
  init(_ start: [UInt8], number: UInt32?) {
    if let number, let magic = PcapMagic(number) {
      self = .pcap(magic)
    } else if start.starts(with: [0x0a, 0x0d, 0x0d, 0x0a]) {
      self = .pcapng
    } else if let found = Self.compressions.first(where: { start.starts(with: $0.magic) }) {
      self = .compressed(name: found.name, command: found.command)
    } else if let found = Self.foreign.first(where: { start.starts(with: $0.magic) }) {
      self = .foreign(found.name)
    } else {
      self = .unknown
    }
  }

  /// Whether it is a savefile that libpcap should be able to read.
  var isSavefile: Bool {
    switch self {
    case .pcap, .pcapng: true
    default: false
    }
  }

  /// The format in the words of the public interface.
  var format: CaptureFormat {
    switch self {
    case .pcap(let magic): magic.format
    case .pcapng: .pcapng
    default: .other
    }
  }

  /// Why a file of this content cannot be read at all; nil if it is worth a try.
  func refusal(of name: String, start: [UInt8]) -> CaptureError? {
    if start.isEmpty {
      return CaptureError(
        .empty, subject: name, problem: "empty, not even a capture file's header is there",
        advice: "check the command that should have written it")
    }
    switch self {
    case .compressed(let compression, let command):
      let file = name == "standard input" ? "FILE" : name
      return CaptureError(
        .compressed, subject: name, problem: "compressed (\(compression))",
        advice: "decompress it first, e.g. \(command) \(file) | synfin -")
    case .foreign(let what):
      return CaptureError(
        .unknownFormat, subject: name, problem: "\(what), which is not read here",
        advice: "convert it first, e.g. editcap -F pcapng \(name) OUT.pcapng")
    case .pcap, .pcapng, .unknown:
      return nil
    }
  }

  private static let compressions: [(magic: [UInt8], name: String, command: String)] = [
    ([0x1f, 0x8b], "gzip", "gzip -dc"),
    ([0x28, 0xb5, 0x2f, 0xfd], "zstd", "zstd -dc"),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz", "xz -dc"),
    ([0x04, 0x22, 0x4d, 0x18], "lz4", "lz4 -dc"),
    ([0x42, 0x5a, 0x68], "bzip2", "bzip2 -dc"),
    ([0x50, 0x4b, 0x03, 0x04], "zip", "unzip -p"),
  ]

  /// Captures of other programs, which Wireshark's editcap converts.
  private static let foreign: [(magic: [UInt8], name: String)] = [
    (Array("snoop\0".utf8), "a snoop capture"),
    (Array("GMBU".utf8), "a Microsoft Network Monitor capture"),
    (Array("RTSS".utf8), "a Microsoft Network Monitor capture"),
    (Array("TRSNIFF".utf8), "a Sniffer capture"),
    (Array("XCP\0".utf8), "a NetXray capture"),
  ]
}
