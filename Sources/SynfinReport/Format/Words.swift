internal import SynfinLifecycle

// The words of machine formats. They are the raw values and names of these types, which are strings; as constants of
// this program they are written without making any.

extension TransportProtocol {
  var word: StaticString {
    switch self {
    case .tcp: "tcp"
    case .udp: "udp"
    case .icmp: "icmp"
    }
  }
}

extension Side {
  var word: StaticString {
    switch self {
    case .client: "client"
    case .server: "server"
    }
  }
}

extension Closer {
  var word: StaticString {
    switch self {
    case .client: "client"
    case .server: "server"
    case .both: "both"
    }
  }
}

extension Outcome {
  var word: StaticString {
    switch self {
    case .midstream: "midstream"
    case .refused: "refused"
    case .unreachable: "unreachable"
    case .unanswered: "unanswered"
    case .halfOpen: "half_open"
    case .rejected: "rejected"
    case .closed: "closed"
    case .reset: "reset"
    case .halfClosed: "half_closed"
    case .open: "open"
    case .answered: "answered"
    case .oneWay: "one_way"
    }
  }
}

extension HandshakeRecord.Kind {
  var word: StaticString {
    switch self {
    case .threeWay: "three_way"
    case .simultaneous: "simultaneous"
    case .fastOpen: "fast_open"
    case .partial: "partial"
    case .none: "none"
    }
  }
}

extension TeardownRecord.Kind {
  var word: StaticString {
    switch self {
    case .fourWay: "four_way"
    case .threeWay: "three_way"
    case .simultaneous: "simultaneous"
    case .reset: "reset"
    case .half: "half"
    case .none: "none"
    }
  }
}

extension Problem.Kind {
  var word: StaticString {
    switch self {
    case .synRetry: "syn_retry"
    case .synAckRetry: "syn_ack_retry"
    case .acceptQueueFull: "accept_queue_full"
    case .retransmission: "retransmission"
    case .outOfOrder: "out_of_order"
    case .duplicate: "duplicate"
    case .lostSegment: "lost_segment"
    case .missedByCapture: "missed_by_capture"
    case .zeroWindow: "zero_window"
    case .damaged: "damaged"
    case .resetIgnored: "reset_ignored"
    case .resetAfterClose: "reset_after_close"
    case .icmpError: "icmp_error"
    case .dataAfterClose: "data_after_close"
    case .fastOpenRejected: "fast_open_rejected"
    case .clockBackwards: "clock_backwards"
    case .duplicateUnseen: "duplicate_unseen"
    case .keepAliveUnanswered: "keep_alive_unanswered"
    case .challengeAck: "challenge_ack"
    }
  }
}

extension ResetFlaw {
  var word: StaticString {
    switch self {
    case .acknowledgesNothing: "acknowledges_nothing"
    case .offNextNumber: "off_next_number"
    case .outsideWindow: "outside_window"
    }
  }
}

extension SegmentCause {
  var word: StaticString {
    switch self {
    case .timeout: "timeout"
    case .fastRetransmit: "fast_retransmit"
    case .tailLossProbe: "tail_loss_probe"
    case .spurious: "spurious"
    case .syn: "syn"
    case .synAck: "syn_ack"
    case .fin: "fin"
    case .keepAlive: "keep_alive"
    case .zeroWindowProbe: "zero_window_probe"
    case .reordered: "reordered"
    case .duplicatedByNetwork: "duplicated_by_network"
    case .duplicatedByCapture: "duplicated_by_capture"
    }
  }
}

extension Doubt {
  var word: StaticString {
    switch self {
    case .clientInferred: "client_inferred"
    case .oneDirection: "one_direction"
    case .segmentationOffload: "segmentation_offload"
    case .checksumOffload: "checksum_offload"
    case .checksumsAllWrong: "checksums_all_wrong"
    case .duplicatedByCapture: "duplicated_by_capture"
    case .clockBackwards: "clock_backwards"
    case .missedPackets: "missed_packets"
    case .manyHoles: "many_holes"
    case .droppedPackets: "dropped_packets"
    }
  }
}

extension Departure {
  var word: StaticString {
    switch self {
    case .closed: "closed"
    case .idle: "idle"
    case .evicted: "evicted"
    case .end: "end"
    }
  }
}
