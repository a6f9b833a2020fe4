import SynfinWire

/// One UDP conversation or ICMP echo exchange while its packets come in.
struct Conversation: ~Copyable, Flow {
  let key: FlowKey
  // The next three stand in the padding of the key.
  let transport: TransportProtocol
  let clientIsLow: Bool
  /// Whether the first packet went to many hosts (multicast or broadcast).
  var isToMany = false
  let id: Int
  let stream: Int
  /// An index into `ColdStorage.logs`, -1 for none.
  var log: Int32 = -1
  /// An index into `ColdStorage.echoRequests`, -1 for none.
  private var outstanding: Int32 = -1
  var exchanges: UInt32 = 0
  var replies: UInt32 = 0
  var identifier: UInt16 = 0
  /// Whether an ICMP error says that the server, its port or the way to it is not there.
  var isUnreachable = false
  var clockBackwards = false
  var clientInferred = false
  /// Whether the last packet was the client's and waits for an answer.
  private var turn: Side = .server
  let firstPacket: UInt64
  private(set) var lastPacket: UInt64
  let start: Timestamp
  private(set) var last: Timestamp
  private(set) var latest: Timestamp
  private(set) var longestIdle: Int64 = 0
  private var lastRequest = Timestamp(nanoseconds: 0)
  private(set) var timeToFirstByte: Int64 = -1
  private(set) var responseTime = DurationSum()
  var ends: [2 of Party] = [Party(), Party()]

  /// One end of a conversation.
  struct Party: BitwiseCopyable {
    var packets: UInt64 = 0
    var ipBytes: UInt64 = 0
    var payloadBytes: UInt64 = 0
    var fragments: UInt32 = 0
    var damagedPackets: UInt32 = 0
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
    ends[index].fragments &+= delivery.fragments
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

  /// Gives back what is kept elsewhere.
  mutating func release(_ cold: inout ColdStorage) {
    if log >= 0 { cold.logs.remove(log) }
    if outstanding >= 0 { cold.echoRequests.remove(outstanding) }
  }

  /// Takes an echo request or the reply to one (RFC 792, RFC 4443 §4).
  mutating func receiveEcho(
    sequence: UInt16, isRequest: Bool, at time: Timestamp, _ requests: inout Slab<EchoRequests>
  ) {
    if outstanding < 0 { outstanding = requests.insert(EchoRequests()) }
    if isRequest {
      requests[outstanding].add(sequence, time)
    } else if let asked = requests[outstanding].take(sequence) {
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
