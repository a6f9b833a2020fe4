/// Finds out what somebody meant who wrote a flag that the command does not know.
struct UnknownFlag {
  /// What is wrong, up to a semicolon.
  let message: String

  init(_ word: String, _ command: CommandName) {
    let long = word.hasPrefix("--") ? String(word.dropFirst(2)) : nil
    let short = long == nil ? word.dropFirst().first : nil
    let known = Flag.known(to: command)
    if let long, known.count(where: { $0.long.hasPrefix(long) }) > 1 {
      let names = known.filter { $0.long.hasPrefix(long) }.map { "--" + $0.long }
      message = "\(word) may mean \(names.joined(separator: " or ")); "
    } else if let flag = Flag.all.first(where: {
      $0.long == long || short != nil && $0.short == short
    }) {
      let others = CommandName.allCases.filter { flag.commands.contains($0) }.map(\.rawValue)
      message =
        "\(command.rawValue) does not know \(word), only \(others.joined(separator: ", ")); "
    } else if let long, let near = nearest(to: long, among: known.map(\.long)) {
      message = "unknown option \(word); did you mean --\(near)? "
    } else {
      message = "unknown option \(word); "
    }
  }
}

/// The candidate that differs by no more than two edits, or a third of the word.
func nearest(to word: String, among candidates: [String]) -> String? {
  let distances = candidates.map { ($0, editDistance(Array(word), Array($0))) }
  guard let best = distances.min(by: { $0.1 < $1.1 }) else { return nil }
  return best.1 <= min(2, max(1, word.count / 3)) ? best.0 : nil
}

/// How many characters have to be inserted, deleted or replaced (Levenshtein).
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var row = Array(0...right.count)
  for (i, character) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in right.enumerated() {
      let replaced = diagonal + (character == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, min(row[j], diagonal) + 1)
    }
  }
  return row[right.count]
}
