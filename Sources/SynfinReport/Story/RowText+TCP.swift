import SynfinLifecycle
import SynfinWire

extension RowText {
  /// The fields of a row's first segment.
  var segment: SegmentText? {
    row.first.segment.map { SegmentText(segment: $0, verdict: row.first.verdict) }
  }

  /// What there is to remark on one segment, its length first.
  var notes: [String] {
    guard let segment = row.first.segment else { return [] }
    var notes: [String] = []
    if segment.payloadLength > 0 {
      notes.append(Phrase.bytes(UInt64(segment.payloadLength)))
    }
    notes += way.remarks(inFront: row.first.mark)
    if segment.window == 0, segment.flags.isDisjoint(with: .rst),
      !row.first.marks.contains(.zeroWindow)
    {
      notes.append("window 0")
    }
    return notes
  }

  /// A SYN's options, the long way or the short way, or as many as fit and a sign that there are
  /// more; nothing for other segments and for repeated SYNs.
  ///
  /// - Parameter room: characters.
  func options(room: Int) -> [String] {
    guard let segment, segment.segment.flags.contains(.syn),
      row.first.mark.isDisjoint(with: .repeats)
    else { return [] }
    let long = segment.options.map { $0.hasPrefix("TS ") ? "TS" : $0 }
    if long.joined(separator: " · ").count <= room { return long }
    let short = long.map {
      $0 == "sackOK" ? "SACK" : $0.hasPrefix("wscale ") ? "ws " + $0.dropFirst(7) : $0
    }
    let tight = short.joined(separator: ", ")
    return tight.count <= room ? [tight] : short
  }

  /// Notes of one segment with as many of its options as there is room for.
  func notes(room: Int) -> [String] {
    let notes = notes
    let used = notes.reduce(0) { $0 + $1.count + 3 }
    return notes + options(room: room - used)
  }

  /// Flags and numbers, the absolute ones in parentheses; what does not fit comes back apart.
  ///
  /// - Parameter room: characters.
  func label(room: Int) -> (text: String, absolute: [String]) {
    guard let text = segment else { return ("", []) }
    let sequence = String(text.segment.sequenceNumber.rawValue)
    let relative = text.hasBase ? String(text.relativeSequence) : sequence
    var short = ["seq \(relative)"]
    var long = ["seq \(relative) (\(sequence))"]
    var absolute = ["seq \(sequence)"]
    if let shown = text.acknowledgment {
      let number = String(text.segment.acknowledgmentNumber.rawValue)
      short.append("ack \(shown)")
      long.append("ack \(shown) (\(number))")
      absolute.append("ack \(number)")
    }
    let wide = ([text.flags.padded(to: 7)] + long).joined(separator: "  ")
    if wide.count <= room { return (wide, []) }
    let tight = ([text.flags] + long).joined(separator: " ")
    if tight.count <= room { return (tight, []) }
    return (([text.flags.padded(to: 7)] + short).joined(separator: "  "), absolute)
  }

  // MARK: - Runs

  /// What a run of segments amounts to.
  ///
  /// - Parameter room: characters.
  /// - Returns: the text, and the remarks that go with it.
  func amount(room: Int) -> (text: String, notes: [String]) {
    let notes = way.remarks(inFront: row.first.mark)
    guard way.filled > 0 else { return bareAmount(notes) }
    let amount = Phrase.count(way.filled, "segment") + ", " + Phrase.bytes(way.bytes)
    return (amount + range(room: room - 2 - amount.count), notes)
  }

  /// A run of segments that carry nothing: acknowledgements, or probes.
  private func bareAmount(_ remarks: [String]) -> (text: String, notes: [String]) {
    var notes = remarks
    var text = Phrase.count(way.bare, "segment") + " without data"
    if row.first.mark.isEmpty, let last = row.lastForward.segment {
      text = Phrase.count(way.bare, "ACK") + ", last \(row.lastForward.acknowledgment ?? "-")"
      text += " (\(last.acknowledgmentNumber.rawValue))"
    } else if !notes.isEmpty {
      text = notes.removeFirst() + ", no data"
    }
    return (text, notes)
  }

  /// The sequence numbers of a run, relative and, as far as there is room, absolute.
  private func range(room: Int) -> String {
    guard let first = row.first.segment, let last = row.lastForward.segment else { return "" }
    let (start, end) = (first.sequenceNumber.rawValue, last.endSequenceNumber.rawValue)
    let base = row.first.verdict.sequenceBase
    let relative = "  seq \(start &- base)–\(end &- base)"
    let forms = [relative + " (\(start)–\(end))", relative + " (\(start)…)", relative]
    return forms.first { $0.count <= room } ?? ""
  }

  /// The acknowledgements that came back during a run; nil if none did.
  var answer: (count: String, last: String, remarks: [String])? {
    let back = row.tally.way(row.sender.peer)
    guard back.bare > 0, let last = row.lastBack?.acknowledgment else { return nil }
    return (Phrase.count(back.bare, "ACK"), last, back.remarks())
  }

  /// As many notes as fit, the first ones first, and a sign if some are left out.
  ///
  /// - Parameters:
  ///   - extra: notes that may be left out without a sign.
  ///   - room: characters.
  static func joined(_ notes: [String], extra: [String] = [], room: Int) -> String {
    var text = ""
    for (index, note) in notes.enumerated() {
      let longer = text.isEmpty ? note : text + " · " + note
      let sign = index + 1 < notes.count ? 4 : 0
      guard longer.count + sign <= room else {
        return text.isEmpty ? LadderCanvas.fitted(note, room) : text + " · …"
      }
      text = longer
    }
    for note in extra {
      let longer = text.isEmpty ? note : text + " · " + note
      guard longer.count <= room else { break }
      text = longer
    }
    return text
  }
}

extension StoryStep {
  /// The acknowledgement number counted from the peer's first, as text.
  fileprivate var acknowledgment: String? {
    segment.flatMap { SegmentText(segment: $0, verdict: verdict).acknowledgment }
  }
}
