import SynfinWire

/// What a live tracker remembers of a flow beside its story: how old it is, and what was told of it.
struct Watch: BitwiseCopyable {
  /// The number of the record.
  let id: Int
  /// tshark's stream index.
  let stream: Int
  /// When its last packet came, by the tracker's clock.
  var seen: Int64
  /// Its neighbours in the list, from the one silent for longer to the one silent for less; -1 for none.
  fileprivate var older: Int32 = -1
  fileprivate var newer: Int32 = -1
  /// The list that it is in.
  fileprivate(set) var age = Age.alive
  /// What was told of it.
  var told: Told = []
  /// A bit for each kind of problem that was told.
  var problems: UInt32 = 0
  /// The bursts of retransmissions, of the client and of the server.
  var bursts = [2 of RepeatBurst](repeating: RepeatBurst())
  /// Packets that the capture had dropped when it began.
  let droppedBefore: UInt64

  init(id: Int, stream: Int = 0, seen: Int64, droppedBefore: UInt64) {
    self.id = id
    self.stream = stream
    self.seen = seen
    self.droppedBefore = droppedBefore
  }

  /// Notes that something is told; false if it was told before.
  mutating func tell(_ what: Told) -> Bool { told.insert(what).inserted }

  /// How long a flow may be silent before it leaves.
  enum Age: UInt8, CaseIterable {
    /// Nobody can send it anything any more.
    case retired
    /// Only SYNs so far, or datagrams of one side.
    case unanswered
    /// A connection joined midstream, of which one end alone was seen.
    case oneSided
    /// Over, but for late segments.
    case closed
    case alive
  }

  /// Events that come once in a life, or that wait for their opposite.
  struct Told: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    init(rawValue: UInt8) { self.rawValue = rawValue }

    static let established = Told(rawValue: 1)
    static let data = Told(rawValue: 2)
    static let halfClosed = Told(rawValue: 4)
    /// However it ended.
    static let ended = Told(rawValue: 8)
    static let clientWindowClosed = Told(rawValue: 16)
    static let serverWindowClosed = Told(rawValue: 32)
  }
}

/// Segments sent again in quick succession.
struct RepeatBurst: BitwiseCopyable {
  private static let least: UInt32 = 3
  /// Repeats further apart do not belong together.
  private static let pause: Int64 = 2_000_000_000
  /// So long nothing must be repeated before another burst is told.
  private static let quiet: Int64 = 10_000_000_000

  private var repeats: UInt32 = 0
  private var count: UInt32 = 0
  private var last = Int64.min

  /// Looks at the number of repeats after a segment; whether a burst begins.
  mutating func begins(_ total: UInt32, at time: Timestamp) -> Bool {
    guard total != repeats else { return false }
    let new = total &- repeats
    repeats = total
    let (pause, isFirst) = time.nanoseconds.subtractingReportingOverflow(last)
    last = time.nanoseconds
    let limit = count >= Self.least ? Self.quiet : Self.pause
    if isFirst || pause > limit { count = 0 }
    let before = count
    count = min(count &+ new, Self.least)
    return before < Self.least && count >= Self.least
  }
}

/// The flows of one table that are alive, in lists by how long they may be silent, the longest silent first.
///
/// A watch stands at the index of its flow.
struct WatchTable: ~Copyable {
  private struct List: BitwiseCopyable {
    var oldest: Int32 = -1
    var newest: Int32 = -1
    var count = 0
  }

  var watches = Slab<Watch>()
  private var lists = [5 of List](repeating: List())
  /// Flows in all lists.
  private(set) var count = 0

  /// Flows of an age.
  func count(_ age: Watch.Age) -> Int { lists[Int(age.rawValue)].count }

  /// Begins to watch a flow.
  mutating func insert(_ watch: Watch, at index: Int32, _ age: Watch.Age) {
    if Int(index) == watches.count { _ = watches.append(watch) } else { watches[index] = watch }
    append(index, age)
    count += 1
  }

  /// Ends the watch.
  mutating func remove(_ index: Int32) {
    unlink(index)
    count -= 1
  }

  /// Notes that a packet came.
  @inline(__always)
  mutating func touch(_ index: Int32, _ age: Watch.Age, at clock: Int64) {
    watches[index].seen = clock
    if lists[Int(age.rawValue)].newest == index { return }
    unlink(index)
    append(index, age)
  }

  /// The flow of a list that has been silent for longest; nil if the list is empty.
  func oldest(_ age: Watch.Age) -> Int32? {
    let index = lists[Int(age.rawValue)].oldest
    return index < 0 ? nil : index
  }

  /// The next one in its list, which was silent for less; nil if it is the last.
  func next(after index: Int32) -> Int32? {
    let newer = watches[index].newer
    return newer < 0 ? nil : newer
  }

  private mutating func append(_ index: Int32, _ age: Watch.Age) {
    let list = Int(age.rawValue)
    let newest = lists[list].newest
    watches[index].age = age
    watches[index].older = newest
    watches[index].newer = -1
    if newest >= 0 { watches[newest].newer = index } else { lists[list].oldest = index }
    lists[list].newest = index
    lists[list].count += 1
  }

  private mutating func unlink(_ index: Int32) {
    let list = Int(watches[index].age.rawValue)
    let older = watches[index].older
    let newer = watches[index].newer
    if older >= 0 { watches[older].newer = newer } else { lists[list].oldest = newer }
    if newer >= 0 { watches[newer].older = older } else { lists[list].newest = older }
    lists[list].count -= 1
  }
}

extension WatchTable {
  /// Hands out all watches with the indices of their flows.
  func forEach(_ body: (Int32, Watch) -> Void) {
    for age in Watch.Age.allCases {
      var next = oldest(age)
      while let index = next {
        body(index, watches[index])
        next = self.next(after: index)
      }
    }
  }
}
