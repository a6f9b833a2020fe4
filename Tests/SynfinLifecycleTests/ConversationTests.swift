import SynfinLifecycle
import SynfinWire
import Testing

/// UDP conversations and pings.
@Suite struct ConversationTests {
  @Test(arguments: [
    ("c UDP len 9\ns UDP len 9", "answered"), ("c UDP len 9\nc UDP len 9", "unanswered"),
    ("c UDP len 9\ns ICMP 3/3 quoting c UDP", "unreachable"),
    ("c UDP len 9\nr ICMP 3/1 quoting c UDP", "unreachable"),
    ("c UDP len 9\nr ICMP 11/0 quoting c UDP", "unreachable"),
    ("c UDP len 9\nr ICMP 3/4 mtu 1400 quoting c UDP", "unanswered"),
    ("c UDP len 9\ns UDP len 9\nc ICMP 3/3 quoting s UDP", "answered"),
    ("c UDP len 9\nr ICMP 3/1 bad quoting c UDP", "unanswered"),
  ])
  func udp_outcome(_ text: String, _ outcome: String) {
    let record = Story(text).record
    #expect(record.outcome.rawValue == outcome)
    #expect(record.handshake == nil)
    #expect(record.closedBy == nil)
  }

  @Test func udp_toMany() {
    var setting = Story.Setting()
    setting.isToMany = true
    #expect(Story("c UDP len 9", setting).record.outcome == .oneWay)
    #expect(Story("c UDP len 9\ns UDP len 9", setting).record.outcome == .answered)
  }

  @Test func udp_responseTimes() {
    let record = Story(
      """
      c UDP len 20
      s +5ms UDP len 90
      s +1ms UDP len 90
      c +100ms UDP len 20
      c +10ms UDP len 20
      s +7ms UDP len 90
      """
    ).record
    #expect(record.responseTime?.samples == 2)
    #expect(record.responseTime?.minimum == 5_000_000)
    #expect(record.responseTime?.maximum == 7_000_000)
    #expect(record.exchanges == 2)
    #expect(record.timeToFirstByte == 5_000_000)
    #expect(record.client.payloadBytes == 60)
    #expect(record.server.ipBytes == 3 * 118)
    #expect(record.longestIdle == 100_000_000)
  }

  @Test(arguments: [("+60s", 1), ("+60.001s", 2)])
  func udp_timeout(_ delay: String, _ count: Int) {
    let story = Story("c UDP len 9\ns \(delay) UDP len 9")
    #expect(story.records.count == count)
    #expect(Set(story.verdicts.map(\.stream)) == [0])
  }

  @Test func udp_timeoutSetting() {
    var setting = Story.Setting()
    setting.options.conversationTimeout = 1_000_000_000
    #expect(
      Story("c UDP len 9\nc +2s UDP len 9", setting).outcomes == ["unanswered", "unanswered"])
  }

  @Test func udp_serviceAnswersFirst() {
    let record = Story("s UDP len 9\nc UDP len 9").record
    #expect(record.client.port == 40_000)
    #expect(record.doubts == [.clientInferred])
    #expect(record.exchanges == 0)
  }

  @Test func udp_clockBackwards() {
    let record = Story("c UDP len 9\ns -5s UDP len 9").record
    #expect(record.responseTime?.maximum == 0)
    #expect(record.doubts == [.clockBackwards])
  }

  // MARK: - Ping

  @Test func echo_matched() {
    let record = Story(
      """
      c ECHO 9/1
      s +3ms REPLY 9/1
      c +1s ECHO 9/2
      c +1s ECHO 9/3
      s +1ms REPLY 9/3
      s +1ms REPLY 9/3
      """
    ).record
    #expect(record.outcome == .answered)
    #expect(record.echo?.requests == 3)
    #expect(record.echo?.replies == 2)
    #expect(record.echo?.lost == 1)
    #expect(record.responseTime?.maximum == 3_000_000)
    #expect(record.client.port == nil)
  }

  @Test(arguments: [
    ("c ECHO 9/1", "unanswered"), ("c ECHO 9/1\nr ICMP 3/1 quoting c ECHO 9", "unreachable"),
    ("c ECHO 9/1\ns REPLY 9/2", "unanswered"), ("c ECHO 9/1\ns REPLY 9/1 bad", "unanswered"),
    ("s REPLY 9/1", "unanswered"),
  ])
  func echo_outcome(_ text: String, _ outcome: String) {
    let record = Story(text).record
    #expect(record.outcome.rawValue == outcome)
    #expect("\(record.client.address)" == "192.0.2.1")
  }

  @Test func echo_ipv6() {
    var setting = Story.Setting()
    setting.server = IPAddress(ipv6High: 8, low: 8)
    let record = Story("c ECHO 9/1\ns REPLY 9/1", setting).record
    #expect(record.outcome == .answered)
  }

  @Test func echo_identifiersApart() {
    let story = Story("c ECHO 9/1\nc ECHO 8/1\ns REPLY 8/1\ns REPLY 9/1")
    #expect(story.outcomes == ["answered", "answered"])
    #expect(story.records.map(\.stream) == [0, 1])
  }
}

/// ICMP errors that quote TCP segments (RFC 9293 §3.9.2.2, RFC 5927).
@Suite struct ICMPErrorTests {
  @Test(arguments: [
    ("c SYN 0\nr ICMP 3/3 quoting c 0", "refused"),
    ("c SYN 0\nr ICMP 3/1 quoting c 0", "unreachable"),
    ("c SYN 0\nr ICMP 11/0 quoting c 0", "unreachable"),
    ("c SYN 0\nr ICMP 3/1 quoting c 0\nc +1s SYN 0\ns SYN+ACK 0 ack 1\nc ACK 1 ack 1", "open"),
    ("c SYN 0\ns SYN+ACK 0 ack 1\nr ICMP 3/1 quoting s 0", "half_open"),
    ("c SYN 0\nr ICMP 3/1 quoting c 7777", "unanswered"),
    ("c SYN 0\nr ICMP 3/1 bad quoting c 0", "unanswered"),
    ("c SYN 0\nr ICMP 3/4 mtu 1400 quoting c 0", "unanswered"),
    (opened + "r ICMP 3/1 quoting c 1", "open"), (opened + "r ICMP 3/3 quoting c 1", "open"),
  ])
  func tcp_outcome(_ text: String, _ outcome: String) {
    #expect(Story(text).record.outcome.rawValue == outcome)
  }

  @Test func tcp_pathMTU() {
    let story = Story(opened + "c DATA 1 ack 1 len 1460\nr ICMP 3/4 mtu 1400 quoting c 1")
    let error = story.record.icmpErrors.first
    #expect(error?.mtu == 1400)
    #expect(error?.packet == 5)
    #expect(error?.toward == .client)
    #expect(error.map { "\($0.reporter)" } == "10.0.0.1")
    #expect(story.verdicts[4].isQuote)
    #expect(story.verdicts[4].connection == 1)
    #expect(story.record.lastPacket == 4)
    #expect(story.totals.icmp == 1)
  }

  @Test func tcp_oldIncarnation() {
    let story = Story("c SYN 0\nc +1s SYN 500000\nr ICMP 3/1 quoting c 0\ns RST+ACK 0 ack 500001")
    #expect(story.outcomes == ["unreachable", "refused"])
  }

  @Test func unknown_flow() {
    let story = Story("c SYN 0\nr ICMP 3/1 quoting c9 0\nr ICMP 3/3 quoting c UDP")
    #expect(story.totals.unmatchedErrors == 2)
    #expect(story.record.troubles == "")
  }

  @Test func tcp_ipv6() {
    var setting = Story.Setting()
    setting.server = IPAddress(ipv6High: 8, low: 8)
    #expect(Story("c SYN 0\nr ICMP 1/4 quoting c 0", setting).record.outcome == .refused)
    #expect(Story("c SYN 0\nr ICMP 1/0 quoting c 0", setting).record.outcome == .unreachable)
  }
}
