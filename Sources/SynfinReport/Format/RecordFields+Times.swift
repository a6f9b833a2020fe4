internal import SynfinLifecycle

// Durations and what is said of several of them.

extension RecordFields {
  @inline(__always)
  func roundTripTimes(_ end: inout TCPEndpointRecord, _ out: inout some BriefFieldWriter) {
    group("rtt_ms", &end.roundTripTime, &out)
    if end.roundTripTime != nil, end.timestampRoundTripTime == end.roundTripTime {
      out.repeatGroup("timestamp_rtt_ms")
    } else {
      group("timestamp_rtt_ms", &end.timestampRoundTripTime, &out)
    }
  }

  @inline(__always)
  private func group(
    _ name: StaticString, _ times: inout RoundTripStatistics?, _ out: inout some BriefFieldWriter
  ) {
    guard out.beginGroup(name, isKnown: times != nil) else { return }
    durations(times?.durations, &out)
    out.milliseconds("deviation", "standard deviation", times?.deviation)
    out.milliseconds("p50", "median, within 3.2 %", times?.median)
    out.milliseconds("p95", "95th percentile, within 3.2 %", times?.percentile95)
    out.milliseconds("p99", "99th percentile, within 3.2 %", times?.percentile99)
    out.endGroup()
  }

  @inline(__always)
  func group(
    _ name: StaticString, _ times: inout DurationStatistics?, _ out: inout some BriefFieldWriter
  ) {
    guard out.beginGroup(name, isKnown: times != nil) else { return }
    durations(times, &out)
    out.endGroup()
  }

  @inline(__always)
  private func durations(_ times: DurationStatistics?, _ out: inout some BriefFieldWriter) {
    out.milliseconds("min", "shortest", times?.minimum)
    out.milliseconds("mean", "mean, to the nanosecond", times?.roundedMean)
    out.milliseconds("max", "longest", times?.maximum)
    out.number("samples", .integer, "how many", times?.samples)
  }
}

extension DurationStatistics {
  /// The mean to the nanosecond; the longest one if the sum is beyond what a mean can be exact for.
  @inline(__always)
  fileprivate var roundedMean: Int64 {
    let mean = mean
    guard mean >= 0, mean < 0x1p52 else { return Int64(exactly: mean.rounded()) ?? maximum }
    // As `rounded` does, which calls the C library: to the nearest one, and away from zero from the middle.
    let whole = Int64(mean)
    return mean - Double(whole) < 0.5 ? whole : whole + 1
  }
}
