internal import SynfinLifecycle

extension SummaryHeader {
  /// What a reader must know before trusting the rest; nothing if there is nothing.
  var trust: [String] {
    facts.files.compactMap { file in file.damage.map { "\(file.name): \($0)" } }
      + drops + whole + Doubt.allCases.compactMap { note($0) }
  }

  private var drops: [String] {
    let counts: [(UInt64?, String)] = [
      (facts.droppedByKernel, "dropped by the capturing system"),
      (facts.droppedByInterface, "dropped by the interface"),
    ]
    return counts.compactMap { count, who in
      guard let count, count > 0 else { return nil }
      return "\(Phrase.count(count, "packet")) \(who): what seems lost may only be missing here"
    }
  }

  private var whole: [String] {
    var notes: [String] = []
    if facts.cut > 0 {
      let limit = facts.files.compactMap(\.snapLength).min().map { ", limit \($0) bytes" } ?? ""
      notes.append("\(Phrase.count(facts.cut, "packet")) captured only in part\(limit)")
    }
    if totals.undecoded > 0 {
      let first = totals.firstUndecoded.map { " (first: packet \($0))" } ?? ""
      notes.append("\(Phrase.count(totals.undecoded, "packet")) not decoded to the end\(first)")
    }
    if facts.evicted > 0 {
      let flows = Phrase.count(facts.evicted, "connection")
      notes.append(
        "\(flows) left the table early to make room for others: raise --max-connections")
    }
    if facts.withoutTime > 0 {
      notes.append("\(Phrase.count(facts.withoutTime, "packet")) without a time")
    }
    if totals.clockBackwards > 0 {
      let times = Phrase.count(totals.clockBackwards, "time")
      notes.append("the clock ran backwards \(times)")
    }
    if totals.unmatchedErrors > 0 {
      let errors = Phrase.count(totals.unmatchedErrors, "ICMP error")
      notes.append("\(errors) about packets that are not in the capture")
    }
    return notes
  }

  private func note(_ doubt: Doubt) -> String? {
    guard let count = tally.doubts[doubt] else { return nil }
    return "\(DoubtText.sentence(doubt)) (\(Phrase.count(count, "connection")))"
  }
}
