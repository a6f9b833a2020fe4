internal import SynfinLifecycle
public import SynfinWire

/// The value of one field of a record, ready to be written in any format.
public enum FieldValue: Sendable {
  /// Unknown, or meaningless for this record.
  case absent
  /// A count, size or number of a header.
  case unsigned(UInt64)
  /// Yes or no.
  case boolean(Bool)
  /// A word or a sentence.
  case text(String)
  /// An IP address.
  case address(IPAddress)
  /// A moment.
  case time(Timestamp)
  /// Nanoseconds, written in milliseconds.
  case milliseconds(Int64)
  /// Nanoseconds, written in seconds.
  case seconds(Int64)
  /// Numbers of packets or the like.
  case numbers([UInt64])
  /// Words.
  case words([String])
  /// Objects, each with a value for each of the columns.
  case objects([[FieldValue]], columns: [StaticString])

  static func count(_ value: UInt64?) -> FieldValue { value.map { .unsigned($0) } ?? .absent }
  static func count(_ value: Int) -> FieldValue { .unsigned(UInt64(clamping: value)) }
  static func flag(_ value: Bool?) -> FieldValue { value.map { .boolean($0) } ?? .absent }
  static func word(_ value: String?) -> FieldValue { value.map { .text($0) } ?? .absent }
  static func duration(_ value: Int64?) -> FieldValue {
    value.map { .milliseconds($0) } ?? .absent
  }
}

extension JSONWriter {
  /// Writes a value under its name; an absent one is left out.
  mutating func write(_ value: FieldValue, _ key: StaticString) {
    switch value {
    case .absent: break
    case .unsigned(let number): self.number(number, key)
    case .boolean(let flag): boolean(flag, key)
    case .text(let text): string(text, key)
    case .address(let address): self.address(address, key)
    case .time(let time): self.time(time, key)
    case .milliseconds(let duration): nanoseconds(duration, decimals: 6, key)
    case .seconds(let duration): nanoseconds(duration, decimals: 9, key)
    case .numbers(let numbers):
      beginArray(key)
      for number in numbers { self.number(number) }
      endArray()
    case .words(let words):
      beginArray(key)
      for word in words { string(word) }
      endArray()
    case .objects(let rows, let columns):
      write(rows, key, columns)
    }
  }

  private mutating func write(
    _ rows: [[FieldValue]], _ key: StaticString, _ columns: [StaticString]
  ) {
    beginArray(key)
    for row in rows {
      beginObject()
      for (name, value) in zip(columns, row) { write(value, name) }
      endObject()
    }
    endArray()
  }
}
