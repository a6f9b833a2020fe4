public import SynfinLifecycle
public import SynfinWire

/// Which records are wanted.
public struct RecordSelection: Sendable {
  /// One of these outcomes; nil takes all.
  public var outcomes: Set<Outcome>?
  /// This address at either end; nil takes all.
  public var host: IPAddress?
  /// This port at either end; nil takes all.
  public var port: UInt16?
  /// One of these protocols; nil takes all.
  public var transports: Set<TransportProtocol>?

  /// Takes every record.
  public init() {}

  /// Whether every record is wanted.
  public var isEverything: Bool {
    outcomes == nil && host == nil && port == nil && transports == nil
  }

  /// Whether a record is wanted.
  ///
  /// - Parameter record: stays as it is; it is `inout` because a record is too large to be handed over by value.
  public func includes(_ record: inout ConnectionRecord) -> Bool {
    if let outcomes, !outcomes.contains(record.outcome) { return false }
    if let transports, !transports.contains(record.transport) { return false }
    if let host, record.client.address != host, record.server.address != host { return false }
    if let port, record.client.port != port, record.server.port != port { return false }
    return true
  }
}
