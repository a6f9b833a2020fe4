internal import CPcap
internal import SynfinWire

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A savefile read by libpcap, for formats only it knows and as a second opinion on those we read.
///
/// libpcap reads through a `FILE` that takes its bytes from a `ByteStream`, so that those already
/// looked at are not lost, on pipes too.
@safe
struct SavefileReader: ~Copyable {
  // Owned: closed in deinit, which also closes the FILE.
  private let handle: OpaquePointer
  // The FILE that libpcap reads from and closes.
  private let file: UnsafeMutablePointer<FILE>
  // The FILE holds an unowned pointer to it, and so it lives at least as long as the handle.
  private let source: StreamSource
  let interface: CaptureInterface

  init(_ stream: consuming ByteStream, name: String, isKnown: Bool) throws(CaptureError) {
    source = StreamSource(stream)
    let pointer = unsafe Unmanaged.passUnretained(source).toOpaque()
    guard let file = unsafe synfin_open_reader(pointer, readSource, tellSource) else {
      throw CaptureError(
        .unreadable, subject: name, problem: "cannot read: \(SystemError(code: errno).message)")
    }
    var text = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    // libpcap writes a terminated message of at most PCAP_ERRBUF_SIZE bytes.
    let opened = unsafe text.withUnsafeMutableBufferPointer {
      unsafe pcap_fopen_offline_with_tstamp_precision(
        file, UInt32(PCAP_TSTAMP_PRECISION_NANO), $0.baseAddress)
    }
    guard let opened = unsafe opened else {
      // libpcap leaves the FILE to us when it fails.
      unsafe fclose(file)
      throw Self.refusal(libpcapMessage(text), name: name, isKnown: isKnown)
    }
    unsafe handle = opened
    unsafe self.file = file
    interface = CaptureInterface(
      linkType: unsafe LinkType(dlt: pcap_datalink(opened)),
      snapLength: unsafe Int(pcap_snapshot(opened)), timestampResolution: .nanoseconds)
  }

  deinit {
    unsafe pcap_close(handle)
  }

  /// Bytes read from the file so far.
  var bytesRead: UInt64 { source.stream.bytesRead }

  /// Takes the next record; nil at a clean end.
  mutating func step(_ record: inout PacketRecord) throws(CaptureDamage) -> PacketBytes? {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var bytes: UnsafePointer<UInt8>?
    let status = unsafe pcap_next_ex(handle, &header, &bytes)
    // After 1 libpcap guarantees a header and as many bytes as it says, until the next call.
    guard status == 1, let header = unsafe header?.pointee, let bytes = unsafe bytes else {
      if status == PCAP_ERROR_BREAK { return nil }
      throw damage(in: "packet \(record.number &+ 1)")
    }
    record.number &+= 1
    // With nanosecond precision the field called microseconds holds nanoseconds.
    let seconds = Int64(header.ts.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let sum = seconds.partialValue.addingReportingOverflow(Int64(header.ts.tv_usec))
    let clamped: Int64 = header.ts.tv_sec < 0 ? .min : .max
    record.timestamp = Timestamp(
      nanoseconds: seconds.overflow || sum.overflow ? clamped : sum.partialValue)
    record.capturedLength = Int(header.caplen)
    record.originalLength = Int(header.len)
    return unsafe PacketBytes(start: UnsafeRawPointer(bytes), count: Int(header.caplen))
  }

  /// Why libpcap stopped, with the byte that it stopped at.
  private func damage(in part: String) -> CaptureDamage {
    let offset = unsafe UInt64(clamping: ftell(file))
    if let failure = source.stream.failure {
      return CaptureDamage(.unreadable, offset: offset, part: part, problem: failure.message)
    }
    // The handle's own message buffer, terminated, valid until the next call.
    let message = unsafe String(cString: pcap_geterr(handle))
    return CaptureDamage(.impossible, offset: offset, part: part, problem: oneLine(message))
  }

  private static func refusal(_ message: String, name: String, isKnown: Bool) -> CaptureError {
    if isKnown {
      return CaptureError(.damagedHeader, subject: name, problem: "libpcap refuses it: \(message)")
    }
    return CaptureError(
      .unknownFormat, subject: name,
      problem: "not a capture file (neither pcap nor pcapng; libpcap says: \(message))",
      advice: "give a file that tcpdump -w or Wireshark wrote")
  }
}

/// A stream that a FILE's callbacks can point to.
private final class StreamSource {
  var stream: ByteStream

  init(_ stream: consuming ByteStream) {
    self.stream = stream
  }
}

/// Gives libpcap's FILE its next bytes: 0 at the end, -1 on an error.
private func readSource(
  _ source: UnsafeMutableRawPointer?, _ target: UnsafeMutablePointer<CChar>?, _ count: Int
) -> Int {
  guard let source = unsafe source, let target = unsafe target else { return -1 }
  // `source` is the StreamSource that the reader keeps alive; `target` has room for `count` bytes.
  let from = unsafe Unmanaged<StreamSource>.fromOpaque(source).takeUnretainedValue()
  let buffer = unsafe UnsafeMutableRawBufferPointer(start: target, count: count)
  let read = unsafe from.stream.read(into: buffer)
  return read == 0 && from.stream.failure != nil ? -1 : read
}

/// Tells libpcap's FILE how far its source has been read.
private func tellSource(_ source: UnsafeMutableRawPointer?) -> Int64 {
  guard let source = unsafe source else { return -1 }
  // `source` is the StreamSource that the reader keeps alive.
  let from = unsafe Unmanaged<StreamSource>.fromOpaque(source).takeUnretainedValue()
  return Int64(clamping: from.stream.offset)
}

/// The text in a message buffer of libpcap, on one line.
func libpcapMessage(_ buffer: [CChar]) -> String {
  oneLine(String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
}

/// A message of libpcap without line breaks.
func oneLine(_ message: String) -> String {
  message.split(whereSeparator: \.isNewline).joined(separator: " ")
}
