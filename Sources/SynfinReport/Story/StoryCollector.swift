public import SynfinLifecycle

/// Takes the packets of one connection and keeps what its story needs, however many there are.
public struct StoryCollector: Sendable {
  private var steps: [StoryStep] = []

  /// Makes a collector for the connection of a finished record.
  public init(record: ConnectionRecord) {}

  /// Takes the connection's next packet, in capture order.
  public mutating func add(_ step: StoryStep) {
    steps.append(step)
  }
}
