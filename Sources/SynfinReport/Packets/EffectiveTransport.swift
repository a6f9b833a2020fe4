import SynfinLifecycle
import SynfinWire

extension PacketVerdict {
  /// The transport header that counts: of the whole datagram where the packet completes one.
  func effectiveTransport(of packet: Packet) -> Transport {
    if case .none = reassembled { return packet.transport }
    return reassembled
  }
}
