public import SynfinLifecycle
import SynfinWire

/// Takes the packets of one connection and keeps what its graphs show, however many there are.
///
/// A graph follows the data of one end. Of a connection with many packets values are merged into
/// moments that are finer than the paper can show; losses and repeats are only merged when there are
/// thousands of them.
public struct GraphCollector: Sendable {
  /// Whose data the graphs show.
  public let sender: Side
  let isTCP: Bool
  var tracks: GraphTracks
  private(set) var bins: GraphBins
  var clock: GraphTime
  var stream = GraphStream()
  var segments = SegmentTimer()
  var echoes = ClockTimer()
  private var questions = QuestionTimer()
  /// The largest window of the receiver so far; nil while its scale is unknown.
  var largestWindow: Int64?
  var isWindowClosed = false
  /// The octet of the sender's last probe of a closed window.
  var probe: Int64?
  /// What the finished record knows of causes.
  private let causes: [UInt64: SegmentCause]
  private let damaged: (client: Bool, server: Bool)

  /// Makes a collector for the connection of a finished record.
  ///
  /// - Parameter sender: whose data the graphs show; by default the end that sent more payload.
  public init(record: ConnectionRecord, sender: Side? = nil) {
    let sendsMore = record.server.payloadBytes > record.client.payloadBytes
    self.sender = sender ?? (sendsMore ? .server : .client)
    isTCP = record.transport == .tcp
    clock = GraphTime(start: record.start, duration: record.duration)
    bins = GraphBins(duration: clock.duration)
    tracks = GraphTracks(record, self.sender)
    damaged = (record.client.damagedPackets > 0, record.server.damagedPackets > 0)
    var causes: [UInt64: SegmentCause] = [:]
    for problem in record.problems {
      guard let cause = problem.cause else { continue }
      for packet in problem.packets { causes[packet] = cause }
    }
    self.causes = causes
  }

  /// Takes the connection's next packet, in capture order.
  public mutating func add(_ step: StoryStep) {
    guard !step.verdict.isQuote else { return }
    let time = clock.clamped(step.time)
    let isOwn = step.verdict.sender == sender
    guard isTCP else { return addDatagram(step, at: time, isOwn: isOwn) }
    guard let segment = step.segment else { return }
    guard isTaken(step) else {
      if isOwn { bins.add(step.payloadLength, fresh: 0, at: time) }
      return
    }
    let moment = Moment(time: time, seen: step.time, packet: step.number)
    if isOwn {
      stream.begin(at: step.verdict.sequenceBase)
      let fresh = addSegment(segment, step.verdict, moment)
      bins.add(step.payloadLength, fresh: fresh, at: time)
    } else {
      if segment.flags.contains(.ack) { stream.begin(at: step.verdict.acknowledgmentBase) }
      addAnswer(segment, step.verdict, moment)
    }
  }

  /// When a packet came.
  struct Moment {
    /// Nanoseconds since the first packet, never less than for the packet before.
    var time: Int64
    /// As it stands in the capture.
    var seen: Timestamp
    var packet: UInt64
  }

  /// Why a segment was sent again, or looks as if it was.
  func cause(_ verdict: PacketVerdict, _ packet: UInt64) -> SegmentCause? {
    verdict.cause == nil ? nil : causes[packet] ?? verdict.cause
  }

  /// Whether the receiver took the segment and it is no copy of another.
  private func isTaken(_ step: StoryStep) -> Bool {
    switch step.verdict.cause {
    case .duplicatedByCapture, .duplicatedByNetwork: return false
    default: break
    }
    let hasDamage = step.verdict.sender == .client ? damaged.client : damaged.server
    return !(hasDamage && step.hasWrongChecksum)
  }

  private mutating func addDatagram(_ step: StoryStep, at time: Int64, isOwn: Bool) {
    if isOwn { bins.add(step.payloadLength, fresh: Int64(step.payloadLength), at: time) }
    let answer: Int64? =
      switch step.transport {
      case .udp: questions.datagram(from: step.verdict.sender, at: step.time)
      case .icmp(let message): questions.echo(message, at: step.time)
      default: nil
      }
    if let answer { tracks.trips.add(answer, at: time, of: clock, packet: step.number) }
  }
}
