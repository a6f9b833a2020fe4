import SynfinLifecycle
import SynfinWire

/// Times segments until their acknowledgement, as the tracker does: those that were sent again, and
/// those behind them, are not timed (Karn, RFC 6298 §3), and no more than a few at once.
struct SegmentTimer: Sendable {
  private static let limit = 8
  private var waiting: [(end: Int64, time: Timestamp)] = []

  /// Notes a segment sent for the first time.
  mutating func sent(_ end: Int64, at time: Timestamp) {
    if waiting.count < Self.limit { waiting.append((end, time)) }
  }

  /// Forgets the segments that end behind `start`, from where octets were sent again.
  mutating func repeated(from start: Int64) { waiting.removeAll { $0.end > start } }

  /// Takes out what is acknowledged, and says how long the latest of it was under way.
  mutating func acknowledge(_ number: Int64, at time: Timestamp) -> Int64? {
    let sent = waiting.last { $0.end <= number }?.time
    waiting.removeAll { $0.end <= number }
    return sent.map { max(0, time.nanoseconds(since: $0)) }
  }
}

/// Times the values of a clock (TSval) until their echo, as the tracker does (RFC 7323 §4.1).
struct ClockTimer: Sendable {
  private static let limit = 4
  private var waiting: [(value: UInt32, time: Timestamp)] = []

  /// Notes a segment that takes sequence space.
  mutating func sent(_ value: UInt32, at time: Timestamp) {
    guard waiting.count < Self.limit else { return }
    // The clock stands still while many segments leave; the first of them counts.
    if let last = waiting.last, Int32(bitPattern: value &- last.value) <= 0 { return }
    waiting.append((value, time))
  }

  /// Takes out the values up to the echoed one, and says how long that one was under way.
  mutating func echoed(_ value: UInt32, at time: Timestamp) -> Int64? {
    let sent = waiting.first { $0.value == value }?.time
    waiting.removeAll { Int32(bitPattern: $0.value &- value) <= 0 }
    return sent.map { max(0, time.nanoseconds(since: $0)) }
  }
}

/// Times the questions of a client until their answer: datagrams, and echo requests by their number.
struct QuestionTimer: Sendable {
  private static let limit = 16
  private var question: Timestamp?
  private var requests: [(sequence: UInt16, time: Timestamp)] = []

  /// Takes a datagram; gives the time to an answer if it is the first one to a question.
  mutating func datagram(from sender: Side, at time: Timestamp) -> Int64? {
    guard sender == .server else {
      question = time
      return nil
    }
    defer { question = nil }
    return question.map { max(0, time.nanoseconds(since: $0)) }
  }

  /// Takes an echo request or a reply; gives the time to a reply.
  mutating func echo(_ message: ICMPMessage, at time: Timestamp) -> Int64? {
    if message.role == .echoRequest {
      if requests.count == Self.limit { requests.removeFirst() }
      requests.append((message.sequenceNumber, time))
      return nil
    }
    guard message.role == .echoReply,
      let index = requests.lastIndex(where: { $0.sequence == message.sequenceNumber })
    else { return nil }
    return max(0, time.nanoseconds(since: requests.remove(at: index).time))
  }
}
