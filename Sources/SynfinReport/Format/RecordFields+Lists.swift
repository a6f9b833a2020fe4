internal import SynfinLifecycle
internal import SynfinWire

// The fields of what a record holds lists of.

extension Problem: FieldList {
  static func write(_ problem: Problem?, to out: inout some FieldWriter & ~Copyable) {
    out.brief { out in
      out.word("kind", "what went wrong", problem?.kind.word)
      out.word(
        "cause", "why segments were sent again: an entry for each cause", problem?.cause?.word)
      out.number("count", .integer, "how often", problem?.count)
      out.packets(
        "packets", "the first packets that show it, at most eight", count: problem?.packets.count
      ) { problem?.packets[$0] ?? 0 }
      out.word(
        "reason",
        "why the first reset was ignored: acknowledges_nothing, off_next_number, outside_window",
        problem?.flaw?.word)
    }
  }
}

extension WindowStallRecord: FieldList {
  static func write(_ stall: WindowStallRecord?, to out: inout some FieldWriter & ~Copyable) {
    out.brief { out in
      out.word(
        "closed_by", "who had no room: client or server; the other had to wait",
        stall?.closedBy.word)
      out.number("packet", .packet, "the packet that closed the window", stall?.packet)
      out.number(
        "reopened_packet", .packet, "the packet that opened it; absent if it stayed closed",
        stall?.reopenedBy)
      out.milliseconds("duration_ms", "until it was opened, or the last packet", stall?.duration)
      out.number("probes", .integer, "probes that the other end sent meanwhile", stall?.probes)
    }
  }
}

extension TunnelRecord: FieldList {
  static func write(_ tunnel: TunnelRecord?, to out: inout some FieldWriter & ~Copyable) {
    out.brief { out in
      out.word("kind", "the protocol that wraps: gre, vxlan, gtp and others", tunnel?.kind.name)
      out.address("source", "sender of the outer packet", tunnel?.source)
      out.address("destination", "receiver of the outer packet", tunnel?.destination)
      out.number("id", .integer, "VNI, key, call, session, TEID or label", tunnel?.identifier)
    }
  }
}

extension ICMPErrorRecord: FieldList {
  static func write(_ error: ICMPErrorRecord?, to out: inout some FieldWriter & ~Copyable) {
    out.brief { out in
      out.number("packet", .packet, "the packet that carries it", error?.packet)
      out.number("version", .integer, "4 for ICMP, 6 for ICMPv6", error?.version)
      out.number("type", .integer, "type field", error?.type)
      out.number("code", .integer, "code field", error?.code)
      out.address("reporter", "who reports", error?.reporter)
      out.word("toward", "whose packet it quotes: client or server", error?.toward.word)
      out.number("mtu", .bytes, "the MTU it names", error?.mtu)
    }
  }
}
