import SynfinLifecycle
import SynfinReport
import SynfinWire
import Testing

@Suite struct EventTests {
  private static let start = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

  private static func event(
    _ kind: LifeEvent.Kind, _ change: (inout LifeEvent) -> Void = { _ in }
  ) -> LifeEvent {
    var tracker = Tracker(options: options)
    var packet = Packet()
    packet.ip.version = 4
    packet.ip.source = IPAddress(ipv4: 0xC000_0201)
    packet.ip.destination = IPAddress(ipv4: 0xC633_6407)
    packet.transport = .tcp(
      Segment(
        sourcePort: 40_000, destinationPort: 443, sequenceNumber: SequenceNumber(1), flags: .syn))
    let nothing: [UInt8] = []
    _ = unsafe tracker.process(packet, nothing.span.bytes, number: 7, time: start)
    var events: [LifeEvent] = []
    tracker.takeEvents { events.append($0) }
    var event = events[0]
    event.kind = kind
    change(&event)
    return event
  }

  private static var options: TrackerOptions {
    var options = TrackerOptions()
    options.expiry = Expiry()
    return options
  }

  private static let closed = event(.closed) {
    $0.side = .server
    $0.teardown = .threeWay
    $0.duration = 1_234_000_000
    $0.clientBytes = 480
    $0.serverBytes = 16_200
  }

  @Test(arguments: [
    (event(.opened), "SYN"), (event(.midstream), "already open: its start was not captured"),
    (event(.established) { $0.duration = 12_300_000 }, "established, RTT 12 ms"),
    (event(.firstData) { $0.side = .server }, "first data, from the server"),
    (
      event(.halfClosed) { $0.side = .client },
      "half-closed: the client sends no more, the server still may"
    ),
    (closed, "closed by the server, 3-way after 1.2 s; 480 B sent, 16.2 kB received"),
    (
      event(.closed) { $0.teardown = .simultaneous },
      "closed by both ends at once; 0 B sent, 0 B received"
    ),
    (event(.refused) { $0.duration = 200_000 }, "refused after 200 µs"),
    (event(.unanswered) { $0.duration = 121_000_000_000 }, "unanswered after 2 min 1 s"),
    (
      event(.problem) {
        $0.problem = .zeroWindow
        $0.side = .server
      }, "window closed: the client must wait for the server"
    ),
    (
      event(.problem) {
        $0.problem = .damaged
        $0.dropped = 3
      }, "damaged (checksum)  (the capture dropped 3 packets meanwhile)"
    ),
  ])
  func lines(_ event: LifeEvent, _ words: String) {
    let line = line(event)
    #expect(line.hasSuffix("  " + words), "\(line)")
    #expect(
      line.hasPrefix("08:00:00.000000  #1    TCP   192.0.2.1:40000 > 198.51.100.7:443 https "))
  }

  private func line(_ event: LifeEvent) -> String {
    var printer = EventLinePrinter(zone: .utc, numeric: false, color: false)
    var text = TextBuffer()
    printer.write(event, into: &text)
    return Self.string(text)
  }

  @Test func objectsHoldWhatTheLineSays() {
    var json = JSONWriter()
    EventJSON.write(into: &json, Self.closed)
    json.newline()
    let parts = [
      #""event":"closed""#, #""time":"2027-01-15T08:00:00.000000000Z""#, #""packet":7"#, #""id":1"#,
      #""protocol":"tcp""#, #""client":{"address":"192.0.2.1","port":40000,"payload_bytes":480}"#,
      #""server":{"address":"198.51.100.7","port":443,"payload_bytes":16200}"#, #""by":"server""#,
      #""teardown":"three_way""#, #""age_ms":1234"#, #""dropped_packets":0"#,
    ]
    #expect(Self.string(json.text) == "{" + parts.joined(separator: ",") + "}\n")
  }

  private static func string(_ text: borrowing TextBuffer) -> String {
    text.withBytes { bytes in
      // Each offset is below the count.
      String(
        decoding: (0..<bytes.byteCount).map {
          unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
        }, as: UTF8.self)
    }
  }

  @Test func anotherDayIsTold() {
    var printer = EventLinePrinter(zone: .utc, numeric: false, color: false)
    var days: [String] = []
    for hours: Int64 in [0, 1, 15, 16, 17, 41] {
      var text = TextBuffer()
      let event = Self.event(.opened) { $0.time.nanoseconds += hours * 3_600_000_000_000 }
      printer.write(event, into: &text)
      let lines = Self.string(text).split(separator: "\n")
      days.append(lines.count == 2 ? String(lines[0]) : "")
    }
    // It begins at eight in the morning.
    #expect(days == ["", "", "", "2027-01-16", "", "2027-01-17"])
  }

  @Test func everyKindHasWords() {
    for kind in LifeEvent.Kind.allCases {
      #expect(!line(Self.event(kind) { $0.problem = .zeroWindow }).hasSuffix(" "), "\(kind)")
    }
    for problem in Problem.Kind.allCases {
      let event = Self.event(.problem) { $0.problem = problem }
      #expect(!line(event).hasSuffix(" "), "\(problem)")
    }
  }
}
