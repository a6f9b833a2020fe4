import SynfinWire

/// One UDP conversation or ICMP echo exchange while its packets come in.
struct Conversation: ~Copyable, Flow {
  let key: FlowKey
  let id: Int
  let stream: Int
  let transport: TransportProtocol
  let clientIsLow: Bool
  var log: Int32 = -1
  /// Whether the first packet went to many hosts (multicast or broadcast).
  var isToMany = false
  /// Whether an ICMP error says that the server, its port or the way to it is not there.
  var isUnreachable = false
  var clockBackwards = false
  var clientInferred = false
  var exchanges: UInt32 = 0
  /// Whether the last packet was the client's and waits for an answer.
  var turn: Side = .server
  let firstPacket: UInt64
  var lastPacket: UInt64
  let start: Timestamp
  var last: Timestamp
  var latest: Timestamp
  var longestIdle: Int64 = 0
  var lastRequest = Timestamp(nanoseconds: 0)
  var timeToFirstByte: Int64 = -1
  var responseTime = DurationSum()
  var identifier: UInt16 = 0
  var replies: UInt64 = 0
  var outstanding = EchoRequests()
  var ends: [2 of Party] = [Party(), Party()]

  /// One end of a conversation.
  struct Party: BitwiseCopyable {
    var packets: UInt64 = 0
    var fragments: UInt64 = 0
    var ipBytes: UInt64 = 0
    var payloadBytes: UInt64 = 0
    var damagedPackets: UInt64 = 0
  }

  init(
    key: FlowKey, id: Int, stream: Int, transport: TransportProtocol, clientIsLow: Bool,
    packet: UInt64, time: Timestamp
  ) {
    self.key = key
    self.id = id
    self.stream = stream
    self.transport = transport
    self.clientIsLow = clientIsLow
    firstPacket = packet
    lastPacket = packet
    start = time
    last = time
    latest = time
  }

  /// Counts a packet, whatever becomes of it.
  mutating func count(_ delivery: borrowing Delivery, payload: Int, from sender: Side) {
    lastPacket = delivery.number
    let time = delivery.time
    let pause = time.nanoseconds(since: last)
    if pause < 0 { clockBackwards = true }
    longestIdle = max(longestIdle, pause)
    last = time
    if latest < time { latest = time }
    let index = Int(sender.rawValue)
    ends[index].packets &+= 1
    ends[index].fragments &+= UInt64(delivery.fragments)
    ends[index].ipBytes &+= UInt64(delivery.ipBytes)
    ends[index].payloadBytes &+= UInt64(payload)
  }

  /// Takes a datagram that the receiver would take: a request, or the answer to the last one.
  mutating func receiveDatagram(from sender: Side, at time: Timestamp) {
    if sender == .client {
      lastRequest = time
      turn = .client
      return
    }
    guard turn == .client else { return }
    turn = .server
    exchanges &+= 1
    let pause = max(0, time.nanoseconds(since: lastRequest))
    responseTime.add(pause)
    if timeToFirstByte < 0 { timeToFirstByte = pause }
  }

  /// Takes an echo request or the reply to one (RFC 792, RFC 4443 §4).
  mutating func receiveEcho(sequence: UInt16, isRequest: Bool, at time: Timestamp) {
    if isRequest {
      outstanding.add(sequence, time)
    } else if let asked = outstanding.take(sequence) {
      replies &+= 1
      exchanges &+= 1
      responseTime.add(max(0, time.nanoseconds(since: asked)))
    }
  }
}

/// The last few echo requests without a reply: older ones than fit count as lost.
struct EchoRequests: BitwiseCopyable {
  private static let capacity = 16

  private var count: UInt8 = 0
  private var position: UInt8 = 0
  private var sequences = [16 of UInt16](repeating: 0)
  private var times = [16 of Timestamp](repeating: Timestamp(nanoseconds: 0))

  mutating func add(_ sequence: UInt16, _ time: Timestamp) {
    sequences[Int(position)] = sequence
    times[Int(position)] = time
    position = (position + 1) % UInt8(Self.capacity)
    count = min(count + 1, UInt8(Self.capacity))
  }

  /// Takes out the latest request with this number.
  mutating func take(_ sequence: UInt16) -> Timestamp? {
    for back in 1...Self.capacity where back <= Int(count) {
      let index = (Int(position) + Self.capacity - back) % Self.capacity
      if sequences[index] == sequence, times[index].nanoseconds != .min {
        let time = times[index]
        times[index].nanoseconds = .min
        return time
      }
    }
    return nil
  }
}
