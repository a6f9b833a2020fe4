import SynfinWire
import TestSupport
import Testing

@testable import SynfinLifecycle
@testable import SynfinReport

@Suite struct LadderPictureTests {
  private func svg(_ record: ConnectionRecord, _ script: StoryScript) -> String {
    ConnectionStory(record: record, steps: script.steps).svg(zone: .utc, numeric: false)
  }

  private var lossy: StoryScript {
    var script = StoryScript()
    script.handshake()
    script.send(.client, .psh, 1, ack: 1, bytes: 100)
    script.send(.client, .psh, 101, ack: 1, bytes: 100)
    script.send(.server, [], 1, ack: 101, after: 10_000)
    script.send(
      .client, .psh, 101, ack: 1, bytes: 100, after: 300_000, labels: .retransmission)
    return script
  }

  @Test func whatWasSentAgainUnacknowledgedWasLost() {
    let record = ConnectionRecord.sample { $0.noteRepeats(.timeout, 7) }
    let rows = ConnectionStory(record: record, steps: lossy.steps).phases.joined()
    #expect(LostSegments(rows, record).packets == [5])
    let needless = ConnectionRecord.sample { $0.noteRepeats(.spurious, 7) }
    let other = ConnectionStory(record: needless, steps: lossy.steps).phases.joined()
    #expect(LostSegments(other, needless).packets == [])
  }

  @Test func longSilencesAreBroken() {
    let record = ConnectionRecord.sample { $0.noteRepeats(.timeout, 7) }
    let probe = DrawingProbe(svg(record, lossy))
    #expect(probe.texts.contains("300 ms later"))
    #expect(probe.texts.contains { $0.contains("timeout retransmission") })
    #expect(probe.texts.contains { $0.contains("lost") })
  }

  @Test func veryManyRowsAreSummedUpInABox() {
    var script = StoryScript()
    script.handshake()
    for turn in 0..<200 {
      let (client, server) = (UInt32(turn * 10 + 1), UInt32(turn * 20 + 1))
      script.send(.client, .psh, client, ack: server, bytes: 10)
      script.send(.server, .psh, server, ack: client + 10, bytes: 20)
    }
    let record = ConnectionRecord.sample { $0.client.packets = 200 }
    let probe = DrawingProbe(svg(record, script))
    #expect(probe.texts.contains { $0.hasSuffix("not shown one by one:") })
    #expect(TextBoxes(probe).overlaps.isEmpty)
    let all = ConnectionStory(record: record, steps: script.steps, all: true)
      .svg(zone: .utc, numeric: false)
    #expect(DrawingProbe(all).all("g", "row").count == script.steps.count)
  }

  @Test func timesThatRunBackwardsAndHugeNumbersDoNoHarm() {
    var steps = lossy.steps
    steps[4].number = .max - 1
    steps[5].time = Timestamp(nanoseconds: .min)
    steps[6].time = Timestamp(nanoseconds: .max)
    let story = ConnectionStory(record: .sample(), steps: steps)
    let xml = story.svg(zone: .utc, numeric: true)
    #expect(DrawingProbe(xml).isWellFormed)
    #expect(!xml.contains("nan") && !xml.contains("inf\""))
    let empty = ConnectionStory(record: .sample(), steps: [])
    #expect(DrawingProbe(empty.svg(zone: .utc, numeric: true)).isWellFormed)
    #expect(empty.mermaid(numeric: true).hasPrefix("sequenceDiagram\n"))
  }

  @Test func longAddressesGetRoom() throws {
    var record = ConnectionRecord.sample()
    record.client.address = IPAddress(ipv6High: 0x2001_0db8_1111_2222, low: 0x3333_4444_5555_6666)
    record.server.address = IPAddress(ipv6High: 0x2001_0db8_aaaa_bbbb, low: 0xcccc_dddd_eeee_ffff)
    let probe = DrawingProbe(svg(record, lossy))
    let boxes = TextBoxes(probe)
    #expect(boxes.overlaps.isEmpty)
    let extent = try #require(boxes.extent)
    let width = try #require(probe.elements.first?.number("width"))
    #expect(extent.lowerBound >= 0 && extent.upperBound <= width)
  }

  @Test(arguments: [
    ("plain words, 1.4 kB", "plain words, 1.4 kB"), ("a;b#c", "a#59;b#35;c"),
    ("<script>%%", "#60;script#62;#37;#37;"), ("by the end of it", "by the #101;nd of it"),
    ("End", "#69;nd"), ("a\nparticipant X", "a#65533;participant X"),
    ("[2001:db8::1]:443", "#91;2001#58;db8#58;#58;1#93;#58;443"),
  ])
  func diagramsTakeTextsForTexts(_ text: String, _ escaped: String) {
    #expect(MermaidWriter.text(text) == escaped)
  }
}
