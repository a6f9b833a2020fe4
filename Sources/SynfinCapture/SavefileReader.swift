internal import CPcap
internal import SynfinWire

/// A savefile read by libpcap, for formats only it knows and as a second opinion on those we read.
@safe
struct SavefileReader: ~Copyable {
  let interface: CaptureInterface
  let bytesRead: UInt64 = 0

  init(_ stream: consuming ByteStream, name: String, isKnown: Bool) throws(CaptureError) {
    throw CaptureError(.unknownFormat, subject: name, problem: "not yet")
  }

  mutating func step(_ record: inout PacketRecord) throws(CaptureDamage) -> PacketBytes? { nil }
}
