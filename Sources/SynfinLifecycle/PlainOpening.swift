/// How far the opening of a plain connection has come.
enum PlainOpening {
  case asked, answered, established

  /// What such a connection amounts to.
  ///
  /// - Parameters:
  ///   - reset: what an RST, the last segment, made of it.
  ///   - isHalf: whether an end sent its FIN.
  ///   - isClosed: whether the FINs of both were acknowledged.
  @inline(__always)
  func outcome(_ reset: Outcome?, isHalf: Bool, isClosed: Bool) -> Outcome {
    switch self {
    case .asked: return reset ?? .unanswered
    case .answered: return reset ?? .halfOpen
    case .established:
      if isClosed { return .closed }
      return reset ?? (isHalf ? .halfClosed : .open)
    }
  }
}
