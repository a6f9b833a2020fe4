internal import SynfinLifecycle
internal import SynfinWire

/// The fields of a connection's record: the one place that says which there are, what they mean and where they come
/// from.
///
/// Each function takes what writes brief fields and gives it back itself: so it is in registers meanwhile, which it would
/// not be behind a reference. Records and their parts are passed `inout`, though nobody changes them: they are large, and would be copied.
struct RecordFields: Sendable {
  /// The seed of the Community ID.
  var communityIDSeed: UInt16 = 0

  /// Hands the fields to a writer, in the order they are written.
  @inline(__always)
  func write(_ record: inout ConnectionRecord, to out: inout some FieldWriter & ~Copyable) {
    identity(&record, &out)
    end(.client, &record.client, &out)
    end(.server, &record.server, &out)
    extent(&record, &out)
    out.list(
      "tunnels",
      "the tunnels that the first packet came through, the outermost first; absent without any",
      count: record.tunnels.isEmpty ? nil : record.tunnels.count
    ) { record.tunnels[$0] }
    course(&record, &out)
    timing(&record, &out)
    out.list(
      "window_stalls", "the first eight times an end closed its window",
      count: record.transport == .tcp ? record.windowStalls.count : nil
    ) { record.windowStalls[$0] }
    out.group("echo", isKnown: record.echo != nil) { echo(record.echo, &$0) }
    out.communityID(
      "community_id",
      "names the flow as Zeek and Suricata do (version 1, seed 0 unless --community-id-seed is given)",
      CommunityID.message(of: &record, seed: communityIDSeed))
    evidence(&record, &out)
    out.group("live", isKnown: record.live != nil) { live(record.live, &$0) }
  }

  /// Which connection it is.
  private func identity(
    _ record: inout ConnectionRecord, _ out: inout some FieldWriter & ~Copyable
  ) {
    var brief = out.beginBrief()
    brief.number("id", .integer, "counts from 1 in the order of first packets", record.id)
    brief.word("protocol", "tcp, udp or icmp", record.transport.word)
    brief.number(
      "stream", .integer, "counts from 0 for each protocol, as tshark's stream index",
      record.stream)
    out.endBrief(brief)
  }

  /// From when to when it was seen.
  private func extent(
    _ record: inout ConnectionRecord, _ out: inout some FieldWriter & ~Copyable
  ) {
    let start = out.spelled(record.start)
    var brief = out.beginBrief()
    brief.number("first_packet", .packet, "its first packet", record.firstPacket)
    brief.number("last_packet", .packet, "its last packet", record.lastPacket)
    brief.time("start", "time of the first packet, UTC", start)
    brief.seconds("duration_s", "from the first to the last packet", record.duration)
    out.endBrief(brief)
  }

  /// How it went.
  private func course(_ record: inout ConnectionRecord, _ out: inout some FieldWriter & ~Copyable) {
    var brief = out.beginBrief()
    ending(&record, &brief)
    opening(&record.handshake, &brief)
    closing(&record.teardown, &brief)
    out.endBrief(brief)
  }

  @inline(__always)
  private func ending(_ record: inout ConnectionRecord, _ out: inout some BriefFieldWriter) {
    out.word("outcome", "how it went", record.outcome.word)
    out.word(
      "closed_by", "client, server or both; absent if nobody closed it", record.closedBy?.word)
    out.number(
      "completeness", .integer, "sum of SYN 1, SYN+ACK 2, ACK 4, data 8, FIN 16, RST 32; TCP only",
      record.completeness)
  }

  private func timing(_ record: inout ConnectionRecord, _ out: inout some FieldWriter & ~Copyable) {
    var brief = out.beginBrief()
    brief.number(
      "exchanges", .integer, "a run of client data followed by a run of server data",
      record.exchanges)
    brief.milliseconds("longest_idle_ms", "longest time without a packet", record.longestIdle)
    brief.milliseconds(
      "time_to_first_byte_ms", "last byte of the first request to first byte of its answer",
      record.timeToFirstByte)
    group("response_ms", &record.responseTime, &brief)
    group("server_think_ms", &record.serverThinkTime, &brief)
    group("client_think_ms", &record.clientThinkTime, &brief)
    out.endBrief(brief)
  }

  private func live(_ live: LiveRecord?, _ out: inout some FieldWriter & ~Copyable) {
    out.brief { out in
      out.word(
        "left",
        "why the record was written: closed, idle, evicted or end (of the capture); live captures only",
        live?.departure.word)
      out.number(
        "dropped_packets", .integer,
        "packets that the capture dropped while it lived, whosever they were; live captures only",
        live?.dropped)
    }
  }

  private func echo(_ echo: EchoRecord?, _ out: inout some FieldWriter & ~Copyable) {
    out.brief { out in
      out.number("identifier", .integer, "the identifier they share", echo?.identifier)
      out.number("requests", .integer, "requests sent", echo?.requests)
      out.number("replies", .integer, "requests answered", echo?.replies)
      out.number("lost", .integer, "requests without a reply", echo?.lost)
    }
  }

  private func evidence(
    _ record: inout ConnectionRecord, _ out: inout some FieldWriter & ~Copyable
  ) {
    out.list(
      "icmp_errors", "ICMP errors that quote it, the first few", count: record.icmpErrors.count
    ) { record.icmpErrors[$0] }
    out.brief { out in
      out.words(
        "doubts", "what makes the capture of it less than certain", count: record.doubts.count
      ) { record.doubts[$0].word }
    }
    out.group("verdict", isKnown: true) { out in
      out.text("summary", "the life of the connection in plain words") {
        VerdictSentence.write(&record, into: &$0)
      }
      out.list("problems", "what went wrong", count: record.problems.count) {
        record.problems[$0]
      }
    }
  }
}
