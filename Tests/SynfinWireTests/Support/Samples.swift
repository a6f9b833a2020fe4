import Testing

@testable import SynfinWire

/// A valid packet, for what holds for every packet: cut, shortened, mutated.
struct Sample: Sendable, CustomTestStringConvertible {
  var name: String
  var linkType: LinkType
  var bytes: [UInt8]

  var testDescription: String { name }

  static let all = links + transports

  static let links = LinkRow.all.map {
    Sample(name: $0.name, linkType: $0.linkType, bytes: $0.packet)
  }

  static let tunnels = TunnelRow.all.map {
    Sample(name: $0.name, linkType: .ethernet, bytes: $0.packet)
  }

  static let transports: [Sample] =
    OptionRow.wellFormed.map { row in
      let padding = [UInt8](repeating: 1, count: (4 - row.bytes.count % 4) % 4)
      return Sample(
        name: "TCP \(row.option)", linkType: .ethernet,
        bytes: ethernet(0x0800, ipv4(6, tcp(options: padding + row.bytes, payload: [1, 2]))))
    }
    + ExtensionRow.all.map {
      Sample(name: "IPv6 \($0.name)", linkType: .ethernet, bytes: $0.packet)
    }
    + (QuoteRow.four + QuoteRow.six).map { row in
      let message = hex(row.version == 4 ? "03 04 0000 00000578" : "02 00 0000 00000500")
      return Sample(
        name: "ICMP error with \(row.testDescription)", linkType: .raw,
        bytes: row.version == 4 ? ipv4(1, message + row.quoted) : ipv6(58, message + row.quoted))
    }
    + [
      Sample(name: "UDP", linkType: .ethernet, bytes: ethernet(0x0800, ipv4(17, udp()))),
      Sample(name: "UDP, IPv6", linkType: .ethernet, bytes: ethernet(0x86DD, ipv6(17, udp()))),
      Sample(
        name: "IPv4 options", linkType: .ethernet,
        bytes: ethernet(0x0800, ipv4(6, tcp(), options: hex("83 07 04 0A000001 00")))),
      Sample(
        name: "IPv4 fragment", linkType: .ethernet,
        bytes: ethernet(0x0800, ipv4(17, udp(), fragment: 0x2001))),
      Sample(
        name: "IPv6 fragment", linkType: .ethernet,
        bytes: ethernet(0x86DD, ipv6(17, udp(), extensions: hex("11 00 0009 DEADBEEF"), first: 44))
      ),
      Sample(
        name: "AH in IPv4", linkType: .ethernet,
        bytes: ethernet(0x0800, ipv4(51, hex("06 01 0000 00000001 00000002") + tcp()))),
    ]
}
