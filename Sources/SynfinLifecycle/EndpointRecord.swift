public import SynfinWire

/// One end of a record.
public struct EndpointRecord: Sendable {
  /// The IP address.
  public var address: IPAddress
  /// The port; nil for ICMP.
  public var port: UInt16?
  /// Segments or datagrams sent; a fragmented one counts once.
  public var packets: UInt64 = 0
  /// IP fragments among what was sent.
  public var fragments: UInt64 = 0
  /// Bytes sent, IP headers included.
  public var ipBytes: UInt64 = 0
  /// Payload sent, repeats included.
  public var payloadBytes: UInt64 = 0
  /// Packets with a wrong checksum, which the receiver ignored; they are in the counts above.
  public var damagedPackets: UInt64 = 0
  /// What only TCP has.
  public var tcp: TCPEndpointRecord?
}

/// One end of a TCP connection.
public struct TCPEndpointRecord: Sendable {
  /// Payload sent, without repeats.
  public var uniquePayloadBytes: UInt64 = 0
  /// Segments sent again that take sequence space: SYN, SYN+ACK, data, FIN.
  public var retransmissions: UInt64 = 0
  /// Payload in them.
  public var retransmittedBytes: UInt64 = 0
  /// Why segments were sent again, or look as if they were; the first seven add up to `retransmissions`.
  public var causes = CauseCounts()
  /// Segments that came late and were no repeats.
  public var outOfOrder: UInt64 = 0
  /// Identical packets: the network or the capture doubled them.
  public var duplicates: UInt64 = 0
  /// Acknowledgements sent again while data were outstanding (RFC 5681 §2).
  public var duplicateAcks: UInt64 = 0
  /// Keep-alive probes sent (RFC 9293 §3.8.4).
  public var keepAlives: UInt64 = 0
  /// Zero-window probes sent (RFC 9293 §3.8.6.1).
  public var zeroWindowProbes: UInt64 = 0
  /// Times that it closed its receive window.
  public var zeroWindows: UInt64 = 0
  /// Nanoseconds that its receive window was closed.
  public var zeroWindowTime: Int64 = 0
  /// Payload that the peer acknowledged; nil if it acknowledged nothing.
  public var acknowledgedBytes: UInt64?
  /// Bytes that were lost before the capture point: sent again later, or missing and never acknowledged.
  public var lostBytes: UInt64 = 0
  /// Bytes that the peer acknowledged but the capture lacks.
  public var missedBytes: UInt64 = 0
  /// Maximum segment size offered, in octets.
  public var maximumSegmentSize: UInt16?
  /// Window scale offered, 0 to 14.
  public var windowScale: UInt8?
  /// Whether it offered selective acknowledgements; nil if its SYN was not captured.
  public var sackPermitted: Bool?
  /// Whether it offered timestamps; nil if its SYN was not captured.
  public var timestamps: Bool?
  /// Initial sequence number (ISS); nil if its SYN was not captured.
  public var initialSequenceNumber: UInt32?
  /// The largest window it advertised, in octets, scaled where both sides scale.
  public var maximumWindow: UInt64?
  /// The smallest window it advertised after its SYN, in octets, scaled where both sides scale.
  public var minimumWindow: UInt64?
  /// The most octets it had sent that were not yet acknowledged; nil if it sent no data.
  public var maximumBytesInFlight: UInt64?
  /// Nanoseconds from its first data to its last data or the acknowledgement of them; nil if it sent none.
  public var transferTime: Int64?
  /// The largest payload of a segment it sent, in octets.
  public var largestSegment: UInt64 = 0
  /// Bytes sent after the peer had closed (half-close).
  public var bytesAfterPeerClosed: UInt64 = 0
  /// From a segment it sent to the acknowledgement that covers it, repeats left out (Karn).
  public var roundTripTime: RoundTripStatistics?
  /// From a value of its clock (TSval) to the echo of it (RFC 7323 §4.1), repeats included.
  public var timestampRoundTripTime: RoundTripStatistics?
  /// How often its segments got each analysis label; those that never came are left out.
  public var labels: [LabelCount] = []
  /// The states it went through, each with its proof.
  public var states = StateList()

  /// The record of an end that did nothing: what fields there are can be learned from it.
  public static var blank: TCPEndpointRecord { TCPEndpointRecord() }
}

extension TCPEndpointRecord {
  /// Payload acknowledged, in bits per second of the transfer time; nil for a time of 0.
  @inlinable public var goodput: UInt64? {
    acknowledgedBytes.flatMap { Self.rate(of: $0, in: transferTime) }
  }

  /// Payload sent, repeats included, in bits per second of the transfer time; nil for a time of 0.
  ///
  /// What the capture lacks was sent too; so it is never less than the goodput.
  ///
  /// - Parameter payloadBytes: payload in the capture, repeats included.
  @inlinable
  public func throughput(payloadBytes: UInt64) -> UInt64? {
    Self.rate(of: max(payloadBytes &+ missedBytes, acknowledgedBytes ?? 0), in: transferTime)
  }

  @inlinable
  static func rate(of bytes: UInt64, in time: Int64?) -> UInt64? {
    guard let time, time > 0 else { return nil }
    return UInt64(exactly: (Double(bytes) * 8e9 / Double(time)).rounded())
  }
}

/// Round-trip times of one direction.
public struct RoundTripStatistics: Sendable, Equatable, BitwiseCopyable {
  /// Minimum, mean, maximum and number of samples.
  public var durations: DurationStatistics
  /// Standard deviation of the samples, in nanoseconds.
  public var deviation: Int64
  /// Nanoseconds that half of the samples do not exceed, within 3.2 %.
  public var median: Int64
  /// Nanoseconds that 95 % of the samples do not exceed, within 3.2 %.
  public var percentile95: Int64
  /// Nanoseconds that 99 % of the samples do not exceed, within 3.2 %.
  public var percentile99: Int64
}

/// How often segments got an analysis label.
public struct LabelCount: Sendable, Equatable, BitwiseCopyable {
  /// The label.
  public var label: AnalysisLabels
  /// Segments that got it.
  public var count: UInt64
}

/// A time that one end had its window closed and the other had to wait.
public struct WindowStallRecord: Sendable, Equatable, BitwiseCopyable {
  /// Who had no room.
  public var closedBy: Side
  /// The packet that closed the window.
  public var packet: UInt64
  /// The packet that opened it again; nil if it stayed closed to the end.
  public var reopenedBy: UInt64?
  /// Nanoseconds until it was opened again, or until the connection's last packet.
  public var duration: Int64
  /// Probes that the other end sent meanwhile.
  public var probes: UInt64
}

/// Minimum, mean, maximum and number of some durations.
public struct DurationStatistics: Sendable, Equatable, BitwiseCopyable {
  /// Nanoseconds.
  public var minimum: Int64
  /// Nanoseconds.
  public var maximum: Int64
  /// Nanoseconds.
  public var sum: Int64
  /// How many.
  public var samples: UInt64

  /// Nanoseconds; the sum over the samples.
  public var mean: Double { Double(sum) / Double(max(samples, 1)) }
}
