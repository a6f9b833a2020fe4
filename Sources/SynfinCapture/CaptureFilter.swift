internal import CPcap
public import SynfinWire

/// A filter in the language of pcap-filter(7), for packets of any source and link type.
///
/// An expression means something else on every link type, so it is compiled once for each that is met.
@safe
public struct CaptureFilter: ~Copyable {
  /// The expression as given; an empty one lets every packet through.
  public let expression: String

  private var programs: [LinkType: Program] = [:]
  // The program used last; packets of one link type come in long runs.
  private var current: Program?

  /// A compiled expression.
  @safe
  private struct Program: BitwiseCopyable {
    let linkType: LinkType
    // Owned by the filter, which frees it in deinit; nil lets no packet through.
    let code: UnsafeMutablePointer<bpf_program>?
  }

  /// Makes a filter of an expression such as "tcp port 443".
  ///
  /// - Throws: `CaptureError` if the expression is valid on none of the usual link types.
  public init(_ expression: String) throws(CaptureError) {
    self.expression = expression
    var firstError: CaptureError?
    for linkType in Self.usualLinkTypes {
      do throws(CaptureError) {
        programs[linkType] = try Self.compile(expression, for: linkType)
        return
      } catch {
        // The message for Ethernet is the one most people expect.
        firstError = firstError ?? error
      }
    }
    if let firstError { throw firstError }
  }

  deinit {
    for program in programs.values {
      guard let code = unsafe program.code else { continue }
      unsafe pcap_freecode(code)
      unsafe code.deallocate()
    }
  }

  /// Whether the filter lets a packet through.
  ///
  /// - Parameters:
  ///   - bytes: its captured bytes.
  ///   - linkType: what the first of them is.
  ///   - originalLength: its bytes on the wire.
  /// - Throws: `CaptureError` if the expression cannot be compiled for the packet's link type.
  public mutating func matches(
    _ bytes: RawSpan, _ linkType: LinkType, originalLength: Int
  ) throws(CaptureError) -> Bool {
    let program: Program
    if let current, current.linkType == linkType {
      program = current
    } else {
      program = try self.program(for: linkType)
      current = program
    }
    guard let code = unsafe program.code else { return false }
    var header = pcap_pkthdr()
    header.caplen = UInt32(clamping: bytes.byteCount)
    header.len = UInt32(clamping: originalLength)
    return unsafe bytes.withUnsafeBytes { buffer in
      // An empty span has no address; the program then reads nothing, but wants one.
      guard let start = buffer.baseAddress else { return unsafe Self.matchesNothing(code, &header) }
      let packet = unsafe start.assumingMemoryBound(to: UInt8.self)
      // The program looks at no more than `caplen` bytes from `packet`.
      return unsafe pcap_offline_filter(code, &header, packet) != 0
    }
  }

  private static func matchesNothing(
    _ code: UnsafeMutablePointer<bpf_program>, _ header: inout pcap_pkthdr
  ) -> Bool {
    var nothing: UInt8 = 0
    // `caplen` is 0, so that the byte is not looked at.
    return unsafe pcap_offline_filter(code, &header, &nothing) != 0
  }
}

// MARK: Compiling

extension CaptureFilter {
  /// Ethernet first; the others know words that Ethernet does not (wlan, inbound, lane, fisu, ...).
  private static let usualLinkTypes: [LinkType] = [
    .ethernet, .linuxCooked, .raw, LinkType(rawValue: 127), LinkType(rawValue: 117),
    LinkType(rawValue: 123), LinkType(rawValue: 140),
  ]

  private mutating func program(for linkType: LinkType) throws(CaptureError) -> Program {
    if let program = programs[linkType] { return program }
    let program = try Self.laterProgram(expression, linkType)
    programs[linkType] = program
    return program
  }

  /// An expression that no packet of this link type can match is a mistake at the start, where it is
  /// the only link type; among others it just matches nothing here.
  private static func laterProgram(
    _ expression: String, _ linkType: LinkType
  ) throws(CaptureError) -> Program {
    do throws(CaptureError) {
      return try compile(expression, for: linkType)
    } catch {
      guard error.problem.hasPrefix("expression rejects all packets") else { throw error }
      return unsafe Program(linkType: linkType, code: nil)
    }
  }

  private static func compile(
    _ expression: String, for linkType: LinkType
  ) throws(CaptureError) -> Program {
    guard let handle = unsafe pcap_open_dead(linkType.dlt, CInt(RecordLimits.ordinary)) else {
      throw failure(expression, linkType, "out of memory")
    }
    // Closed here: the compiled program does not need it.
    defer { unsafe pcap_close(handle) }
    let code = UnsafeMutablePointer<bpf_program>.allocate(capacity: 1)
    unsafe code.initialize(to: bpf_program())
    // 1 asks for optimized code; `PCAP_NETMASK_UNKNOWN` makes "ip broadcast" an error, not a guess.
    guard unsafe pcap_compile(handle, code, expression, 1, 0xffff_ffff) == 0 else {
      unsafe code.deallocate()
      // The handle's own message buffer, terminated.
      throw failure(expression, linkType, unsafe String(cString: pcap_geterr(handle)))
    }
    return unsafe Program(linkType: linkType, code: code)
  }

  /// The error for an expression that libpcap refuses.
  static func failure(
    _ expression: String, _ linkType: LinkType, _ message: String
  ) -> CaptureError {
    CaptureError(
      .invalidFilter, subject: "filter '\(expression)'",
      problem: "\(oneLine(message)) (on link type \(linkType))", advice: "see man pcap-filter")
  }
}
