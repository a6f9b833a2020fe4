/// What is known of a capture as a whole, apart from its connections.
public struct CaptureFacts: Sendable {
  /// One file of the capture.
  public struct File: Sendable {
    /// Its path, or "standard input".
    public var name: String
    /// Its format in words.
    public var format: String
    /// The link types of its interfaces.
    public var linkTypes: [String]
    /// The least of its interfaces' limits for a packet, in bytes; nil if there is none.
    public var snapLength: Int?
    /// Why it could not be read to its end; nil if it could.
    public var damage: String?

    /// Makes a description of a file.
    public init(
      name: String, format: String, linkTypes: [String], snapLength: Int?, damage: String?
    ) {
      self.name = name
      self.format = format
      self.linkTypes = linkTypes
      self.snapLength = snapLength
      self.damage = damage
    }
  }

  /// The files in the order read.
  public var files: [File] = []
  /// Packets read.
  public var packets: UInt64 = 0
  /// Packets that the filter let through.
  public var matched: UInt64 = 0
  /// Bytes of those packets on the wire.
  public var bytes: UInt64 = 0
  /// Those of them that were captured only in part.
  public var cut: UInt64 = 0
  /// Those of them without a time.
  public var withoutTime: UInt64 = 0
  /// Packets that reached the capture, dropped ones included; nil if nothing is known.
  public var received: UInt64?
  /// Packets that interfaces dropped; nil if nothing is known.
  public var droppedByInterface: UInt64?
  /// Packets that the capturing system dropped; nil if nothing is known.
  public var droppedByKernel: UInt64?

  /// Connections and conversations that had to leave a live capture's table for others.
  public var evicted: UInt64 = 0

  /// Facts of which none is known yet.
  public init() {}
}
