import SynfinWire

/// Requests and answers of a connection.
///
/// A turn is a run of data in one direction, an exchange a client's turn and the server's.
struct Turns: BitwiseCopyable {
  private var exchanges: UInt32 = 0
  /// The side of the last data; has a meaning once `hasTurn`.
  private var turn: Side = .client
  private var hasTurn = false
  private var lastData = Timestamp(nanoseconds: 0)
  private var timeToFirstByte: Int64 = -1
  private var serverThinkTime = DurationSum()
  private var clientThinkTime = DurationSum()

  /// Takes new data.
  @inline(__always)
  mutating func take(_ sender: Side, at time: Timestamp) {
    let pause = max(0, time.nanoseconds(since: lastData))
    if hasTurn && turn != sender {
      if sender == .server {
        exchanges &+= 1
        serverThinkTime.add(pause)
        if timeToFirstByte < 0 { timeToFirstByte = pause }
      } else {
        clientThinkTime.add(pause)
      }
    }
    hasTurn = true
    turn = sender
    lastData = time
  }

  /// Tells a record of them; `mutating` because a borrowed value would be copied for the call.
  mutating func tell(_ record: inout ConnectionRecord) {
    record.exchanges = Int(exchanges)
    record.timeToFirstByte = timeToFirstByte < 0 ? nil : timeToFirstByte
    record.serverThinkTime = serverThinkTime.statistics
    record.clientThinkTime = clientThinkTime.statistics
  }
}
