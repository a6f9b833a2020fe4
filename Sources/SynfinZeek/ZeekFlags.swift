/// What is true or false of a connection.
struct ZeekFlags: OptionSet, BitwiseCopyable {
  let rawValue: UInt16

  /// In a `ZeekBrief`, whether the sender of the first packet is the originator.
  static var firstIsOrig: ZeekFlags { ZeekFlags(rawValue: 1) }
  static var active: ZeekFlags { ZeekFlags(rawValue: 2) }
  static var partial: ZeekFlags { ZeekFlags(rawValue: 4) }
  static var seenOrig: ZeekFlags { ZeekFlags(rawValue: 8) }
  static var seenResp: ZeekFlags { ZeekFlags(rawValue: 16) }
  static var seenDNS: ZeekFlags { ZeekFlags(rawValue: 32) }
  static var closedToTunnels: ZeekFlags { ZeekFlags(rawValue: 64) }
  static var flippedByNTP: ZeekFlags { ZeekFlags(rawValue: 128) }
  // A `ZeekBrief` has no room for those that follow.
  static var closeDeferred: ZeekFlags { ZeekFlags(rawValue: 256) }
  static var deferredCloseRegular: ZeekFlags { ZeekFlags(rawValue: 512) }
  static var newlyEstablished: ZeekFlags { ZeekFlags(rawValue: 1024) }

  @inline(__always)
  init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// Whether one of them is set.
  subscript(flag: ZeekFlags) -> Bool {
    @inline(__always)
    get { rawValue & flag.rawValue != 0 }
    @inline(__always)
    set {
      self = ZeekFlags(rawValue: newValue ? rawValue | flag.rawValue : rawValue & ~flag.rawValue)
    }
  }
}
