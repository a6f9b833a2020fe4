public import SynfinWire

// Where flows are many, looking one up waits for memory several times: for the place in the table, the flow, the end of
// its journal. So packets are taken in batches: each step is done for all packets of a batch before the next one,
// and the waits for them overlap.

extension Tracker {
  /// Takes the next packet of the capture as `process` does; for those who do not ask what it means.
  ///
  /// The parameters are those of `process`. Needs `judgesPackets` to be false.
  @inline(__always)
  public mutating func take(
    _ packet: borrowing Packet, _ bytes: RawSpan, number: UInt64, time: Timestamp
  ) {
    if !packet.fragment.isFragment, packet.tunnels.isEmpty {
      switch packet.transport {
      case .tcp(let segment):
        count(packet, number, time)
        totals.tcp += 1
        let (key, isLow) = FlowKey.make(
          packet.ip.source, segment.sourcePort, packet.ip.destination, segment.destinationPort)
        let name = FlowName(key, isLow, seed)
        tcpFlows.prefetch(name.hash)
        wait(packet, name, number, time)
        return
      case .udp(let datagram):
        count(packet, number, time)
        totals.udp += 1
        let (key, isLow) = FlowKey.make(
          packet.ip.source, datagram.sourcePort, packet.ip.destination,
          datagram.destinationPort)
        let name = FlowName(key, isLow, seed)
        conversations.prefetch(name.hash)
        wait(packet, name, number, time)
        return
      default: break
      }
    }
    takeWaiting()
    _ = process(copy packet, bytes, number: number, time: time)
  }

  @inline(__always)
  private mutating func wait(
    _ packet: borrowing Packet, _ name: FlowName, _ number: UInt64, _ time: Timestamp
  ) {
    waiting.append(
      WaitingPacket(
        name: name, transport: packet.transport, ip: packet.ip, number: number, time: time))
    if waiting.isFull { takeWaiting() }
  }

  /// Looks at the packets that wait, in their order.
  mutating func takeWaiting() {
    fetchFlows()
    fetchJournals()
    for index in 0..<waiting.count {
      switch waiting[index].transport {
      case .tcp(let segment):
        _ = track(
          segment, waiting[index].ip, waiting[index].name, 0, waiting[index].number,
          waiting[index].time)
      case .udp(let datagram):
        _ = track(
          datagram, waiting[index].ip, waiting[index].name, 0, waiting[index].number,
          waiting[index].time)
      default: break
      }
    }
    waiting.removeAll()
  }

  private func fetchFlows() {
    for index in 0..<waiting.count {
      if case .tcp = waiting[index].transport {
        _ = tcpFlows.prefetchFlow(waiting[index].name.hash)
      } else {
        _ = conversations.prefetchFlow(waiting[index].name.hash)
      }
    }
  }

  private func fetchJournals() {
    for index in 0..<waiting.count {
      guard case .tcp = waiting[index].transport else { continue }
      let flow = tcpFlows.prefetchFlow(waiting[index].name.hash)
      if flow >= 0, tcpFlows.flows[flow].facts.contains(.journaled) {
        journal.prefetchEnd(of: tcpFlows.flows[flow])
      }
    }
  }
}
