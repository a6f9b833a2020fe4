import SynfinLifecycle
import Testing

@testable import SynfinReport

@Suite struct TopTableTests {
  private typealias Samples = TopSamples

  private func lines(
    _ flows: [FlowSnapshot], width: Int, _ order: TopOrder = TopSamples.order(.number),
    numeric: Bool = false
  ) -> [ScreenLine] {
    var table = TopTable()
    let sample = Samples.sample(flows, order)
    return table.lines(sample.rows[...], of: sample, width: width, order, numeric: numeric)
  }

  @Test func columns80_holdWhatMattersMost() {
    #expect(
      lines(Samples.mixed, width: 80).map(\.text) == [
        "client          state  server                state   >bps  <bps   RTT retr  idle",
        "192.0.2.1:40000 ESTAB  198.51.100.7:https    ESTAB   8.0M  160k  12ms    0  0.2s",
        "192.0.2.1:50000 UDP    192.0.2.53:domain              320   960 4.2ms       4.9s",
        "192.0.2.2:40002 FIN_W2 198.51.100.7:ssh      CLO_W      0  4.0M 214ms    3   10m",
        "192.0.2.1:40003 SYN_S  203.0.113.9:5432      -          0     0          0  1.0s",
        "192.0.2.1       ICMP   192.0.2.254                    448   448  85us       0.5s",
        "192.0.2.1:40001 TIME_W 198.51.100.7:https    CLOSED 72.0M 72.0M 850us    7   30s",
      ])
  }

  @Test func columns200_holdAll() {
    let lines = lines(Samples.mixed, width: 200).map(\.text)
    // The bar of titles goes from edge to edge.
    #expect(lines[0].count == 200)
    let table = lines.map { $0.trimmed }.joined(separator: "\n")
    #expect(
      table == """
         #  prot  client           state        server                  state         >bps   <bps\
            RTT  retr    age   idle
         1  TCP   192.0.2.1:40000  ESTABLISHED  198.51.100.7:https      ESTABLISHED   8.0M   160k\
           12ms     0  1h01m   0.2s
         3  UDP   192.0.2.1:50000               192.0.2.53:domain                      320    960\
          4.2ms         5.0s   4.9s
         4  TCP   192.0.2.2:40002  FIN_WAIT_2   198.51.100.7:ssh        CLOSE_WAIT       0   4.0M\
          214ms     3  2d07h    10m
         5  TCP   192.0.2.1:40003  SYN_SENT     203.0.113.9:postgresql  -                0      0\
                    0   3.0s   1.0s
         6  ICMP  192.0.2.1                     192.0.2.254                            448    448\
           85us         2.0s   0.5s
         2  TCP   192.0.2.1:40001  TIME_WAIT    198.51.100.7:https      CLOSED       72.0M  72.0M\
          850us     7  1m30s    30s
        """)
  }

  @Test(arguments: 0...130) func everyWidth_isKept(_ width: Int) {
    for flows in [Samples.mixed, [Self.long]] {
      for line in lines(flows, width: width) {
        #expect(line.text.count <= width)
        #expect(line.text.allSatisfy { $0.isASCII })
      }
    }
  }

  private static let long = Samples.flow(
    123_456_789_012, .tcp,
    ("2001:db8:aaaa:bbbb:cccc:dddd:eeee:1111", 65_535, .established),
    ("2001:db8:aaaa:bbbb:cccc:dddd:eeee:2222", 443, .established), sent: .max, received: .max,
    retransmissions: .max, roundTrip: .max, age: 1_799_999_999, idle: -1_000_000)

  /// The longest of everything: numbers stay in their columns, addresses lose their middle.
  @Test func longest_isCutInTheMiddle() {
    #expect(
      lines([Self.long], width: 80).map(\.text)[1]
        == "[2001:db~:1111]:65535 ESTAB  [2001:db~ee:2222]:443 ESTAB   lots  lots 10~1d many")
    let wide = lines([Self.long], width: 200)[1].text
    #expect(wide.contains("  [2001:db8:aaaa:bbbb:cccc:dddd:eeee:1111]:65535  "))
  }

  /// When the longest row has left, the columns stay where they were.
  @Test func columns_doNotShrink() {
    var table = TopTable()
    let order = Samples.order(.number)
    func titles(_ flows: [FlowSnapshot]) -> String {
      let sample = Samples.sample(flows, order)
      return table.lines(sample.rows[...], of: sample, width: 200, order, numeric: false)[0].text
    }
    let narrow = titles([Samples.mixed[0]])
    let wide = titles([Self.long])
    #expect(narrow != wide)
    #expect(titles([Samples.mixed[0]]) == wide)
  }

  @Test func styles_areFew() {
    let line = lines([Samples.mixed[3]], width: 80)[1]
    #expect(line.pieces.filter { $0.style == .yellow }.map(\.text) == ["FIN_W2", "CLO_W"])
    #expect(line.pieces.filter { $0.style == .red }.map(\.text) == ["3"])
    #expect(lines([Samples.mixed[1]], width: 80)[1].pieces.map(\.style) == [.dim])
    let titles = lines([], width: 80, Samples.order(.rate))[0]
    #expect(titles.pieces.filter { $0.style == .chosenTitle }.map(\.text) == [">bps", "<bps"])
  }

  @Test func numeric_showsPorts() {
    #expect(lines([Samples.mixed[0]], width: 80, numeric: true)[1].text.contains("7:443 "))
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1.0k"), (99_949, "99.9k"), (99_950, "100k"),
    (999_499, "999k"), (999_500, "1.0M"), (12_345_678, "12.3M"), (UInt64.max, "lots"),
  ])
  func counts_takeFiveColumns(_ count: UInt64, _ text: String) {
    #expect(CompactText.count(count) == text)
    #expect(text.count <= 5)
  }

  @Test(arguments: [
    (-5, "0s"), (0, "0s"), (850, "850ns"), (1000, "1.0us"), (9_949, "9.9us"), (9_951, "10us"),
    (999_499, "999us"), (999_500, "1.0ms"), (214_000_000, "214ms"), (999_500_000, "0.9s"),
    (1_250_000_000, "1.2s"), (59_999_000_000, "59s"), (123_000_000_000, "2m03s"),
    (3_599_000_000_000, "59m"), (18_600_000_000_000, "5h10m"), (82_800_000_000_000, "23h"),
    (273_600_000_000_000, "3d04h"), (Int64.max, "106751d"),
  ])
  func durations_takeFiveColumns(_ nanoseconds: Int64, _ text: String) {
    #expect(CompactText.duration(nanoseconds) == text)
    // Nothing has lasted for a century and more but what has a wrong time.
    #expect(text.count <= 5 || nanoseconds == .max)
  }

  @Test func states_takeSixColumns() {
    let all = (0...TCPState.closed.rawValue).compactMap(TCPState.init).map(CompactText.state)
    #expect(Set(all).count == 12)
    #expect(all.allSatisfy { $0.count <= 6 })
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
