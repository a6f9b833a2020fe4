import SynfinLifecycle
import Testing

/// Who doubled a packet: the network or the capture.
@Suite struct CopyTests {
  private static let sack = """
    c SYN 0 mss 1460 sackok
    s +10ms SYN+ACK 0 ack 1 mss 1460 sackok
    c +10us ACK 1 ack 1

    """
  private static let plain = sack.replacing(" sackok", with: "")

  private func counts(_ text: String, _ side: Side = .client) throws -> CauseCounts {
    let record = Story(text).record
    return try #require((side == .client ? record.client : record.server).tcp).causes
  }

  /// A router takes one off; what is sent again or doubled by the network has the same time to live.
  @Test(arguments: [(63, 1), (64, 0)])
  func otherTimeToLive_isTheCapture(_ second: Int, _ captured: UInt64) throws {
    let story =
      Self.plain + """
        c DATA 1 ack 1 len 100 id 7 ttl 64
        c +2ms DATA 1 ack 1 len 100 id 7 ttl \(second)
        s +10ms ACK 1 ack 101
        """
    #expect(try counts(story).duplicatedByCapture == captured)
    #expect(try counts(story).duplicatedByNetwork == 1 - captured)
    #expect(Story(story).record.doubts.contains(.duplicatedByCapture) == (captured == 1))
  }

  /// Without an identification too, which few hosts set in IPv6.
  @Test func otherTimeToLive_withoutIdentification() {
    let story =
      Self.plain + "c DATA 1 ack 1 len 100 ttl 64\nc +2ms DATA 1 ack 1 len 100 ttl 63"
    #expect(Story(story).causes == "5 duplicated_by_capture")
  }

  /// RFC 2883 §4: a receiver reports what it got twice.
  @Test(arguments: [("", 1), (" sack 1 101", 0)])
  func missingReport_isTheCapture(_ report: String, _ captured: UInt64) throws {
    let story =
      Self.sack + """
        c DATA 1 ack 1 len 100 id 7
        c +2ms DATA 1 ack 1 len 100 id 7
        s +10ms ACK 1 ack 101 id 8
        s +2ms ACK 1 ack 101 id 9\(report)
        """
    #expect(Story(story).causes == "5 duplicated_by_network")
    #expect(try counts(story).duplicatedByCapture == captured)
    #expect(try counts(story).duplicatedByNetwork == 1 - captured)
  }

  /// Without SACK, and while nothing of it is acknowledged, nobody reports.
  @Test(arguments: [(plain, "s +10ms ACK 1 ack 101 id 8"), (sack, "s +10ms ACK 1 ack 1 id 8")])
  func nobodyReports_undecided(_ opening: String, _ answer: String) throws {
    let story =
      opening + "c DATA 1 ack 1 len 100 id 7\nc +2ms DATA 1 ack 1 len 100 id 7\n" + answer
    #expect(try counts(story).duplicatedByNetwork == 1)
  }

  /// Bare acknowledgements draw no report: the other direction tells.
  @Test func acknowledgments_followTheData() throws {
    let story =
      Self.sack + """
        c DATA 1 ack 1 len 100 id 7
        c +200us DATA 1 ack 1 len 100 id 7
        s +10ms ACK 1 ack 101 id 8
        s +200us ACK 1 ack 101 id 8
        """
    #expect(try counts(story, .server).duplicatedByCapture == 1)
    #expect(try counts(story, .server).duplicatedByNetwork == 0)
  }
}
