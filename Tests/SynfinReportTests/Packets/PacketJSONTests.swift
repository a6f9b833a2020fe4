import SynfinLifecycle
import SynfinWire
import Testing

@testable import SynfinReport

@Suite struct PacketJSONTests {
  private func json(
    _ packet: Packet, _ verdict: PacketVerdict = PacketVerdict(), hasTime: Bool = true,
    length: Int = 60
  ) -> String {
    var writer = JSONWriter()
    PacketJSON.write(
      into: &writer, number: 4, time: Timestamp(nanoseconds: 1_500_000_000), hasTime: hasTime,
      packet: packet, verdict: verdict, capturedLength: length, originalLength: length)
    writer.newline()
    return String(writer.text.string.dropLast())
  }

  private let known: PacketVerdict = {
    var verdict = PacketVerdict()
    verdict.connection = 3
    verdict.stream = 1
    verdict.labels = [.retransmission]
    return verdict
  }()

  @Test func writesASegment() {
    let packet = PacketSamples.decode(PacketSamples.syn, .ethernet)
    #expect(
      json(packet, known, length: 74)
        == #"{"number":4,"time":"1970-01-01T00:00:01.500000000Z","protocol":"tcp","stream":1,"#
        + #""connection":3,"source":"192.0.2.1","source_port":51514,"#
        + #""destination":"192.0.2.2","destination_port":443,"flags":["SYN"],"#
        + #""seq":305419896,"ack":0,"window":64240,"payload":0,"analysis":["retransmission"],"#
        + #""options":{"mss":1460,"window_scale":7,"sack_permitted":true,"timestamp_value":100,"#
        + #""timestamp_echo_reply":0},"captured":74,"length":74}"#)
  }

  @Test func writesCauseAndDSACK() {
    var verdict = known
    verdict.cause = .fastRetransmit
    let packet = PacketSamples.acknowledgment(sack: [(100, 200), (400, 500)], number: 300)
    let text = json(packet, verdict)
    #expect(text.contains(#""analysis":["retransmission"],"cause":"fast_retransmit","options""#))
    #expect(text.contains(#""sack":[[100,200],[400,500]],"dsack":[100,200]"#))
    let plain = json(PacketSamples.acknowledgment(sack: [(400, 500)], number: 300), known)
    #expect(!plain.contains("dsack") && !plain.contains("cause"))
  }

  @Test func writesADatagramOfNoConversation() {
    let packet = PacketSamples.decode(PacketSamples.query, .raw)
    #expect(
      json(packet, hasTime: false)
        == #"{"number":4,"protocol":"udp","source":"192.0.2.1","source_port":54321,"#
        + #""destination":"192.0.2.2","destination_port":53,"payload":4,"checksum":"absent","#
        + #""captured":60,"length":60}"#)
  }

  @Test func givesAFragmentNoPortsAndNoStream() {
    let text = json(PacketSamples.decode(PacketSamples.fragment6, .raw))
    #expect(text.contains(#""protocol":"fragment","source":"2001:db8::1","destination""#))
    #expect(!text.contains("port"))
    #expect(!text.contains("stream"))
    #expect(text.contains(#""fragment":{"identification":7,"offset":0,"more":true}"#))
  }

  @Test func takesTheReassembledHeader() {
    var verdict = known
    verdict.reassembled = .udp(
      Datagram(sourcePort: 5, destinationPort: 53, payloadLength: 4000))
    let text = json(PacketSamples.decode(PacketSamples.fragment6, .raw), verdict)
    #expect(text.contains(#""protocol":"udp","stream":1"#))
    #expect(text.contains(#""source_port":5"#))
    #expect(text.contains(#""payload":4000"#))
  }

  @Test func keepsAnErrorOutOfTheStreamItQuotes() {
    var verdict = known
    verdict.isQuote = true
    let text = json(PacketSamples.decode(PacketSamples.tooBig, .raw), verdict)
    #expect(text.contains(#""protocol":"icmp","connection":3"#))
    #expect(!text.contains("stream"))
    #expect(text.contains(#""type":3,"code":4"#))
    #expect(text.contains(#""mtu":1400"#))
  }

  @Test func namesOtherProtocols() {
    #expect(json(PacketSamples.decode(PacketSamples.arp, .ethernet)).contains(#""protocol":"arp""#))
    #expect(json(Packet()).contains(#""protocol":"other""#))
    var packet = Packet()
    packet.ip.version = 4
    packet.transport = .other(IPProtocol(rawValue: 2))
    #expect(json(packet).contains(#""protocol":"igmp""#))
    packet.transport = .other(IPProtocol(rawValue: 200))
    #expect(json(packet).contains(#""protocol":"other""#))
  }

  @Test func givesACutSegmentItsProtocolButNoPorts() {
    let cut = Array(PacketSamples.syn.prefix(44))
    let packet = unsafe Packet.decode(cut.span.bytes, linkType: .ethernet, originalLength: 74)
    let text = json(packet, length: 44)
    #expect(text.contains(#""protocol":"tcp","source":"192.0.2.1","destination""#))
    #expect(text.contains(#""issue":"tcp header cut short"#))
    #expect(!text.contains("port\""))
  }
}
