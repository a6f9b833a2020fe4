internal import CGetopt

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Takes the flags of a command line one by one with `getopt_long`.
///
/// Owns the words and the table in the form that C wants; both live as long as the scanner.
@safe
struct FlagScanner: ~Copyable {
  /// What stands next on the command line.
  enum Found {
    /// A flag, by its place in the list of known ones, with its value.
    case flag(Int, String?)
    /// A flag without the value that it needs.
    case missingValue(String)
    /// A flag with a value that it does not take.
    case unwantedValue(String)
    /// A word that is no flag, or may be several.
    case unknown(String)
  }

  /// Long names get results above all letters.
  private static let firstLongResult: CInt = 256

  private let known: [Flag]
  private let words: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>
  private let names: UnsafeMutableBufferPointer<option>
  private let letters: String

  /// Begins with the word behind the program's name, which is `words[0]`.
  init(_ words: [String], _ known: [Flag]) {
    self.known = known
    // C wants a null behind the last word and a row of nulls behind the last name.
    unsafe self.words = .allocate(capacity: words.count + 1)
    unsafe self.words.initialize(repeating: nil)
    for index in words.indices { unsafe self.words[index] = strdup(words[index]) }
    unsafe names = .allocate(capacity: known.count + 1)
    unsafe names.initialize(repeating: option())
    for index in known.indices {
      let flag = known[index]
      unsafe names[index] = option(
        name: strdup(flag.long), has_arg: flag.argument == nil ? 0 : 1, flag: nil,
        val: Self.firstLongResult + CInt(index))
    }
    // The colon in front asks for a result of its own where a value is missing.
    letters =
      ":"
      + known.compactMap { flag in
        flag.short.map { String($0) + (flag.argument == nil ? "" : ":") }
      }.joined()
    synfin_getopt_begin()
  }

  deinit {
    // All strings were made by strdup, both tables by `init`.
    for index in 0..<(unsafe words.count) { unsafe free(words[index]) }
    for index in 0..<(unsafe names.count) {
      unsafe free(UnsafeMutableRawPointer(mutating: names[index].name))
    }
    unsafe words.deallocate()
    unsafe names.deallocate()
  }

  /// The next flag; nil when there are none left.
  mutating func next() -> Found? {
    let before = max(1, Int(synfin_getopt_position()))
    // The words and the table live, terminated, as long as the scanner.
    let step = unsafe synfin_getopt_next(
      CInt(words.count - 1), words.baseAddress, letters, names.baseAddress)
    let result = unsafe step.result
    let option = unsafe step.option
    switch result {
    case -1: return nil
    case CInt(UInt8(ascii: ":")): return .missingValue(name(of: option))
    case CInt(UInt8(ascii: "?")):
      if option >= Self.firstLongResult { return .unwantedValue(name(of: option)) }
      return .unknown(option == 0 ? longWord(from: before) : name(of: option))
    default:
      // The value is part of one of the words.
      return .flag(index(of: result), unsafe step.value.map { unsafe String(cString: $0) })
    }
  }

  /// What is no flag and no flag's value, once `next` has returned nil.
  var operands: [String] {
    var operands: [String] = []
    for index in Int(synfin_getopt_position())..<(unsafe words.count - 1) {
      operands.append(word(index))
    }
    return operands
  }

  private func word(_ index: Int) -> String {
    // An index below the count, of a terminated string.
    unsafe words[index].map { unsafe String(cString: $0) } ?? ""
  }

  private func index(of result: CInt) -> Int {
    if result >= Self.firstLongResult { return Int(result - Self.firstLongResult) }
    return known.firstIndex { $0.short?.asciiValue.map(CInt.init) == result } ?? 0
  }

  private func name(of option: CInt) -> String {
    if option >= Self.firstLongResult {
      return "--" + known[Int(option - Self.firstLongResult)].long
    }
    return "-" + String(UnicodeScalar(UInt8(truncatingIfNeeded: option)))
  }

  /// The long flag that was not understood, without its value: the word just taken.
  private func longWord(from before: Int) -> String {
    let taken = word(max(before, Int(synfin_getopt_position()) - 1))
    return String(taken.split(separator: "=", maxSplits: 1).first ?? "")
  }
}
