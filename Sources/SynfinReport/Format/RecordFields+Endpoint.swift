internal import SynfinLifecycle
internal import SynfinWire

// The fields of one end.

extension RecordFields {
  /// One end, in a group of its own.
  func end(
    _ side: Side, _ end: inout EndpointRecord, _ out: inout some FieldWriter & ~Copyable
  ) {
    var brief = out.beginBrief()
    // Names are constants.
    _ =
      side == .client
      ? brief.beginGroup("client", isKnown: true) : brief.beginGroup("server", isKnown: true)
    endpoint(&end, &brief)
    brief.endGroup()
    out.endBrief(brief)
  }

  @inline(__always)
  private func endpoint(_ end: inout EndpointRecord, _ out: inout some BriefFieldWriter) {
    let payload = end.payloadBytes
    let rates = end.tcp?.lend { $0.rates(payloadBytes: payload) }
    out.address("address", "IP address", end.address)
    out.number("port", .integer, "port; ICMP has none", end.port)
    out.number(
      "packets", .integer, "segments or datagrams sent, a fragmented one counted once",
      end.packets)
    out.number("fragments", .integer, "IP fragments sent", end.fragments)
    out.number("ip_bytes", .bytes, "bytes sent, IP headers included", end.ipBytes)
    out.number("payload_bytes", .bytes, "payload sent, repeats included", end.payloadBytes)
    out.number(
      "throughput_bits_per_s", .bitRate,
      "payload, repeats and missed bytes included, over the time from its first data to the last or its acknowledgement; TCP only",
      rates?.throughput)
    out.number(
      "goodput_bits_per_s", .bitRate, "acknowledged payload over the same time; TCP only",
      rates?.goodput)
    out.number(
      "damaged_packets", .integer,
      "packets with a wrong checksum; packets, fragments, ip_bytes and payload_bytes count them too",
      end.damagedPackets)
    if rates != nil {
      end.tcp?.lend { tcp(&$0, &out) }
    } else {
      out.absent(.tcp) { out in
        var blank = TCPEndpointRecord.blank
        tcp(&blank, &out)
      }
    }
  }

  /// What only TCP has.
  @inline(__always)
  func tcp(_ end: inout TCPEndpointRecord, _ out: inout some BriefFieldWriter) {
    counters(&end, &out)
    offers(&end, &out)
    if out.beginGroup("causes", isKnown: true) {
      var check = ZeroCheck()
      causes(&end, &check)
      if check.isZero {
        out.zeros(.causes) { causes(&end, &$0) }
      } else {
        causes(&end, &out)
      }
      out.milliseconds(
        "longest_timeout_ms", "the longest wait that ended so, as captured",
        end.causes.longestTimeout)
      out.endGroup()
    }
    roundTripTimes(&end, &out)
    if end.labels.isEmpty {
      out.absent(.labels) { labels([], &$0) }
    } else {
      labels(end.labels, &out)
    }
    out.states(
      "states", "the states it went through (RFC 9293 §3.3.2)", count: end.states.count
    ) { end.states[$0].state }
    out.packets(
      "state_packets", "the packets that prove them, one for each", count: end.states.count
    ) { end.states[$0].packet }
  }

  @inline(__always)
  private func counters(_ end: inout TCPEndpointRecord, _ out: inout some BriefFieldWriter) {
    out.number(
      "unique_payload_bytes", .bytes, "payload sent, repeats left out", end.uniquePayloadBytes)
    var check = ZeroCheck()
    troubles(&end, &check)
    if check.isZero {
      out.zeros(.troubles) { troubles(&end, &$0) }
    } else {
      troubles(&end, &out)
    }
    out.number(
      "acknowledged_bytes", .bytes, "payload that the peer acknowledged", end.acknowledgedBytes)
    out.number(
      "lost_bytes", .bytes,
      "bytes lost before the capture point: sent again later, or missing and never acknowledged",
      end.lostBytes)
    out.number(
      "missed_bytes", .bytes, "bytes the peer acknowledged but the capture lacks",
      end.missedBytes)
    out.number(
      "bytes_after_peer_closed", .bytes, "bytes sent after the peer's FIN (half-close)",
      end.bytesAfterPeerClosed)
  }

  /// What went wrong, as far as it is counted.
  @inline(__always)
  func troubles(_ end: inout TCPEndpointRecord, _ out: inout some NumberFieldWriter) {
    out.number(
      "retransmissions", .integer, "SYN, SYN+ACK, data and FIN segments sent again",
      end.retransmissions)
    out.number("retransmitted_bytes", .bytes, "payload in them", end.retransmittedBytes)
    out.number(
      "out_of_order", .integer, "segments that came late and were no repeats", end.outOfOrder)
    out.number(
      "duplicates", .integer, "identical packets, doubled by the network or the capture",
      end.duplicates)
    out.number(
      "duplicate_acks", .integer, "acknowledgements sent again while data were outstanding",
      end.duplicateAcks)
    out.number("keep_alives", .integer, "keep-alive probes sent", end.keepAlives)
    out.number("zero_window_probes", .integer, "zero-window probes sent", end.zeroWindowProbes)
    out.number("zero_windows", .integer, "times its receive window closed", end.zeroWindows)
    out.milliseconds(
      "zero_window_ms", "time its receive window was closed", end.zeroWindowTime)
  }

  @inline(__always)
  private func offers(_ end: inout TCPEndpointRecord, _ out: inout some BriefFieldWriter) {
    out.number("mss", .bytes, "maximum segment size offered", end.maximumSegmentSize)
    out.number("window_scale", .integer, "window scale offered, 0 to 14", end.windowScale)
    out.flag("sack_permitted", "offered selective acknowledgements", end.sackPermitted)
    out.flag("timestamps", "offered timestamps", end.timestamps)
    out.number(
      "initial_sequence", .integer, "initial sequence number (ISS)", end.initialSequenceNumber)
    out.number(
      "max_window", .bytes, "largest window advertised, scaled if both sides scale",
      end.maximumWindow)
    out.number(
      "min_window", .bytes, "smallest window advertised after the SYN, scaled likewise",
      end.minimumWindow)
    out.number(
      "max_bytes_in_flight", .bytes, "most bytes sent and not yet acknowledged",
      end.maximumBytesInFlight)
    out.number(
      "largest_segment", .bytes, "largest payload of a segment sent", end.largestSegment)
  }

  /// Why its segments were sent again, or look as if they were.
  @inline(__always)
  func causes(_ end: inout TCPEndpointRecord, _ out: inout some NumberFieldWriter) {
    out.number(
      "timeout", .integer, "sent again by the retransmission timer and the slow start after it",
      end.causes.timeout)
    out.number(
      "fast_retransmit", .integer, "sent again because acknowledgements showed a hole",
      end.causes.fastRetransmit)
    out.number(
      "tail_loss_probe", .integer, "the end of the flight sent again as a probe (RFC 8985 §7)",
      end.causes.tailLossProbe)
    out.number(
      "spurious", .integer, "sent again needlessly: what it repeats had arrived",
      end.causes.spurious)
    out.number("syn", .integer, "SYNs sent again", end.causes.syn)
    out.number("syn_ack", .integer, "SYN+ACKs sent again", end.causes.synAck)
    out.number(
      "fin", .integer, "FINs without data sent again; so far all add up to retransmissions",
      end.causes.fin)
    out.number(
      "keep_alive", .integer, "keep-alives, which are no retransmissions", end.causes.keepAlive)
    out.number(
      "zero_window_probe", .integer, "zero-window probes, which are no retransmissions",
      end.causes.zeroWindowProbe)
    out.number("reordered", .integer, "overtaken on the network", end.causes.reordered)
    out.number(
      "duplicated_by_network", .integer, "copies that the network made",
      end.causes.duplicatedByNetwork)
    out.number(
      "duplicated_by_capture", .integer, "copies that the capture made",
      end.causes.duplicatedByCapture)
    out.number(
      "duplicated_unseen", .integer, "copies behind the capture, of which only DSACKs tell",
      end.causes.duplicatedUnseen)
    out.number(
      "dsacks", .integer, "reports of the peer that octets came twice (RFC 2883)",
      end.causes.dsacks)
    out.number(
      "timer_expiries", .integer, "times that the retransmission timer ran out",
      end.causes.timerExpiries)
  }

  /// How often its segments got each analysis label.
  @inline(__always)
  func labels(_ counts: [LabelCount], _ out: inout some BriefFieldWriter) {
    guard out.beginGroup("analysis", isKnown: !counts.isEmpty) else { return }
    // Both lists are in the order of the labels' bits.
    var next = 0
    for entry in AnalysisLabels.all {
      var count: UInt64?
      if next < counts.count, counts[next].label == entry.label {
        count = counts[next].count
        next += 1
      }
      out.number(entry.name, .integer, "segments sent that got this label", count)
    }
    out.endGroup()
  }
}

extension TCPEndpointRecord {
  /// Hands itself out where it is, inside an optional.
  @inline(__always)
  fileprivate mutating func lend<Result>(_ body: (inout TCPEndpointRecord) -> Result) -> Result {
    body(&self)
  }
  /// Payload and acknowledged payload in bits per second, as far as there was time for them.
  fileprivate mutating func rates(payloadBytes: UInt64) -> (throughput: UInt64?, goodput: UInt64?) {
    let goodput = goodput
    // Mostly all that was sent was acknowledged.
    let isAll = acknowledgedBytes == payloadBytes && missedBytes == 0
    return (isAll ? goodput : throughput(payloadBytes: payloadBytes), goodput)
  }
}
