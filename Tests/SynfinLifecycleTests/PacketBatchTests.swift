import Foundation
import SynfinCapture
import SynfinWire
import TestSupport
import Testing

@testable import SynfinLifecycle

@Suite("Packets on their way to the tracker")
struct PacketBatchTests {
  @Test("keep what was put in, over what was in the place before", arguments: [4, 6])
  func places(version: Int) {
    var random = SplitMix64(seed: 512 + UInt64(version))
    let batch = Tracker().makeBatch()
    let bytes: [UInt8] = []
    for _ in 0..<4 {
      var packets: [Packet] = []
      for number in 0..<PacketBatch.capacity {
        var packet = Self.packet(version, &random)
        // Only of fragments and of what came through tunnels the bytes are kept.
        unsafe batch.append(
          &packet, bytes.span.bytes, number: UInt64(number), time: Timestamp(nanoseconds: 7))
        #expect(batch.isFull == (number + 1 == PacketBatch.capacity))
        packets.append(packet)
      }
      #expect(batch.isFull)
      for (index, packet) in packets.enumerated() {
        expect(batch, index, packet, UInt64(index))
      }
      batch.removeAll()
      #expect(batch.isEmpty)
    }
  }

  @Test("are handed on before their bytes become many")
  func bytes() {
    let batch = Tracker().makeBatch()
    let bytes = [UInt8](repeating: 0, count: 65_535)
    var packet = Packet()
    packet.fragment.isFragment = true
    var count = 0
    while !batch.isFull {
      // As long as `bytes` lives.
      unsafe batch.append(
        &packet, bytes.span.bytes, number: 1, time: Timestamp(nanoseconds: 7))
      count += 1
    }
    #expect(count == 17)
  }

  @Test("are the same whether they were decoded before or not")
  func plain() throws {
    var plain = 0
    let folder = KernelTruth.folder
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    for path in paths where path.hasSuffix(".pcap") {
      var file = try CaptureFile(path: folder.appending(path: path).path)
      plain += Self.compare(&file)
    }
    #expect(plain > 500)
  }

  /// Puts the packets of a capture in both ways, up to one batch, and counts the plain ones.
  private static func compare(_ file: inout CaptureFile) -> Int {
    let tracker = Tracker()
    let (plain, decoded) = (tracker.makeBatch(), tracker.makeBatch())
    var taken: [Int] = []
    while !decoded.isFull {
      let isMore: Void? = file.next { record, bytes in
        let length = record.originalLength
        let isPlain = plain.append(
          plain: bytes, linkType: record.linkType, originalLength: length, number: record.number,
          time: record.timestamp)
        if isPlain { taken.append(decoded.count) }
        var packet = Packet.decode(bytes, linkType: record.linkType, originalLength: length)
        if !isPlain {
          plain.append(&packet, bytes, number: record.number, time: record.timestamp)
        }
        decoded.append(&packet, bytes, number: record.number, time: record.timestamp)
      }
      if isMore == nil { break }
    }
    for index in taken {
      let (found, expected) = (plain[index], decoded[index])
      #expect("\(found.name)" == "\(expected.name)")
      #expect("\(found.entry)" == "\(expected.entry)")
      #expect(found.kind == expected.kind && found.isWhole)
      if found.kind == .udp {
        #expect(found.isToMany == expected.isToMany)
      } else if JournalEntry.blocks(found.entry.options) > 0 {
        #expect("\(plain.blocks(index))" == "\(decoded.blocks(index))")
      }
    }
    return taken.count
  }

  private func expect(_ batch: PacketBatch, _ index: Int, _ packet: Packet, _ number: UInt64) {
    let place = batch[index]
    #expect(place.entry.time == Timestamp(nanoseconds: 7))
    switch packet.transport {
    case .tcp(let segment):
      #expect(place.kind == .tcp)
      expect(place.entry.arrival(from: .server, batch.blocks(index)), segment, packet.ip, number)
      expect(place.name, packet.ip, segment.sourcePort, segment.destinationPort)
    case .udp(let datagram):
      #expect(place.kind == .udp)
      #expect(place.isToMany == packet.ip.isToMany)
      #expect(place.entry.payload == Int(datagram.payloadLength))
      expect(place.entry.delivery(isToMany: false), packet.ip, number)
      expect(place.name, packet.ip, datagram.sourcePort, datagram.destinationPort)
    default: #expect(place.kind == .none)
    }
  }

  private func expect(
    _ arrival: Arrival, _ segment: Segment, _ ip: InternetHeader, _ number: UInt64
  ) {
    var segment = segment
    // Of the ports the name of the flow tells.
    segment.sourcePort = 0
    segment.destinationPort = 0
    #expect("\(arrival.segment)" == "\(segment)")
    #expect(arrival.sender == .server)
    #expect(arrival.packet == number)
    #expect(arrival.ipBytes == ip.totalLength.magnitude)
    #expect(arrival.timeToLive == ip.timeToLive)
    #expect(arrival.identification == ip.identification)
  }

  private func expect(_ delivery: Delivery, _ ip: InternetHeader, _ number: UInt64) {
    #expect(delivery.number == number)
    #expect(delivery.ipBytes == ip.totalLength.magnitude)
    #expect(delivery.timeToLive == ip.timeToLive)
    #expect(delivery.identification == ip.identification)
  }

  /// A flow has one name in both directions, and its lower socket is the one with the lower address or port.
  private func expect(
    _ name: FlowName, _ ip: InternetHeader, _ source: UInt16, _ destination: UInt16
  ) {
    let back = FlowKey.make(ip.destination, destination, ip.source, source)
    #expect(name.key == back.key)
    let isSelf = ip.source == ip.destination && source == destination
    #expect(isSelf || name.senderIsLow != back.sourceIsLow)
    let (low, high) = (name.key.low, name.key.high)
    #expect(
      low.address == high.address
        ? low.port <= high.port : IPAddress.precedes(low.address, high.address))
    let sender = name.senderIsLow ? low : high
    #expect(sender.address == ip.source && sender.port == source)
  }

  /// A packet with few different addresses and ports, so that some are the same.
  private static func packet(_ version: Int, _ random: inout SplitMix64) -> Packet {
    var packet = Packet()
    packet.ip.version = UInt8(version)
    packet.ip.timeToLive = UInt8.random(in: 0...255, using: &random)
    packet.ip.identification = UInt16.random(in: 0 ... .max, using: &random)
    packet.ip.isToMany = Bool.random(using: &random)
    packet.ip.totalLength = Int32.random(in: 1460...65_535, using: &random)
    packet.ip.source = address(version, &random)
    packet.ip.destination = address(version, &random)
    let source = UInt16.random(in: 1...3, using: &random)
    let destination = UInt16.random(in: 1...3, using: &random)
    switch Int.random(in: 0..<8, using: &random) {
    case 0: packet.transport = .other(IPProtocol(rawValue: 89))
    case 1...2:
      packet.transport = .udp(
        Datagram(
          sourcePort: source, destinationPort: destination,
          payloadLength: Int.random(in: 0...1400, using: &random), checksum: .correct))
    default:
      packet.transport = .tcp(segment(source, destination, &random))
    }
    return packet
  }

  private static func address(_ version: Int, _ random: inout SplitMix64) -> IPAddress {
    let low = [1, 2, 0xFFFF_FFFF].randomElement(using: &random) ?? 0
    if version == 4 { return IPAddress(ipv4: UInt32(low)) }
    return IPAddress(ipv6High: UInt64.random(in: 1...2, using: &random), low: UInt64(low))
  }

  private static func segment(
    _ source: UInt16, _ destination: UInt16, _ random: inout SplitMix64
  ) -> Segment {
    var options = TCPOptions()
    if Bool.random(using: &random) {
      options.kinds = [.sack, .timestamps]
      options.timestampValue = UInt32.random(in: 0 ... .max, using: &random)
      options.sackCount = 1
      options.sackBlocks[0] = SACKBlock(left: SequenceNumber(1), right: SequenceNumber(2))
    }
    return Segment(
      sourcePort: source, destinationPort: destination,
      sequenceNumber: SequenceNumber(UInt32.random(in: 0 ... .max, using: &random)),
      flags: [.ack], payloadLength: Int.random(in: 0...1400, using: &random), options: options)
  }
}
