import SynfinLifecycle

/// Where everything of a ladder stands on the paper, in pixels.
struct LadderPlan {
  /// An arrow from one lifeline towards the other.
  struct Arrow {
    /// Where it begins and ends, also if it never gets there.
    var from: Point
    var to: Point
    var hue: Hue
    var stroke: RowText.Stroke
    var isLost = false
    /// On the arrow's upper side, the lowest line last.
    var above: [String] = []
    /// On its lower side.
    var below = ""
    /// The middle of the texts, as a share of the way.
    var place = 0.5
    var title: String?
  }

  /// Many packets: two arrows and what lies between them.
  struct Run {
    var first: Arrow
    /// How much lower the last arrow is than the first.
    var height: Double
    var texts: [String]
  }

  /// A text between the lifelines.
  struct Note {
    var lines: [String]
    var center: Point
    var hue: Hue
    var isBoxed = false
    var hasReporter = false
    var anchor = SVGWriter.Anchor.middle
  }

  /// What stands in the left margin.
  struct Margin {
    var y: Double
    var time: String
    var gap: String
    var packets: String
  }

  /// A side's state from a place on.
  struct Change {
    var y: Double
    var state: TCPState
    /// Only the name is said again.
    var isRepeat = false
  }

  /// A part of the connection's life.
  struct Phase {
    var phase: StoryPhase
    var top: Double
    /// Where its heading ends.
    var start: Double
    var bottom: Double
    var title: String
    var detail: String
    var time: String
  }

  enum Piece {
    case arrow(Arrow)
    case run(Run)
    case note(Note)
    /// A silence that is drawn shorter than it was.
    case silence(y: Double, text: String)
  }

  var pieces: [Piece] = []
  var margins: [Margin] = []
  var client: [Change] = []
  var server: [Change] = []
  var phases: [Phase] = []
  var top = 0.0
  var bottom = 0.0
}

/// The measures of a ladder.
struct LadderMetrics {
  static let label = Font(size: 12, isMonospaced: true)
  static let note = Font(size: 11)
  static let state = Font(size: 11, isMonospaced: true)
  static let margin = Font(size: 11, isMonospaced: true)
  static let head = Font(size: 13, isMonospaced: true)
  static let heading = Font(size: 14)

  /// Between events at the same lifeline, for the texts beside it.
  static let distance = 17.0

  /// The lifelines.
  var client = 0.0
  var server = 0.0
  var width = 0.0
  /// The right ends of the columns in the left margin.
  var time = 0.0
  var gap = 0.0
  var packets = 0.0

  var body: Double { server - client }
  var middle: Double { (client + server) / 2 }

  /// Characters of a label that fit on a share of the way between the lifelines.
  func room(_ share: Double = 0.94) -> Int { Int(body * share / (Self.label.size * 0.61)) }

  func lifeline(_ side: Side) -> Double { side == .client ? client : server }

  init(_ rows: [StoryRow], _ record: ConnectionRecord, client head: String, server: String) {
    func widest(_ texts: [String]) -> Double {
      texts.map { Self.margin.width(of: $0) }.max() ?? 0
    }
    let texts = rows.map { RowText($0, record) }
    time = 14 + widest(["time"] + texts.map(\.moment))
    gap = time + 10 + widest(texts.map { $0.isRun ? $0.span : $0.delta })
    packets = gap + 10 + widest(["packet"] + texts.map(\.packets))
    let states = record.transport == .tcp ? 120.0 : 26.0
    let (left, right) = (Self.head.width(of: head) / 2, Self.head.width(of: server) / 2)
    client = packets + max(states, left + 24)
    self.server = client + max(540, left + right + 40)
    width = (self.server + max(states, right + 20)).rounded(.up)
  }
}
