internal import SynfinLifecycle

extension RecordField {
  /// The fields of one end.
  static let endpoint: [FieldNode<EndpointRecord>] =
    common.map { .field($0) } + [
      .part(
        ofTCP.map { .field($0) } + [
          .group("causes", causes.map { .field($0) }) { $1($0.causes) },
          // From a segment it sent to the acknowledgement that covers it.
          .group("rtt_ms", roundTrips) { if let part = $0.roundTripTime { $1(part) } },
          // From a value of its clock to the echo of it.
          .group("timestamp_rtt_ms", roundTrips) {
            if let part = $0.timestampRoundTripTime { $1(part) }
          },
          .group("analysis", labels) { if !$0.labels.isEmpty { $1($0) } },
        ] + states.map { .field($0) }
      ) { if let part = $0.tcp { $1(part) } }
    ]

  private static let common: [Field<EndpointRecord>] = [
    Field("address", .address, "IP address") { .address($0.address) },
    Field("port", .integer, "port; ICMP has none") { .count($0.port.map { UInt64($0) }) },
    Field("packets", .integer, "segments or datagrams sent, a fragmented one counted once") {
      .unsigned($0.packets)
    },
    Field("fragments", .integer, "IP fragments sent") { .unsigned($0.fragments) },
    Field("ip_bytes", .bytes, "bytes sent, IP headers included") { .unsigned($0.ipBytes) },
    Field("payload_bytes", .bytes, "payload sent, repeats included") {
      .unsigned($0.payloadBytes)
    },
    Field(
      "throughput_bits_per_s", .bitRate,
      "payload, repeats and missed bytes included, over the time from its first data to the last or its acknowledgement; TCP only"
    ) { .count($0.tcp?.throughput(payloadBytes: $0.payloadBytes)) },
    Field("goodput_bits_per_s", .bitRate, "acknowledged payload over the same time; TCP only") {
      .count($0.tcp?.goodput)
    },
    Field(
      "damaged_packets", .integer,
      "packets with a wrong checksum; packets, fragments, ip_bytes and payload_bytes count them too"
    ) { .unsigned($0.damagedPackets) },
  ]

  private static let ofTCP: [Field<TCPEndpointRecord>] =
    counters + [
      Field("mss", .bytes, "maximum segment size offered") {
        .count($0.maximumSegmentSize.map { UInt64($0) })
      },
      Field("window_scale", .integer, "window scale offered, 0 to 14") {
        .count($0.windowScale.map { UInt64($0) })
      },
      Field("sack_permitted", .boolean, "offered selective acknowledgements") {
        .flag($0.sackPermitted)
      },
      Field("timestamps", .boolean, "offered timestamps") { .flag($0.timestamps) },
      Field("initial_sequence", .integer, "initial sequence number (ISS)") {
        .count($0.initialSequenceNumber.map { UInt64($0) })
      },
      Field("max_window", .bytes, "largest window advertised, scaled if both sides scale") {
        .count($0.maximumWindow)
      },
      Field("min_window", .bytes, "smallest window advertised after the SYN, scaled likewise") {
        .count($0.minimumWindow)
      },
      Field("max_bytes_in_flight", .bytes, "most bytes sent and not yet acknowledged") {
        .count($0.maximumBytesInFlight)
      },
      Field("largest_segment", .bytes, "largest payload of a segment sent") {
        .unsigned($0.largestSegment)
      },
    ]

  private static let counters: [Field<TCPEndpointRecord>] = [
    Field("unique_payload_bytes", .bytes, "payload sent, repeats left out") {
      .unsigned($0.uniquePayloadBytes)
    },
    Field("retransmissions", .integer, "SYN, SYN+ACK, data and FIN segments sent again") {
      .unsigned($0.retransmissions)
    },
    Field("retransmitted_bytes", .bytes, "payload in them") { .unsigned($0.retransmittedBytes) },
    Field("out_of_order", .integer, "segments that came late and were no repeats") {
      .unsigned($0.outOfOrder)
    },
    Field("duplicates", .integer, "identical packets, doubled by the network or the capture") {
      .unsigned($0.duplicates)
    },
    Field("duplicate_acks", .integer, "acknowledgements sent again while data were outstanding") {
      .unsigned($0.duplicateAcks)
    },
    Field("keep_alives", .integer, "keep-alive probes sent") { .unsigned($0.keepAlives) },
    Field("zero_window_probes", .integer, "zero-window probes sent") {
      .unsigned($0.zeroWindowProbes)
    },
    Field("zero_windows", .integer, "times its receive window closed") {
      .unsigned($0.zeroWindows)
    },
    Field("zero_window_ms", .milliseconds, "time its receive window was closed") {
      .milliseconds($0.zeroWindowTime)
    },
    Field("acknowledged_bytes", .bytes, "payload that the peer acknowledged") {
      .count($0.acknowledgedBytes)
    },
    Field(
      "lost_bytes", .bytes,
      "bytes lost before the capture point: sent again later, or missing and never acknowledged"
    ) { .unsigned($0.lostBytes) },
    Field("missed_bytes", .bytes, "bytes the peer acknowledged but the capture lacks") {
      .unsigned($0.missedBytes)
    },
    Field("bytes_after_peer_closed", .bytes, "bytes sent after the peer's FIN (half-close)") {
      .unsigned($0.bytesAfterPeerClosed)
    },
  ]

  private static let states: [Field<TCPEndpointRecord>] = [
    Field("states", .words, "the states it went through (RFC 9293 §3.3.2)") {
      .words($0.states.map(\.state.name))
    },
    Field("state_packets", .packets, "the packets that prove them, one for each") {
      .numbers($0.states.map(\.packet))
    },
  ]

  private static let labels: [FieldNode<TCPEndpointRecord>] = AnalysisLabels.all.map { entry in
    .field(
      Field(entry.name, .integer, "segments sent that got this label") {
        end in
        .count(end.labels.first { $0.label == entry.label }?.count)
      })
  }

  private static let roundTrips: [FieldNode<RoundTripStatistics>] = [
    .part(durations) { $1($0.durations) },
    .field(Field("deviation", .milliseconds, "standard deviation") { .milliseconds($0.deviation) }),
    .field(Field("p50", .milliseconds, "median, within 3.2 %") { .milliseconds($0.median) }),
    .field(
      Field("p95", .milliseconds, "95th percentile, within 3.2 %") {
        .milliseconds($0.percentile95)
      }),
    .field(
      Field("p99", .milliseconds, "99th percentile, within 3.2 %") {
        .milliseconds($0.percentile99)
      }),
  ]

  static let durations: [FieldNode<DurationStatistics>] = [
    .field(Field("min", .milliseconds, "shortest") { .milliseconds($0.minimum) }),
    .field(
      Field("mean", .milliseconds, "mean, to the nanosecond") {
        .milliseconds(Int64(exactly: $0.mean.rounded()) ?? $0.maximum)
      }),
    .field(Field("max", .milliseconds, "longest") { .milliseconds($0.maximum) }),
    .field(Field("samples", .integer, "how many") { .unsigned($0.samples) }),
  ]
}
