/// How often each analysis label was given to the segments of each end.
///
/// Kept apart from the connection, because most connections have nothing to remark.
struct LabelCounts: BitwiseCopyable {
  private static let labels = 15

  private var counts = [30 of UInt32](repeating: 0)

  mutating func add(_ labels: AnalysisLabels, of side: Side) {
    var rest = labels.rawValue
    while rest != 0 {
      counts[Int(side.rawValue) * Self.labels + rest.trailingZeroBitCount] &+= 1
      rest &= rest - 1
    }
  }

  /// Lists the labels that segments of `side` got, in the order of their bits.
  func list(_ side: Side, in list: inout [LabelCount]) {
    for bit in 0..<Self.labels {
      let count = counts[Int(side.rawValue) * Self.labels + bit]
      if count == 0 { continue }
      list.append(
        LabelCount(label: AnalysisLabels(rawValue: 1 << UInt16(bit)), count: UInt64(count)))
    }
  }
}
