import SynfinLifecycle
import Testing

/// Which RSTs count (RFC 9293 §3.10.7, RFC 5961 §3.2).
@Suite struct ResetTests {
  /// In SYN-SENT an RST counts if it acknowledges the SYN (RFC 9293 §3.10.7.3).
  @Test(arguments: [
    ("s RST+ACK 0 ack 1", "refused"), ("s RST 0", "unanswered"),
    ("s RST+ACK 0 ack 0", "unanswered"),
    ("s RST+ACK 0 ack 2", "unanswered"), ("s RST+ACK 77777 ack 1", "refused"),
    ("s RST 1 ack 1", "refused"),
  ])
  func synSent_rst(_ line: String, _ outcome: String) {
    let record = Story("c SYN 0\n" + line).record
    #expect(record.outcome.rawValue == outcome)
    #expect((record.problem(.resetIgnored) != nil) == (outcome == "unanswered"))
    #expect(record.closedBy == nil)
  }

  @Test func synSent_rstForData() {
    let record = Story("c SYN 0 len 50\ns RST+ACK 0 ack 51").record
    #expect(record.outcome == .refused)
  }

  /// In the window but not at the expected number: a challenge ACK is due.
  @Test(arguments: [
    ("c RST 1", true, "client"), ("s RST+ACK 1 ack 1", true, "server"), ("c RST 2", false, ""),
    ("c RST 60000", false, ""), ("c RST 70000", false, ""), ("c RST 0", false, ""),
    ("c RST -5000", false, ""), ("s RST 2", false, ""),
  ])
  func established_rst(_ line: String, _ counts: Bool, _ closer: String) {
    let record = Story(opened + line).record
    #expect(record.outcome == (counts ? .reset : .open))
    #expect(record.closedBy?.rawValue ?? "" == closer)
    #expect(record.teardown?.kind == (counts ? .reset : TeardownRecord.Kind.none))
    #expect((record.problem(.resetIgnored)?.packets == [4]) == !counts)
    #expect(record.client.states.hasSuffix(counts ? "CLOSED" : "ESTABLISHED"))
    #expect(record.server.states.hasSuffix(counts ? "CLOSED" : "ESTABLISHED"))
  }

  @Test(arguments: [
    ("c RST 2", ResetFlaw.offNextNumber), ("c RST 60000", .offNextNumber),
    ("c RST 70000", .outsideWindow), ("c RST 0", .outsideWindow),
  ])
  func established_rstSaysWhyItWasIgnored(_ line: String, _ flaw: ResetFlaw) {
    #expect(Story(opened + line).record.problem(.resetIgnored)?.flaw == flaw)
  }

  @Test func synSent_rstThatAcknowledgesNothing() {
    let record = Story("c SYN 0\ns RST 1").record
    #expect(record.problem(.resetIgnored)?.flaw == .acknowledgesNothing)
  }

  @Test(arguments: [1, 51, 101])
  func established_rstBesideDataUnderWay(_ number: Int) {
    let record = Story(opened + "c DATA 1 ack 1 len 100\nc RST \(number)").record
    #expect(record.gist == "reset by client, three_way, reset")
  }

  @Test func synReceived_rstOfServer() {
    let record = Story("c SYN 0\ns SYN+ACK 0 ack 1\ns RST 1 ack 1").record
    #expect(record.outcome == .halfOpen)
    #expect(record.server.states == "SYN_RCVD CLOSED")
  }

  @Test(arguments: [
    ("c FIN 1 ack 1", "s RST 1 ack 2", "server"),
    ("c FIN 1 ack 1\ns ACK 1 ack 2", "s RST 1", "server"),
    ("c FIN 1 ack 1\ns ACK 1 ack 2", "c RST 2", "client"),
    ("c FIN 1 ack 1\ns ACK 1 ack 2", "c RST 1", "client"),
    ("c FIN 1 ack 1\ns FIN 1 ack 2", "c RST 2", "client"),
    ("c FIN 1 ack 1\ns FIN 1 ack 1", "c RST 2", "client"),
    ("c FIN 1 ack 1", "c RST 2", "client"),
  ])
  func closing_rst(_ before: String, _ line: String, _ closer: String) {
    let record = Story(opened + before + "\n" + line).record
    #expect(record.outcome == .reset)
    #expect(record.closedBy?.rawValue == closer)
    #expect(record.teardown?.kind == .reset)
    #expect(record.teardown?.packets.first == 4)
    #expect(record.client.states.hasSuffix("CLOSED"))
    #expect(record.server.states.hasSuffix("CLOSED"))
  }

  @Test func closed_moreSegments() {
    let record = Story(
      opened + "c RST 1\ns DATA 1 ack 1 len 20\nc RST 1\ns FIN 21 ack 1\ns RST 1"
    ).record
    #expect(record.gist == "reset by client, three_way, reset")
    #expect(record.server.states == "SYN_RCVD ESTABLISHED CLOSED")
    #expect(record.problem(.dataAfterClose)?.packets == [5])
  }

  @Test func established_rstWithData() {
    let record = Story(opened + "s RST+ACK 1 ack 1 len 12").record
    #expect(record.gist == "reset by server, three_way, reset")
  }

  /// A blind attacker guesses; the answer shows that the connection lives on.
  @Test func established_challenged() {
    let story = Story(opened + "s RST 500\nc ACK 1 ack 1\nc DATA 1 ack 1 len 5\ns ACK 1 ack 6")
    #expect(story.record.outcome == .open)
    #expect(story.record.problem(.resetIgnored)?.packets == [4])
  }

  @Test func established_rstAfterChallenge() {
    let story = Story(opened + "s RST 500\nc ACK 1 ack 1\ns RST 1")
    #expect(story.record.gist == "reset by server, three_way, reset")
    #expect(story.record.problem(.resetIgnored)?.packets == [4])
  }

  @Test func established_keepAliveTimeout() {
    let record = Story(
      opened + "c +75s ACK 0 ack 1\nc +75s ACK 0 ack 1\nc +75s RST+ACK 1 ack 1"
    ).record
    #expect(record.gist == "reset by client, three_way, reset")
    #expect(record.client.tcp?.keepAlives == 2)
    #expect(record.client.tcp?.retransmissions == 0)
  }
}
