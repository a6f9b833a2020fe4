import SynfinLifecycle
import Testing

/// The labels of tshark, rule by rule.
@Suite struct LabelTests {
  private static let data = opened + "c DATA 1 ack 1 len 100\ns ACK 1 ack 101\n"

  @Test(arguments: [
    // 1 and 8: the probe of a closed window and its answer.
    (
      "s ACK 1 ack 101 win 0\nc DATA 101 ack 1 len 1\ns ACK 1 ack 101 win 0",
      "6 zero_window, 7 zero_window_probe, 8 zero_window+zero_window_probe_ack"
    ),
    // 2: not on SYN, FIN and RST.
    ("s FIN 1 ack 101 win 0", ""),
    // 3
    ("c DATA 201 ack 1 len 5", "6 lost_segment"), ("c RST 201", ""),
    // 4
    ("c ACK 100 ack 1", "6 keep_alive"),
    ("c DATA 100 ack 1 len 1", "6 keep_alive"),
    // 5: a smaller window is an update, too.
    ("s ACK 1 ack 101 win 9", "6 window_update"), ("c ACK 101 ack 2 win 9", "6 ack_lost_segment"),
    // 6: ends exactly at the edge.
    ("s ACK 1 ack 101 win 50\nc DATA 101 ack 1 len 50", "6 window_update, 7 window_full"),
    ("s ACK 1 ack 101 win 50\nc DATA 101 ack 1 len 49", "6 window_update"),
    // 9
    ("s ACK 1 ack 101\ns ACK 1 ack 101", "6 duplicate_ack, 7 duplicate_ack"),
    ("s ACK 1 ack 101 mptcp 4", ""),
    // 11
    ("s ACK 1 ack 500", "6 ack_lost_segment"),
    // 12a: the peer has it already.
    ("c DATA 1 ack 1 len 100", "6 spurious_retransmission"),
    // 12b: after two duplicates, soon.
    (
      "c DATA 201 ack 1 len 100\ns ACK 1 ack 101\ns ACK 1 ack 101\nc DATA 101 ack 1 len 100",
      "6 lost_segment, 7 duplicate_ack, 8 duplicate_ack, 9 fast_retransmission"
    ),
    (
      "c DATA 201 ack 1 len 100\ns ACK 1 ack 101\ns ACK 1 ack 101\nc +20ms DATA 101 ack 1 len 100",
      "6 lost_segment, 7 duplicate_ack, 8 duplicate_ack, 9 retransmission"
    ),
    // 12c: within the initial round trip of 2 ms, and not at the end.
    ("c DATA 201 ack 1 len 100\nc DATA 101 ack 1 len 100", "6 lost_segment, 7 out_of_order"),
    ("c DATA 201 ack 1 len 100\nc +2ms DATA 101 ack 1 len 100", "6 lost_segment, 7 retransmission"),
    // 12d: at the end it is a repeat, however soon.
    ("c DATA 101 ack 1 len 50\nc +1us DATA 101 ack 1 len 50", "7 retransmission"),
    ("c DATA 101 ack 1 len 50\nc -5ms DATA 101 ack 1 len 20", "7 retransmission"),
    ("c FIN 101 ack 1\nc +1s FIN 101 ack 1", "7 retransmission"),
  ])
  func established_label(_ text: String, _ labels: String) {
    #expect(Story(Self.data + text).labels == labels)
  }

  @Test(arguments: [
    ("c SYN 0\nc +1s SYN 0", "2 retransmission"), ("c SYN 0\nc SYN 5", "2 reused_ports"),
    ("c SYN 0\ns SYN+ACK 0 ack 1\ns SYN+ACK 9 ack 1", "3 lost_segment+reused_ports"),
    ("c SYN 0\ns SYN+ACK 0 ack 1\ns +1s SYN+ACK 0 ack 1", "3 retransmission"),
    ("c DATA 1 ack 1 len 5\nc SYN 0", "2 out_of_order"),
    ("c DATA 1 ack 1 len 5\nc SYN 9", "2 reused_ports"),
  ])
  func opening_label(_ text: String, _ labels: String) {
    #expect(Story(text).labels == labels)
  }

  @Test func full_needsScale() {
    #expect(Story("s ACK 1 ack 1 win 10\nc DATA 1 ack 1 len 10").labels == "")
    let scaled = """
      c SYN 0 ws 2
      s SYN+ACK 0 ack 1 ws 3 win 100
      c ACK 1 ack 1
      c DATA 1 ack 1 len 100
      s ACK 1 ack 101 win 10
      c DATA 101 ack 1 len 80
      """
    #expect(Story(scaled).labels == "4 window_full, 6 window_full")
  }

  // MARK: - Completeness

  @Test(
    arguments: [
      ("c SYN 0", 1), ("c SYN 0 len 5", 9), ("s SYN+ACK 0 ack 1", 2), ("c ACK 1 ack 1", 4),
      ("c DATA 1 ack 1 len 5", 8), ("c FIN 1 ack 1", 20), ("c FIN 1", 0), ("c RST 1", 32),
      ("c RST+ACK 1 ack 1", 36), ("c ACK 1 ack 1\nc SYN 0", 4), ("c FIN+ACK 1 ack 1 len 3", 24),
    ] as [(String, UInt8)])
  func completeness_bits(_ text: String, _ bits: UInt8) {
    #expect(Story(text).record.completeness == bits)
  }
}
