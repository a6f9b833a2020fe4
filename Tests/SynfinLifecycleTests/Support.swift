import SynfinCapture
import SynfinLifecycle
import SynfinWire

/// All records of a capture file.
func records(
  of path: String, options: TrackerOptions = TrackerOptions()
) throws -> [ConnectionRecord] {
  try follow(path, options).records
}

/// The causes of all packets of a capture file: "5 timeout, 7 spurious".
func causes(of path: String) throws -> String {
  causes(try follow(path, TrackerOptions()).verdicts)
}

/// The causes of packets that have one, with their numbers.
func causes(_ verdicts: [PacketVerdict]) -> String {
  verdicts.enumerated().compactMap { index, verdict in
    verdict.cause.map { "\(index + 1) \($0.rawValue)" }
  }.joined(separator: ", ")
}

private func follow(
  _ path: String, _ options: TrackerOptions
) throws -> (records: [ConnectionRecord], verdicts: [PacketVerdict]) {
  var trackers = BothWays(options: options)
  let verdicts = try trackers.read(path)
  return (trackers.finish(), verdicts)
}

extension BothWays {
  /// Takes all packets of a capture file, as the next one of several; says what they mean.
  mutating func read(_ path: String) throws -> [PacketVerdict] {
    var file = try CaptureFile(path: path)
    beginFile()
    let before = judging.totals.packets
    var verdicts: [PacketVerdict] = []
    while true {
      let more: Void? = file.next { record, bytes in
        let packet = Packet.decode(
          bytes, linkType: record.linkType, originalLength: record.originalLength)
        verdicts.append(
          process(packet, bytes, number: before + record.number, time: record.timestamp))
      }
      if more == nil { return verdicts }
    }
  }
}

extension EndpointRecord {
  /// "192.0.2.1:80", "[2001:db8::1]:80", or the bare address without a port.
  var socket: String {
    guard let port else { return "\(address)" }
    return address.version == 6 ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
