public import SynfinWire

extension Segment {
  /// The octets that the sender says it got twice (DSACK, RFC 2883 §4); nil if it says no such thing.
  ///
  /// It is the first block, if that lies below the acknowledgement or within the second block.
  public var duplicateBlock: SACKBlock? {
    guard options.has(.sack), options.sackCount > 0, flags.contains(.ack) else { return nil }
    let block = options.sackBlocks[0]
    guard block.left < block.right else { return nil }
    if block.right <= acknowledgmentNumber { return block }
    // A duplicate may reach beyond the acknowledgement only inside what is held out of order.
    guard options.sackCount > 1 else { return nil }
    let outer = options.sackBlocks[1]
    return outer.left <= block.left && block.right <= outer.right ? block : nil
  }
}
