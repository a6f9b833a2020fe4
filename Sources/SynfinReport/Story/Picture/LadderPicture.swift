import SynfinLifecycle
import SynfinWire

/// What a ladder says on paper, where it is not said by lines.
enum LadderPicture {
  static let silence = "no answer by the end of the capture"

  static func hue(_ tone: RowText.Tone) -> Hue {
    switch tone {
    case .plain: .ink
    case .quiet: .muted
    case .opening: .green
    case .closing: .purple
    case .remark: .amber
    case .failure: .red
    }
  }

  /// The texts above and below the arrow of one packet.
  ///
  /// - Parameters:
  ///   - room: characters.
  ///   - isLost: says that it never arrived.
  static func texts(
    _ text: RowText, room: Int, isLost: Bool
  ) -> (above: String, below: String) {
    guard text.row.first.segment != nil else {
      return (single(text.datagram), RowText.joined(text.row.tally.remarks(), room: room))
    }
    let label = text.label(room: room)
    var notes = text.notes(room: room - (isLost ? 7 : 0))
    if isLost { notes.insert("lost", at: text.notes.isEmpty ? 0 : 1) }
    // Numbers as they stand in the header are for the tooltip where there is no room for them.
    return (single(label.text), RowText.joined(notes, room: room))
  }

  /// The texts of a run.
  static func runTexts(_ text: RowText, room: Int) -> [String] {
    if !text.isTCP {
      return [single(text.datagram)] + filled(text.row.tally.remarks(), room)
    }
    let amount = text.amount(room: room)
    return [single(amount.text)] + filled(amount.notes, room)
  }

  private static func filled(_ notes: [String], _ room: Int) -> [String] {
    notes.isEmpty ? [] : [RowText.joined(notes, room: room)]
  }

  /// One space where the terminal's columns have several.
  static func single(_ text: String) -> String {
    text.split(separator: " ").joined(separator: " ")
  }

  /// All that is known of a row.
  static func tooltip(_ text: RowText) -> String {
    let head = (text.packets.contains("–") ? "packets " : "packet ") + text.packets
    let (above, below) =
      text.isRun
      ? (runTexts(text, room: 400).joined(separator: ", "), "")
      : texts(text, room: 400, isLost: false)
    return [head, text.moment + " s", above, below].filter { !$0.isEmpty }
      .joined(separator: " · ")
  }

  /// The band of a state.
  static func hue(_ state: TCPState) -> Hue {
    switch state {
    case .unknown, .closed, .listen: .rail
    case .synSent, .synReceived: .blue
    case .established: .green
    case .finWait1, .finWait2, .closeWait, .closing, .lastAck: .orange
    case .timeWait: .purple
    }
  }

  static func tint(_ phase: StoryPhase) -> Hue {
    switch phase {
    case .establishment: .tintBlue
    case .transfer: .tintGray
    case .release: .tintOrange
    }
  }
}
