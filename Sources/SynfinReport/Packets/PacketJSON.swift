public import SynfinLifecycle
public import SynfinWire

/// The machine record of one packet.
public enum PacketJSON {
  /// Writes one object; the caller ends the line.
  ///
  /// - Parameters:
  ///   - number: its number in the capture, from 1.
  ///   - hasTime: whether the capture gives it a time; the field is left out if not.
  ///   - capturedLength: bytes that were captured.
  ///   - originalLength: bytes on the wire.
  public static func write(
    into json: inout JSONWriter, number: UInt64, time: Timestamp, hasTime: Bool, packet: Packet,
    verdict: PacketVerdict, capturedLength: Int, originalLength: Int
  ) {
    json.beginObject()
    json.number(number, "number")
    json.endObject()
  }
}
