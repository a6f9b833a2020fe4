public import SynfinLifecycle

/// What a record says, in one or two plain sentences that name their packets.
public enum VerdictSentence {
  /// The sentences; the same record always gives the same text.
  public static func text(for record: ConnectionRecord) -> String {
    record.outcome.rawValue
  }
}
