import SynfinLifecycle
import SynfinWire
import Testing

@testable import SynfinReport

@Suite struct PacketTreeTests {
  private func tree(
    _ bytes: [UInt8], _ linkType: LinkType, _ verdict: PacketVerdict = PacketVerdict(),
    originalLength: Int? = nil
  ) -> [String] {
    let length = originalLength ?? bytes.count
    return unsafe PacketTree.lines(
      bytes: bytes.span.bytes, linkType: linkType, number: 7, time: Timestamp(nanoseconds: 0),
      hasTime: true, verdict: verdict, capturedLength: bytes.count, originalLength: length,
      zone: .utc)
  }

  /// Whether a line begins with a field's name and says a value and its meaning.
  private func says(_ lines: [String], _ name: String, _ value: String, _ meaning: String = "")
    -> Bool
  {
    lines.contains {
      let text = $0.drop { $0 == " " }
      guard text.hasPrefix(name + " ") else { return false }
      let rest = text.dropFirst(name.count).drop { $0 == " " }
      return rest.hasPrefix(value) && rest.hasSuffix(meaning)
    }
  }

  @Test func explainsAnEthernetSYN() {
    var verdict = PacketVerdict()
    verdict.connection = 1
    verdict.sequenceBase = 305_419_896
    verdict.clientState = .synSent
    let lines = tree(PacketSamples.syn, .ethernet, verdict)
    #expect(lines.first == "Frame 7, 74 bytes on the wire")
    #expect(says(lines, "Destination", "02:00:00:00:00:02", "unicast, locally administered"))
    #expect(says(lines, "Source", "00:00:5e:00:53:01", "unicast, for documentation (RFC 9542)"))
    #expect(says(lines, "States afterwards", "SYN_SENT / -"))
    #expect(says(lines, "Source address", "192.0.2.1", "class C, documentation"))
    #expect(says(lines, "Destination port", "443", "well-known: https"))
    #expect(says(lines, "Source port", "51514", "dynamic"))
    #expect(says(lines, "Sequence number", "305419896", "the initial sequence number (ISN)"))
    #expect(says(lines, "Acknowledgment number", "0", "no meaning: ACK is not set"))
    #expect(says(lines, "Data offset", "10", "40 bytes of header"))
    #expect(says(lines, "SYN", "1", "carries the initial sequence number"))
    #expect(says(lines, "Window scale", "kind 3, 3 bytes", "7: windows count units of 128"))
    #expect(says(lines, "Timestamps", "kind 8, 10 bytes", "TSval 100, TSecr 0 (RFC 7323 §3)"))
  }

  @Test func explainsUDPWithoutAChecksum() {
    let lines = tree(PacketSamples.query, .raw)
    #expect(says(lines, "Length", "12", "8 header + 4 payload"))
    #expect(says(lines, "Checksum", "0x0000", "none computed by the sender (RFC 768)"))
    #expect(says(lines, "Time to live", "63", "1 passed if the sender started at 64"))
    #expect(lines.contains { $0.contains("0000  de ad be ef") })
  }

  @Test func explainsWhatAnErrorQuotes() {
    let lines = tree(PacketSamples.tooBig, .raw)
    #expect(says(lines, "Code", "4", "fragmentation needed"))
    #expect(says(lines, "MTU", "1400", "largest packet the next link takes"))
    #expect(says(lines, "Source", "192.0.2.1:51514"))
    #expect(says(lines, "Header checksum", "0x", "correct"))
  }

  @Test func explainsIPv6ExtensionHeaders() {
    let lines = tree(PacketSamples.fragment6, .raw)
    #expect(says(lines, "DSCP", "44", "VOICE-ADMIT"))
    #expect(says(lines, "Router alert", "0", "multicast listener discovery"))
    #expect(says(lines, "PadN", "2 bytes"))
    #expect(says(lines, "More fragments", "1", "others follow"))
    #expect(says(lines, "Destination address", "ff02::16", "multicast"))
  }

  @Test func explainsARP() {
    let lines = tree(PacketSamples.arp, .ethernet)
    #expect(says(lines, "Destination", "ff:ff:ff:ff:ff:ff", "broadcast: every station"))
    #expect(says(lines, "Operation", "1", "who has the target address?"))
    #expect(says(lines, "Target hardware", "00:00:00:00:00:00", "unknown: it is asked for"))
    #expect(says(lines, "Target protocol", "192.0.2.2"))
  }

  @Test func explainsIPv4Options() {
    let bytes = hex(
      """
      48 00 00 20  00 00 00 00  40 01 00 00  c0 00 02 01  c0 00 02 02   # 12 bytes of options
      94 04 00 00                                                      # router alert
      07 07 08 c0 00 02 fe  00                                         # record route, end of list
      """)
    let lines = tree(bytes, .raw)
    #expect(says(lines, "Router alert", "4 bytes", "routers shall examine the packet"))
    #expect(says(lines, "Record route", "7 bytes", "pointer 8: 192.0.2.254"))
    #expect(says(lines, "End of options", "1 byte"))
  }

  @Test func saysWhereDecodingEnded() {
    let cut = Array(PacketSamples.syn.prefix(40))
    let lines = tree(cut, .ethernet, originalLength: 74)
    #expect(lines.contains { $0.contains("34 bytes missing") })
    #expect(lines.last?.contains("tcp header cut short by the capture") == true)
  }

  /// The snap length ends inside of an option, between two, and before the first.
  @Test(arguments: [
    (56, "Cut option", "the last 18 octets cut off by the capture"),
    (58, "Maximum segment size", "the last 16 octets cut off by the capture"),
    (54, "Options", "the last 20 octets cut off by the capture"),
    (55, "Cut option", "the last 19 octets cut off by the capture"),
  ])
  func blamesTheCaptureForCutOptions(_ count: Int, _ last: String, _ meaning: String) throws {
    let lines = tree(Array(PacketSamples.syn.prefix(count)), .ethernet, originalLength: 74)
    #expect(says(lines, "Options", "20 bytes", meaning))
    #expect(!lines.contains { $0.contains("Malformed") })
    let payload = try #require(lines.firstIndex { $0.hasPrefix("  Payload ") })
    #expect(lines[payload - 1].drop { $0 == " " }.hasPrefix(last))
  }

  /// Four bytes are not enough for a scale option of length 9, whoever cut what.
  @Test func blamesTheSenderForMalformedOptions() {
    var bytes = PacketSamples.syn
    bytes[72] = 9
    let lines = tree(bytes, .ethernet)
    #expect(says(lines, "Malformed option", "kind 3, 9 bytes"))
    #expect(!lines.contains { $0.contains("Cut option") })
  }

  /// The outer checksums are judged by the outer packet, the inner ones by the inner.
  @Test func judgesEachPacketOfATunnelByItself() {
    var inner = PacketSamples.query
    inner[8] += 1  // time to live: the header checksum is wrong now
    let outer = hex(
      """
      45 00 00 3e  00 00 00 00  40 2f 66 7e            # length 62, protocol GRE
      0a 00 00 01  0a 00 00 02
      20 00 08 00  00 00 00 4d                         # with a key, IPv4
      """)
    var bytes = outer + inner
    bytes[3] = UInt8(bytes.count)
    var sum = stride(from: 0, to: 20, by: 2).filter { $0 != 10 }
      .reduce(0) { $0 + Int(bytes[$1]) << 8 + Int(bytes[$1 + 1]) }
    sum = (sum & 0xFFFF) + (sum >> 16)
    (bytes[10], bytes[11]) = (UInt8(~sum >> 8 & 255), UInt8(~sum & 255))
    let checksums = tree(bytes, .raw).filter { $0.hasPrefix("  Header checksum") }
    #expect(checksums.count == 2)
    #expect(checksums.first?.hasSuffix("correct") == true)
    #expect(checksums.last?.contains("WRONG") == true)
  }

  @Test func survivesEveryCut() {
    let samples: [([UInt8], LinkType)] = [
      (PacketSamples.syn, .ethernet), (PacketSamples.query, .raw), (PacketSamples.tooBig, .raw),
      (PacketSamples.arp, .ethernet), (PacketSamples.fragment6, .raw),
      (PacketSamples.syn, .linuxCooked), (PacketSamples.syn, .linuxCookedV2),
      (PacketSamples.query, .ppp), (PacketSamples.query, .null),
    ]
    for (bytes, linkType) in samples {
      for count in 0...bytes.count {
        #expect(!tree(Array(bytes.prefix(count)), linkType, originalLength: bytes.count).isEmpty)
        #expect(!tree(Array(bytes.prefix(count)), linkType).isEmpty)
      }
    }
  }

  @Test func survivesEveryByteChanged() {
    for bytes in [PacketSamples.syn, PacketSamples.arp] {
      for index in bytes.indices {
        for value in [0x00, 0x01, 0x05, 0x4F, 0x7F, 0x81, 0xFF] as [UInt8] {
          var changed = bytes
          changed[index] = value
          #expect(!tree(changed, .ethernet).isEmpty)
        }
      }
    }
  }
}
