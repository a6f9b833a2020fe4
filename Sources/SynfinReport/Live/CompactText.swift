internal import SynfinLifecycle

/// Numbers for narrow columns: at most five characters, all of them ASCII, which every terminal can show.
enum CompactText {
  /// A number in decimal units: 480, 1.2k, 16.2M, 162M, 1.0G.
  static func count(_ value: UInt64) -> String {
    if value < 1000 { return String(value) }
    guard value < 999_500_000_000_000_000 else { return "lots" }
    var unit: UInt64 = 1000
    for name in ["k", "M", "G", "T", "P"] {
      // Below these it rounds to less than 100.0, or to less than 1000.
      let tenths = (value &+ unit / 20) / (unit / 10)
      if tenths < 1000 { return "\(tenths / 10).\(tenths % 10)\(name)" }
      let whole = (value &+ unit / 2) / unit
      if whole < 1000 { return "\(whole)\(name)" }
      unit *= 1000
    }
    return "lots"
  }

  /// A time that was measured: 850ns, 85us, 4.2ms, 214ms, 1.2s, and on as `age`.
  static func duration(_ nanoseconds: Int64) -> String {
    let value = UInt64(max(0, nanoseconds))
    if value < 1000 { return value == 0 ? "0s" : "\(value)ns" }
    for (unit, name) in [(1000 as UInt64, "us"), (1_000_000, "ms")] {
      let tenths = (value + unit / 20) / (unit / 10)
      if tenths < 100 { return "\(tenths / 10).\(tenths % 10)\(name)" }
      let whole = (value + unit / 2) / unit
      if whole < 1000 { return "\(whole)\(name)" }
    }
    return age(nanoseconds)
  }

  /// How long ago something was: 0.3s, 12s, 2m03s, 59m, 5h10m, 23h, 3d04h, 41d; rounded down.
  static func age(_ nanoseconds: Int64) -> String {
    let tenths = max(0, nanoseconds) / 100_000_000
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10)s" }
    let seconds = Int(tenths / 10)
    switch seconds {
    case ..<60: return "\(seconds)s"
    case ..<600: return "\(seconds / 60)m\(padded(seconds % 60, 2))s"
    case ..<3600: return "\(seconds / 60)m"
    case ..<36_000: return "\(seconds / 3600)h\(padded(seconds % 3600 / 60, 2))m"
    case ..<86_400: return "\(seconds / 3600)h"
    case ..<864_000: return "\(seconds / 86_400)d\(padded(seconds % 86_400 / 3600, 2))h"
    default: return "\(seconds / 86_400)d"
    }
  }

  /// A state in six characters.
  static func state(_ state: TCPState) -> String {
    switch state {
    case .unknown: "-"
    case .listen: "LISTEN"
    case .synSent: "SYN_S"
    case .synReceived: "SYN_R"
    case .established: "ESTAB"
    case .finWait1: "FIN_W1"
    case .finWait2: "FIN_W2"
    case .closeWait: "CLO_W"
    case .closing: "CLOSNG"
    case .lastAck: "LAST_A"
    case .timeWait: "TIME_W"
    case .closed: "CLOSED"
    }
  }

  /// Cuts a text to a width, in its middle: both ends of an address tell more.
  static func cut(_ text: String, to width: Int) -> String {
    let count = text.utf8.count
    guard count > width, width > 1 else { return String(text.prefix(max(width, 0))) }
    let tail = (width - 1) * 3 / 5
    return text.prefix(width - 1 - tail) + "~" + text.suffix(tail)
  }
}
