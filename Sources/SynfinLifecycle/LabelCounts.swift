/// How often each analysis label was given to the segments of each end.
///
/// Kept apart from the connection, because most connections have nothing to remark.
struct LabelCounts: BitwiseCopyable {
  private static let labels = 15

  private var counts = [30 of UInt32](repeating: 0)
  /// All labels that segments of each end got.
  private var given = [2 of UInt16](repeating: 0)

  mutating func add(_ labels: AnalysisLabels, of side: Side) {
    given[Int(side.rawValue)] |= labels.rawValue
    var rest = labels.rawValue
    while rest != 0 {
      counts[Int(side.rawValue) * Self.labels + rest.trailingZeroBitCount] &+= 1
      rest &= rest - 1
    }
  }

  /// Lists the labels that segments of `side` got, in the order of their bits.
  func list(_ side: Side, in list: inout [LabelCount]) {
    var rest = given[Int(side.rawValue)]
    while rest != 0 {
      let bit = rest.trailingZeroBitCount
      list.append(
        LabelCount(
          label: AnalysisLabels(rawValue: 1 << UInt16(bit)),
          count: UInt64(counts[Int(side.rawValue) * Self.labels + bit])))
      rest &= rest - 1
    }
  }
}
