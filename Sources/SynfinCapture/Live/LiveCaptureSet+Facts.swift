extension LiveCaptureSet {
  /// The interfaces, in the order of `PacketRecord.interfaceID`.
  public var interfaces: [LiveInterface] {
    unsafe sources.indices.map { unsafe sources[$0].capture.interface }
  }

  /// Packets one interface received and lost since the start; see `LiveCapture.statistics`.
  public mutating func statistics(of index: Int) -> CaptureStatistics {
    unsafe sources[index].capture.statistics()
  }

  /// The sum over all interfaces; what only some of them know counts.
  public mutating func statistics() -> CaptureStatistics {
    var sum = CaptureStatistics()
    for index in unsafe sources.indices { sum.add(statistics(of: index)) }
    return sum
  }
}
