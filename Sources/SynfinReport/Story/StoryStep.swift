public import SynfinLifecycle
public import SynfinWire

/// One packet of the connection that a story tells.
public struct StoryStep: Sendable, BitwiseCopyable {
  /// Its number in the capture, from 1.
  public var number: UInt64
  /// When it was captured.
  public var time: Timestamp
  /// What it says.
  public var packet: Packet
  /// What the tracker says of it, with both ends' states after it.
  public var verdict: PacketVerdict

  /// Makes a step from a packet and the tracker's verdict on it.
  public init(number: UInt64, time: Timestamp, packet: Packet, verdict: PacketVerdict) {
    self.number = number
    self.time = time
    self.packet = packet
    self.verdict = verdict
  }

  /// The transport header: of the whole datagram where the packet completes a fragmented one.
  var transport: Transport { verdict.effectiveTransport(of: packet) }
}
