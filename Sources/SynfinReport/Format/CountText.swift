/// Counts for people, for those who use this library.
public enum CountText {
  /// A count in groups of three digits: "1,234,567".
  public static func grouped(_ count: UInt64) -> String {
    Phrase.grouped(count)
  }

  /// A count with its noun: "1 packet", "1,234 packets".
  public static func noun(_ count: UInt64, _ noun: String) -> String {
    Phrase.count(count, noun)
  }
}
