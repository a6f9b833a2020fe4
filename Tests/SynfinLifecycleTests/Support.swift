import SynfinCapture
import SynfinLifecycle
import SynfinWire

/// All records of a capture file.
func records(
  of path: String, options: TrackerOptions = TrackerOptions()
) throws -> [ConnectionRecord] {
  var file = try CaptureFile(path: path)
  var tracker = Tracker(options: options)
  while true {
    let more: Void? = file.next { record, bytes in
      let packet = Packet.decode(
        bytes, linkType: record.linkType, originalLength: record.originalLength)
      _ = tracker.process(packet, bytes, number: record.number, time: record.timestamp)
    }
    if more == nil { break }
  }
  var records: [ConnectionRecord] = []
  tracker.finish { records.append($0) }
  return records
}

extension EndpointRecord {
  /// "192.0.2.1:80", "[2001:db8::1]:80", or the bare address without a port.
  var socket: String {
    guard let port else { return "\(address)" }
    return address.version == 6 ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
