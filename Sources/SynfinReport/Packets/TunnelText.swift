import SynfinLifecycle
import SynfinWire

/// Tunnels in words.
enum TunnelText {
  /// "inside VXLAN 42 between 10.0.0.1 and 10.0.0.2", the outermost first.
  static func path(_ tunnels: [TunnelRecord]) -> String {
    "inside "
      + tunnels.map {
        name($0.kind, $0.identifier) + " between \($0.source) and \($0.destination)"
      }.joined(separator: ", in it ")
  }

  /// "in GRE, VXLAN 42", the outermost first.
  static func inside(_ tunnels: TunnelList) -> String {
    "in "
      + (0..<tunnels.count).map { name(tunnels[$0]) }.joined(separator: ", ")
  }

  /// "VXLAN 42".
  static func name(_ tunnel: Tunnel) -> String {
    name(tunnel.kind, tunnel.knownIdentifier)
  }

  private static func name(_ kind: Tunnel.Kind, _ identifier: UInt32?) -> String {
    name(kind) + (identifier.map { " \($0)" } ?? "")
  }

  private static func name(_ kind: Tunnel.Kind) -> String {
    switch kind {
    case .ip: "IP"
    case .etherIP: "EtherIP"
    case .ethernet: "Ethernet in IP"
    case .greInUDP: "GRE in UDP"
    case .mplsInUDP: "MPLS in UDP"
    case .vxlanGPE: "VXLAN-GPE"
    case .geneve: "Geneve"
    case .gtp: "GTP"
    case .teredo: "Teredo"
    case .lispControl: "LISP control"
    default: kind.name.description.uppercased()
    }
  }
}
