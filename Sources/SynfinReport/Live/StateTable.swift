public import SynfinLifecycle
public import SynfinWire

/// The table of connections and the states of both ends at one moment, as netstat tells them of one host.
public struct StateTable: Sendable {
  private let numeric: Bool
  private let moment: Timestamp

  /// Makes a table for a moment.
  ///
  /// - Parameter numeric: shows port numbers, never service names.
  public init(at moment: Timestamp, numeric: Bool) {
    self.moment = moment
    self.numeric = numeric
  }

  private static let columns: [ColumnText.Column] = [
    .init("proto"), .init("#", isRight: true), .init("client"), .init("state"),
    .init("send-q", isRight: true), .init("recv-q", isRight: true), .init("server"),
    .init("state"), .init("send-q", isRight: true), .init("recv-q", isRight: true),
    .init("idle", isRight: true),
  ]

  /// The lines of the table with its titles; those of connections that are over are left out.
  public func lines(_ flows: [FlowSnapshot]) -> [String] {
    let rows = flows.filter { !$0.isOver }.map(cells)
    let table = ColumnText(Self.columns, rows)
    return [table.header] + rows.map(table.line)
  }

  private func cells(_ flow: FlowSnapshot) -> [String] {
    let service = flow.server.socket.port.flatMap {
      numeric ? nil : ServiceName.lookup(port: $0, transport: flow.transport)
    }
    return [flow.transport.rawValue, String(flow.id), FlowCell.end(flow.client, service: nil)]
      + end(flow.client, flow.transport) + [FlowCell.end(flow.server, service: service)]
      + end(flow.server, flow.transport)
      + [FlowCell.duration(moment.nanoseconds(since: flow.last))]
  }

  private func end(_ end: FlowSnapshot.End, _ transport: TransportProtocol) -> [String] {
    [
      FlowCell.state(end, transport), end.unacknowledged.map(String.init) ?? "",
      end.unread.map(String.init) ?? "",
    ]
  }
}

/// What tables of flows say in a cell.
enum FlowCell {
  static func end(_ end: FlowSnapshot.End, service: String?) -> String {
    let text = EndpointText.text(end.socket.address, port: end.socket.port)
    return service.map { "\(text) \($0)" } ?? text
  }

  /// The state; "-" where one cannot be known, nothing for what has no states.
  static func state(_ end: FlowSnapshot.End, _ transport: TransportProtocol) -> String {
    if transport != .tcp { return "" }
    return end.state == .unknown ? "-" : end.state.name
  }

  static func duration(_ nanoseconds: Int64) -> String {
    DurationText.short(max(0, nanoseconds))
  }
}

/// The machine form of a connection at one moment (NDJSON, one object a line).
public enum SnapshotJSON {
  /// Writes one object; the caller ends the line.
  public static func write(into json: inout JSONWriter, _ flow: FlowSnapshot) {
    json.beginObject()
    json.number(flow.id, "id")
    json.word(flow.transport.word, "protocol")
    write(flow.client, flow.transport, "client", into: &json)
    write(flow.server, flow.transport, "server", into: &json)
    json.time(flow.start, "start")
    json.time(flow.last, "last")
    if let time = flow.roundTripTime { json.milliseconds(time, "rtt_ms") }
    json.endObject()
  }

  private static func write(
    _ end: FlowSnapshot.End, _ transport: TransportProtocol, _ key: StaticString,
    into json: inout JSONWriter
  ) {
    json.beginObject(key)
    json.address(end.socket.address, "address")
    if let port = end.socket.port { json.number(port, "port") }
    if end.state != .unknown { json.word(end.state.word, "state") }
    json.number(end.packets, "packets")
    json.number(end.payloadBytes, "payload_bytes")
    if transport == .tcp { json.number(end.retransmissions, "retransmissions") }
    if let octets = end.unacknowledged { json.number(octets, "send_queue_bytes") }
    if let octets = end.unread { json.number(octets, "receive_queue_bytes") }
    json.endObject()
  }
}
