public import SynfinLifecycle
internal import SynfinWire

/// The machine form of an event of a live capture (NDJSON, one object a line).
public enum EventJSON {
  /// Writes one object; the caller ends the line.
  public static func write(into json: inout JSONWriter, _ event: LifeEvent) {
    json.beginObject()
    json.string(event.kind.rawValue, "event")
    json.time(event.time, "time")
    if let packet = event.packet { json.number(packet, "packet") }
    json.number(event.id, "id")
    json.word(event.transport.word, "protocol")
    write(event.client, "client", event.clientBytes, into: &json)
    write(event.server, "server", event.serverBytes, into: &json)
    if let side = event.side { json.word(side.word, "by") }
    if let kind = event.teardown { json.word(kind.word, "teardown") }
    if let problem = event.problem { json.word(problem.word, "problem") }
    if let time = event.duration { json.milliseconds(time, event.kind.durationName) }
    json.number(event.dropped, "dropped_packets")
    json.endObject()
  }

  private static func write(
    _ end: Socket, _ key: StaticString, _ bytes: UInt64, into json: inout JSONWriter
  ) {
    json.beginObject(key)
    json.address(end.address, "address")
    if let port = end.port { json.number(port, "port") }
    json.number(bytes, "payload_bytes")
    json.endObject()
  }
}

extension LifeEvent.Kind {
  /// What the duration is of.
  fileprivate var durationName: StaticString {
    switch self {
    case .established: "rtt_ms"
    case .answered: "response_ms"
    case .windowOpened: "closed_ms"
    default: "age_ms"
    }
  }
}
