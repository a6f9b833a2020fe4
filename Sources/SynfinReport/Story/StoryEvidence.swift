import SynfinLifecycle
import SynfinWire

/// What only the packets themselves show, for sentences that a record alone does not bear out.
struct StoryEvidence: Sendable {
  /// Packets of one kind: how many, and the first few.
  struct Packets: Sendable {
    private(set) var count: UInt64 = 0
    private(set) var packets: [UInt64] = []

    mutating func add(_ packet: UInt64) {
      count += 1
      if packets.count < 8 { packets.append(packet) }
    }
  }

  private var keepAlives = (client: Packets(), server: Packets())
  private var closedWindows = (client: false, server: false)

  /// Keep-alives of one end behind which nothing came from the other.
  func unansweredKeepAlives(_ side: Side) -> Packets {
    side == .client ? keepAlives.client : keepAlives.server
  }

  /// Whether the last window that an end advertised was closed.
  func leavesWindowClosed(_ side: Side) -> Bool {
    side == .client ? closedWindows.client : closedWindows.server
  }

  /// Takes the connection's next packet.
  mutating func add(_ step: StoryStep) {
    guard let segment = step.segment, !step.marks.contains(.damaged) else { return }
    let isKeepAlive = step.marks.contains(.keepAlive)
    let isClosed = segment.window == 0
    let tellsWindow = segment.flags.isDisjoint(with: [.rst, .syn])
    if step.verdict.sender == .client {
      keepAlives.server = Packets()
      if isKeepAlive { keepAlives.client.add(step.number) }
      if tellsWindow { closedWindows.client = isClosed }
    } else {
      keepAlives.client = Packets()
      if isKeepAlive { keepAlives.server.add(step.number) }
      if tellsWindow { closedWindows.server = isClosed }
    }
  }
}
