internal import SynfinLifecycle

extension RecordField {
  /// Why segments of one end were sent again, or look as if they were.
  static let causes: [Field<CauseCounts>] = [
    Field("timeout", .integer, "sent again by the retransmission timer and the slow start after it")
    { .unsigned($0.timeout) },
    Field("fast_retransmit", .integer, "sent again because acknowledgements showed a hole") {
      .unsigned($0.fastRetransmit)
    },
    Field("tail_loss_probe", .integer, "the end of the flight sent again as a probe (RFC 8985 §7)")
    { .unsigned($0.tailLossProbe) },
    Field("spurious", .integer, "sent again needlessly: what it repeats had arrived") {
      .unsigned($0.spurious)
    },
    Field("syn", .integer, "SYNs sent again") { .unsigned($0.syn) },
    Field("syn_ack", .integer, "SYN+ACKs sent again") { .unsigned($0.synAck) },
    Field("fin", .integer, "FINs without data sent again; so far all add up to retransmissions") {
      .unsigned($0.fin)
    },
    Field("keep_alive", .integer, "keep-alives, which are no retransmissions") {
      .unsigned($0.keepAlive)
    },
    Field("zero_window_probe", .integer, "zero-window probes, which are no retransmissions") {
      .unsigned($0.zeroWindowProbe)
    },
    Field("reordered", .integer, "overtaken on the network") { .unsigned($0.reordered) },
    Field("duplicated_by_network", .integer, "copies that the network made") {
      .unsigned($0.duplicatedByNetwork)
    },
    Field("duplicated_by_capture", .integer, "copies that the capture made") {
      .unsigned($0.duplicatedByCapture)
    },
    Field("duplicated_unseen", .integer, "copies behind the capture, of which only DSACKs tell") {
      .unsigned($0.duplicatedUnseen)
    },
    Field("dsacks", .integer, "reports of the peer that octets came twice (RFC 2883)") {
      .unsigned($0.dsacks)
    },
    Field("timer_expiries", .integer, "times that the retransmission timer ran out") {
      .unsigned($0.timerExpiries)
    },
    Field("longest_timeout_ms", .milliseconds, "the longest wait that ended so, as captured") {
      .duration($0.longestTimeout)
    },
  ]
}
