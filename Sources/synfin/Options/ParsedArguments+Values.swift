internal import SynfinWire

// Values of flags, understood: each of these says what is wrong and what would be right.
extension ParsedArguments {
  /// A positive whole number; nil if the flag was not given.
  func positiveInteger(_ key: Flag.Key) throws(CommandError) -> UInt64? {
    guard let text = value(key) else { return nil }
    guard let number = UInt64(text), number > 0 else {
      throw CommandError("\(Self.name(key)) '\(text)': give a whole number from 1 on")
    }
    return number
  }

  /// The number of threads to work in.
  func threads() throws(CommandError) -> Int {
    guard let text = value(.threads) else { return min(8, System.processors) }
    guard let number = Int(text), (1...64).contains(number) else {
      throw CommandError("--threads '\(text)': give a number from 1 to 64")
    }
    return number
  }

  /// A number of 16 bits, such as a port; nil if the flag was not given.
  func uint16(_ key: Flag.Key) throws(CommandError) -> UInt16? {
    guard let text = value(key) else { return nil }
    guard let number = UInt16(text) else {
      throw CommandError("\(Self.name(key)) '\(text)': give a number from 0 to 65535")
    }
    return number
  }

  /// An IP address; nil if the flag was not given.
  func address(_ key: Flag.Key) throws(CommandError) -> IPAddress? {
    guard let text = value(key) else { return nil }
    guard let address = IPAddress(text) else {
      throw CommandError("\(Self.name(key)) '\(text)': give an IPv4 or IPv6 address")
    }
    return address
  }

  /// Seconds with a fraction, in nanoseconds; nil if the flag was not given.
  func seconds(_ key: Flag.Key) throws(CommandError) -> Int64? {
    guard let text = value(key) else { return nil }
    guard let seconds = Double(text), seconds > 0, seconds < 1e9 else {
      throw CommandError("\(Self.name(key)) '\(text)': give a number of seconds above 0")
    }
    return Int64(seconds * 1e9)
  }

  /// One of the words that a flag takes; nil if the flag was not given.
  func word<Choice: RawRepresentable & CaseIterable>(
    _ key: Flag.Key, _ type: Choice.Type = Choice.self
  ) throws(CommandError) -> Choice? where Choice.RawValue == String {
    guard let text = value(key) else { return nil }
    return try Self.choice(text, key, type)
  }

  /// The words of a list separated by commas, over all times that the flag was given.
  func words<Choice: RawRepresentable & CaseIterable & Hashable>(
    _ key: Flag.Key, _ type: Choice.Type = Choice.self
  ) throws(CommandError) -> Set<Choice>? where Choice.RawValue == String {
    guard has(key) else { return nil }
    var chosen: Set<Choice> = []
    for (_, list) in flags.filter({ $0.key == key }) {
      for word in list.split(separator: ",", omittingEmptySubsequences: false) {
        chosen.insert(try Self.choice(String(word), key, type))
      }
    }
    return chosen
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String, _ key: Flag.Key, _ type: Choice.Type
  ) throws(CommandError) -> Choice where Choice.RawValue == String {
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let advice =
      nearest(to: text, among: names).map { "did you mean \($0)?" }
      ?? "choose from \(names.joined(separator: ", "))"
    throw CommandError("\(name(key)) '\(text)' is unknown; \(advice)")
  }

  private static func name(_ key: Flag.Key) -> String {
    "--" + (Flag.all.first { $0.key == key }?.long ?? "")
  }
}
