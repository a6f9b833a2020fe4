public import SynfinLifecycle
internal import SynfinWire

/// The machine record of one connection (NDJSON, one object a line).
public struct RecordJSON: Sendable {
  private let fields: RecordFields

  /// Makes a writer.
  ///
  /// - Parameter communityIDSeed: the seed of the Community ID, which must be that of the tools whose IDs are joined.
  public init(communityIDSeed: UInt16 = 0) {
    fields = RecordFields(communityIDSeed: communityIDSeed)
  }

  /// Writes one object; the caller ends the line.
  ///
  /// - Parameter record: stays as it is; it is `inout` because a record is too large to be handed over by value.
  public func write(into json: inout JSONWriter, _ record: inout ConnectionRecord) {
    writeAhead(into: &json, &record)
    json.complete()
  }

  /// Writes one of many objects, of which some may lack something until `JSONWriter.complete` is called.
  ///
  /// - Parameter record: stays as it is.
  public func writeAhead(into json: inout JSONWriter, _ record: inout ConnectionRecord) {
    json.beginObject()
    fields.write(&record, to: &json)
    json.endObject()
  }
}

extension JSONWriter: FieldWriter {
  @inline(__always)
  mutating func beginBrief() -> JSONFields {
    JSONFields(beginPieces(room: briefRoom), kept)
  }

  @inline(__always)
  mutating func endBrief(_ brief: JSONFields) { endPieces(brief.pen) }

  @inline(__always)
  mutating func text(
    _ name: StaticString, _ meaning: StaticString, _ write: (inout TextBuffer) -> Void
  ) {
    string(name, write)
  }

  @inline(__always)
  mutating func communityID(
    _ name: StaticString, _ meaning: StaticString, _ message: SHA1.Block
  ) { communityID(message, name) }

  @inline(__always)
  mutating func list<Element: FieldList>(
    _ name: StaticString, _ meaning: StaticString, count: Int?, _ element: (Int) -> Element
  ) {
    guard let count else { return }
    if count == 0 { emptyArray(name) } else { list(name, count, element) }
  }

  /// Writes objects with fields of their own.
  mutating func list<Element: FieldList>(
    _ key: StaticString? = nil, _ count: Int, _ element: (Int) -> Element
  ) {
    beginArray(key)
    for place in 0..<count {
      beginObject()
      Element.write(element(place), to: &self)
      endObject()
    }
    endArray()
  }

  /// An object in which nothing is known is left out.
  @inline(__always)
  mutating func group(_ name: StaticString, isKnown: Bool, _ fields: (inout Self) -> Void) {
    guard isKnown else { return }
    let start = text.count
    beginObject(name)
    let empty = text.count
    fields(&self)
    if text.count == empty { takeBack(to: start) } else { endObject() }
  }
}
