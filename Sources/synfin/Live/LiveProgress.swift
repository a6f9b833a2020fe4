internal import SynfinReport

/// How far a live capture is, in one line on standard error.
enum LiveProgress {
  /// Says it in the midst of the capture, for SIGUSR1.
  static func tell(_ facts: CaptureFacts, _ flows: Int) {
    let dropped = (facts.droppedByKernel ?? 0) &+ (facts.droppedByInterface ?? 0)
    let parts = [
      CountText.noun(facts.packets, "packet"),
      CountText.noun(UInt64(flows), "connection") + " followed",
      CountText.noun(dropped, "packet") + " dropped",
      CountText.grouped(System.peakMemoryMiB) + " MiB of memory at most",
    ]
    System.complain(parts.joined(separator: ", "))
  }

  /// Says it at the end, in the words of tcpdump.
  static func tellEnd(_ facts: CaptureFacts) {
    var parts = [CountText.noun(facts.packets, "packet") + " captured"]
    let counts: [(UInt64?, String)] = [
      (facts.received, "received by filter"), (facts.droppedByKernel, "dropped by kernel"),
    ]
    for case (let count?, let what) in counts {
      parts.append("\(CountText.noun(count, "packet")) \(what)")
    }
    if let count = facts.droppedByInterface, count > 0 {
      parts.append(CountText.noun(count, "packet") + " dropped by interface")
    }
    System.complain(parts.joined(separator: ", "))
  }
}
