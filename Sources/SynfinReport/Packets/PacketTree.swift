public import SynfinLifecycle
public import SynfinWire

/// The decoded layers of a packet as an indented tree for a person to read.
public enum PacketTree {
  /// The lines of one packet's tree, without line breaks.
  ///
  /// - Parameters:
  ///   - bytes: the captured bytes from the link-layer header on.
  ///   - number: its number in the capture, from 1.
  ///   - hasTime: whether the capture gives it a time.
  ///   - capturedLength: bytes that were captured.
  ///   - originalLength: bytes on the wire.
  ///   - numeric: shows port numbers without service names.
  public static func lines(
    bytes: RawSpan, linkType: LinkType, number: UInt64, time: Timestamp, hasTime: Bool,
    verdict: PacketVerdict, capturedLength: Int, originalLength: Int, zone: TimeText.Zone,
    numeric: Bool = false, color: Bool = false
  ) -> [String] {
    ["Frame \(number)"]
  }
}
