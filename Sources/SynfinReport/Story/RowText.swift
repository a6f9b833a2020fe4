import SynfinLifecycle
import SynfinWire

/// What a row of a ladder says, whoever draws it: the terminal, a picture, a diagram.
struct RowText {
  /// What a row is about; whoever draws gives it a colour.
  enum Tone {
    case plain, quiet, opening, closing, remark, failure
  }

  /// How an arrow is drawn.
  enum Stroke {
    /// A packet.
    case solid
    /// A packet sent again, or one that only asks whether the peer is alive.
    case dashed
    /// Many packets.
    case double
    /// A report from a third party.
    case dotted
  }

  let row: StoryRow
  let record: ConnectionRecord

  init(_ row: StoryRow, _ record: ConnectionRecord) {
    self.row = row
    self.record = record
  }

  var isRun: Bool { row.kind == .run }
  var isTCP: Bool { record.transport == .tcp }
  var toServer: Bool { row.sender == .client }

  /// "9", or "9–31" for a run.
  var packets: String {
    row.first.number == row.last.number
      ? "\(row.first.number)" : "\(row.first.number)–\(row.last.number)"
  }

  /// Time since the connection's first packet.
  var moment: String {
    PacketClock.seconds(row.first.time.nanoseconds(since: record.start))
  }

  /// Nanoseconds since the packet before; nil for the first one.
  var gap: Int64? {
    row.previousTime.map { row.first.time.nanoseconds(since: $0) }
  }

  /// Time since the packet before; empty for the first one.
  var delta: String {
    guard let gap else { return "" }
    return gap < 0 ? "−" + DurationText.short(0 - max(gap, -.max)) : "+" + DurationText.short(gap)
  }

  /// Nanoseconds that a run took.
  var time: Int64 { max(0, row.last.time.nanoseconds(since: row.first.time)) }

  /// How long a run took.
  var span: String { DurationText.short(time) }

  var tone: Tone {
    guard let segment = row.first.segment else { return row.first.isDamaged ? .failure : .plain }
    if segment.flags.contains(.rst) || row.first.isDamaged { return .failure }
    if !row.first.mark.isEmpty { return .remark }
    if segment.flags.contains(.syn) { return .opening }
    if segment.flags.contains(.fin) { return .closing }
    return segment.payloadLength > 0 ? .plain : .quiet
  }

  /// The arrow of one packet, or of a run of them.
  var stroke: Stroke {
    if !isTCP {
      let isFragment = if case .fragment = row.first.transport { true } else { false }
      return isRun ? .double : isFragment ? .dashed : .solid
    }
    if isRun, way.filled == 0 { return row.first.mark.isEmpty ? .solid : .dashed }
    let isRepeat = !row.first.marks.isDisjoint(with: StoryMark.repeats.union(.probes))
    return isRepeat ? .dashed : isRun && way.filled > 1 ? .double : .solid
  }

  /// What the sender of the first packet sent.
  var way: StoryTally.Way { row.tally.way(row.sender) }

  // MARK: - Many rows in one

  /// What a summary tells: how many packets, what each side sent, and remarks.
  var summary: (title: String, client: String, server: String, remarks: [String]) {
    let noun =
      switch record.transport {
      case .tcp: "segment"
      case .udp: "datagram"
      case .icmp: "message"
      }
    func amount(_ way: StoryTally.Way) -> String {
      "\(Phrase.bytes(way.bytes)) in \(Phrase.count(way.filled, noun))"
    }
    return (
      Phrase.count(row.tally.packets, "packet") + " not shown one by one:",
      amount(row.tally.client), amount(row.tally.server), row.tally.remarks()
    )
  }

  // MARK: - ICMP errors

  /// What an ICMP error reports, and to whom; nil for everything else.
  var report: (name: String, reporter: IPAddress, toServer: Bool, isByThirdParty: Bool)? {
    guard row.first.verdict.isQuote, case .icmp(let message) = row.first.transport else {
      return nil
    }
    let name = ICMPText.errorName(
      version: message.version, type: message.type, code: message.code)
    let kind = message.version == 6 ? "ICMPv6 " : "ICMP "
    let mtu = message.mtu > 0 ? ", MTU \(message.mtu)" : ""
    let quoted = message.quoted.source
    let reporter = row.first.packet.ip.source
    return (
      kind + name + mtu, reporter,
      quoted == record.server.address && quoted != record.client.address,
      reporter != record.client.address && reporter != record.server.address
    )
  }
}
