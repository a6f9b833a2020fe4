public import SynfinLifecycle
internal import SynfinWire

/// The last object of a live capture in NDJSON: what was captured, and what was not.
public enum CaptureEndJSON {
  /// Writes one object; the caller ends the line.
  public static func write(
    into json: inout JSONWriter, _ facts: CaptureFacts, _ totals: TrackerTotals
  ) {
    json.beginObject()
    json.string("capture_end", "event")
    if let first = totals.first { json.time(first, "first") }
    if let last = totals.last { json.time(last, "last") }
    json.beginArray("interfaces")
    for file in facts.files { json.string(file.name) }
    json.endArray()
    json.number(facts.packets, "packets")
    json.number(facts.bytes, "bytes")
    if let received = facts.received { json.number(received, "received_packets") }
    if let dropped = facts.droppedByKernel { json.number(dropped, "dropped_by_kernel") }
    if let dropped = facts.droppedByInterface { json.number(dropped, "dropped_by_interface") }
    json.number(facts.evicted, "evicted_connections")
    json.endObject()
  }
}
