import SynfinReport
import SynfinWire
import SynfinZeek
import Testing

@Suite struct ZeekLogTests {
  private let noon = Timestamp(nanoseconds: 1_700_000_000_123_456_789)

  /// A UDP datagram from 10.0.0.1 to 2.3.4.5, without checksums.
  private func datagram(_ payload: [UInt8]) -> [UInt8] {
    let length = UInt8(28 + payload.count)
    return [0x45, 0, 0, length, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 2, 3, 4, 5]
      + [0x9C, 0x40, 0x23, 0x28, 0, length - 20, 0, 0] + payload
  }

  private func log(_ packets: [(Int64, [UInt8])]) -> [String] {
    var tracker = ZeekTracker(ignoresChecksums: true)
    var log = ZeekLog()
    for (index, (offset, bytes)) in packets.enumerated() {
      let time = Timestamp(nanoseconds: noon.nanoseconds + offset)
      log.note(time)
      // The spans are used within these calls alone, while `bytes` lives.
      let packet = unsafe Packet.decode(
        bytes.span.bytes, linkType: .raw, originalLength: bytes.count)
      unsafe tracker.process(packet, bytes.span.bytes, number: UInt64(index + 1), time: time)
    }
    tracker.finish { log.add($0) }
    log.end()
    let text = log.text.withBytes { bytes in
      (0..<bytes.byteCount).map { bytes.uint8(at: $0) }
    }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map { String($0) }
  }

  @Test func header() {
    #expect(
      log([]) == [
        "#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-",
        "#path\tconn", "#open\t1970-01-01-00-00-00",
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\t"
          + "orig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\t"
          + "orig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\tip_proto",
        "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\t"
          + "string\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\tcount",
        "#close\t1970-01-01-00-00-00",
      ])
  }

  /// Nanoseconds are cut off before anything is computed of them.
  @Test func row() {
    let lines = log([(0, datagram([1, 2])), (1_000_000_500, datagram([]))])
    #expect(lines[5] == "#open\t2023-11-14-22-13-20")
    #expect(lines.last == "#close\t2023-11-14-22-13-21")
    var values = lines[8].split(separator: "\t").map { String($0) }
    #expect(values.remove(at: 1).hasPrefix("C"))
    #expect(
      values == [
        "1700000000.123456", "10.0.0.1", "40000", "2.3.4.5", "9000", "udp", "-", "1.000001", "2",
        "0", "S0", "T", "F", "0", "D", "2", "58", "0", "0", "-", "17",
      ])
  }

  /// Without a duration, Zeek leaves the byte counts unset too.
  @Test func noDuration() {
    let values = log([(0, datagram([1, 2]))])[8].split(separator: "\t")
    #expect(values[8...10] == ["-", "-", "-"])
  }

  @Test(arguments: [
    ("10.1.2.3", true), ("11.1.2.3", false), ("100.64.0.1", true), ("100.128.0.1", false),
    ("172.31.255.255", true), ("172.32.0.0", false), ("192.168.9.9", true), ("192.0.2.1", true),
    ("192.0.1.1", false), ("224.0.0.251", true), ("224.0.1.1", false), ("255.255.255.255", true),
    ("::1", true), ("::2", false), ("fe80::1", true), ("fc00::1", true), ("fd00::1", true),
    ("fe00::1", false), ("2001:db8::1", true), ("2001:1ff::1", true), ("2001:200::1", false),
    ("2002:a00::1", true), ("2002:b00::1", false), ("64:ff9b:1::1", true), ("100::1", true),
    ("2600::1", false), ("fec0::1", true),
  ])
  func localNetworks(_ text: String, _ isLocal: Bool) throws {
    let address = try #require(IPAddress(text))
    #expect(ZeekLocalNetworks.contains(address) == isLocal)
  }
}
