internal import SynfinWire

extension LinkType {
  /// The link type of a `DLT_` value, libpcap's number for the same thing on this system.
  ///
  /// The two differ for a few old types whose `DLT_` numbers vary from system to system
  /// (libpcap's pcap-common.c and pcap/dlt.h).
  init(dlt: CInt) {
    let known = Self.differing.first { $0.dlt == dlt }
    self.init(rawValue: known?.linkType ?? UInt16(truncatingIfNeeded: dlt))
  }

  /// libpcap's number for this link type on this system.
  var dlt: CInt {
    Self.differing.first { $0.linkType == rawValue }?.dlt ?? CInt(rawValue)
  }

  #if os(OpenBSD)
    private static let rawDLT: CInt = 14
  #else
    private static let rawDLT: CInt = 12
  #endif

  private static let differing: [(linkType: UInt16, dlt: CInt)] = [
    (100, 11),  // ATM_RFC1483
    (101, rawDLT),  // RAW
    (102, 15),  // SLIP_BSDOS
    (103, 16),  // PPP_BSDOS
    (106, 19),  // ATM_CLIP
    (14, rawDLT),  // RAW as OpenBSD numbers it
  ]
}
