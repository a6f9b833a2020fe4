public import SynfinLifecycle

/// The story of one connection for a person to read: ladder, measurements, verdict.
public struct ConnectionStory: Sendable {
  private let record: ConnectionRecord

  /// Makes a story from a record and all its packets.
  public init(record: ConnectionRecord, steps: [StoryStep]) {
    self.record = record
  }

  /// Makes a story from a record and what a collector kept of its packets.
  public init(record: ConnectionRecord, collector: StoryCollector) {
    self.record = record
  }

  /// The whole story, several lines that each end with a line break.
  ///
  /// - Parameters:
  ///   - width: columns of the terminal; 100 is a good choice, 80 the least that is used.
  ///   - color: uses terminal colours.
  ///   - numeric: shows port numbers without service names.
  public func text(width: Int = 100, color: Bool, zone: TimeText.Zone, numeric: Bool) -> String {
    VerdictSentence.text(for: record) + "\n"
  }
}
