import SynfinWire
import TestSupport
import Testing

@testable import SynfinLifecycle

/// The short ways of the opening and of ordinary segments against the long way, which all others take.
@Suite struct OrdinaryTests {
  /// What is said of a segment that was taken.
  private struct Remark: Equatable {
    var labels: AnalysisLabels
    var cause: SegmentCause?
    var states: [TCPState]
  }

  /// One connection, fed by hand.
  private struct Life: ~Copyable {
    var connection: Connection
    private var cold = ColdStorage()
    private var endpoints = EndpointStore()

    init(_ first: Arrival, hasShortWay: Bool) {
      let (key, isLow) = FlowKey.make(IPAddress(ipv4: 1), 40_000, IPAddress(ipv4: 2), 443)
      connection = Connection(
        key: key, id: 1, stream: 0, clientIsLow: isLow, followsAnother: false, packet: first.packet,
        time: first.time, ends: endpoints.makePair())
      // With a shadow a connection takes the long way; only the tracker asks which shadow it is.
      if !hasShortWay { connection.shadow = 0 }
      connection.begin(first, &cold)
    }

    mutating func take(_ arrival: Arrival) -> Remark {
      let labels = connection.take(arrival, &cold)
      return remark(labels)
    }

    /// Takes a segment if there is a short way for it.
    mutating func takeBriefly(_ arrival: Arrival) -> Remark? {
      connection.takeBriefly(arrival, &cold) ? remark([]) : nil
    }

    private mutating func remark(_ labels: AnalysisLabels) -> Remark {
      Remark(
        labels: labels, cause: connection.cause,
        states: [connection[.client].state, connection[.server].state])
    }

    mutating func record() -> String {
      connection.conclude(&cold)
      var record = ConnectionRecord()
      connection.tell(&record, cold)
      return "\(record)"
    }
  }

  @Test(arguments: 0..<14 as Range<UInt64>)
  func shortWay_comesToTheSame(_ seed: UInt64) {
    var ordinary = 0
    var openings = 0
    for round in 0..<12 as Range<UInt64> {
      // The last of three links begins in the middle.
      var traffic = Traffic(seed: seed << 8 | round, links: 3, oddity: Int(round) * 3)
      let port = 40_000 + UInt16(round % 3)
      let arrivals = (0..<300).compactMap { _ in Self.arrival(traffic.next(), port) }
      let counts = Self.live(through: arrivals)
      ordinary += counts.ordinary
      openings += counts.openings
    }
    #expect(ordinary > 10)
    #expect(openings > 2)
  }

  /// Some acknowledgements in a row are about numbers that comparisons can hardly tell from those before.
  @Test(arguments: 0..<14 as Range<UInt64>)
  func distantAcknowledgments_comeToTheSame(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for round in 0..<30 as Range<UInt64> {
      var traffic = Traffic(seed: seed << 8 | round, links: 3, oddity: 1)
      let port = 40_000 + UInt16(round % 3)
      var arrivals = (0..<120).compactMap { _ in Self.arrival(traffic.next(), port) }
      let first = Int.random(in: 0..<arrivals.count, using: &random)
      let last = min(arrivals.count, first + .random(in: 1...6, using: &random))
      let shift = [1 << 29, 1 << 30, 1 << 31 - 1, 1 << 31, 3 << 30].randomElement(using: &random)
      for index in first..<last {
        arrivals[index].segment.acknowledgmentNumber =
          arrivals[index].acknowledgment + (shift ?? 0) + .random(in: -2...2, using: &random)
      }
      _ = Self.live(through: arrivals)
    }
  }

  /// An RST that its receiver ignores told a number of the server that its SYN+ACK does not have.
  @Test func synAckWithAnotherStart_comesToTheSame() {
    let client = SequenceNumber(1000)
    let server = SequenceNumber(500_000)
    let segments: [(Side, TCPFlags, SequenceNumber, SequenceNumber)] = [
      (.client, .syn, client, SequenceNumber(0)),
      (.client, [.rst, .ack], client + (1 << 28), SequenceNumber(7777)),
      (.server, [.syn, .ack], server, client + 1),
      (.client, .ack, client + 1, server + 1),
    ]
    var ip = InternetHeader()
    ip.version = 4
    ip.totalLength = 40
    var arrivals: [Arrival] = []
    for (index, (sender, flags, number, acknowledgment)) in segments.enumerated() {
      let segment = Segment(
        sourcePort: 1, destinationPort: 2, sequenceNumber: number,
        acknowledgmentNumber: acknowledgment, flags: flags)
      let delivery = Delivery(
        ip, fragments: 0, number: UInt64(index + 1), time: Timestamp(nanoseconds: Int64(index)))
      arrivals.append(Arrival(segment, delivery, from: sender))
    }
    // The SYN opens as usual, the SYN+ACK does not.
    #expect(Self.live(through: arrivals).openings == 1)
  }

  /// Takes all segments both ways; says how many were ordinary, or opened a connection as usual.
  private static func live(through arrivals: [Arrival]) -> (ordinary: Int, openings: Int) {
    var short = Life(arrivals[0], hasShortWay: true)
    var long = Life(arrivals[0], hasShortWay: false)
    var counts = (ordinary: 0, openings: 0)
    for arrival in arrivals {
      let verdict = long.take(arrival)
      if let taken = short.takeBriefly(arrival) {
        if arrival.flags.contains(.syn) { counts.openings += 1 } else { counts.ordinary += 1 }
        #expect(taken == verdict, "\(arrival)")
      } else {
        // It has not changed anything.
        let taken = short.take(arrival)
        #expect(taken == verdict, "\(arrival)")
      }
    }
    let records = [short.record(), long.record()]
    #expect(records[0] == records[1])
    return counts
  }

  private static func arrival(
    _ place: (packet: Packet, number: UInt64, time: Timestamp), _ port: UInt16
  ) -> Arrival? {
    guard case .tcp(let segment) = place.packet.transport,
      segment.sourcePort == port || segment.destinationPort == port
    else { return nil }
    return Arrival(
      segment, Delivery(place.packet.ip, fragments: 0, number: place.number, time: place.time),
      from: segment.destinationPort == 443 ? .client : .server)
  }
}
