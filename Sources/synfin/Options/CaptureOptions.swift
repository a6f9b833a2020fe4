internal import SynfinCapture
internal import SynfinLifecycle

/// What is captured live, and how.
struct CaptureOptions {
  /// The interfaces by name; empty takes the one that libpcap would.
  var interfaces: [String]
  var live = LiveOptions()
  /// Packets after which to stop.
  var packetLimit: UInt64?
  var tracker: TrackerOptions
  /// Where packets are saved; nil to save none.
  var saving: SavingOptions?
  /// The user to become once everything is open; nil for the usual one.
  var user: String?

  /// Takes the filter from the operands and from `-f`.
  init(_ arguments: ParsedArguments) throws(CommandError) {
    let names = arguments.flags.filter { $0.key == .interface }.map(\.value)
    interfaces = names
    guard !interfaces.contains("") else {
      throw CommandError("--interface '': name an interface; see synfin interfaces")
    }
    guard interfaces.count <= LiveCaptureSet.limit else {
      throw CommandError(
        "\(interfaces.count) interfaces are too many; name at most \(LiveCaptureSet.limit), or -i any"
      )
    }
    if let name = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw CommandError("--interface \(name) is given twice; each packet would count twice")
    }
    live.filter = try Self.filter(arguments)
    packetLimit = try arguments.positiveInteger(.count)
    tracker = try TrackerOptions(arguments)
    tracker.expiry = try Expiry(arguments)
    tracker.expiry?.followsPackets = false
    saving = try SavingOptions(arguments)
    user = arguments.value(.user)
    live.snapLength = try arguments.snapLength() ?? live.snapLength
    live.isPromiscuous = !arguments.has(.noPromiscuous)
    if let kibibytes = try arguments.positiveInteger(.bufferSize) {
      guard kibibytes <= 2 << 20 else {
        throw CommandError("--buffer-size '\(kibibytes)': at most 2097151 KiB")
      }
      live.bufferBytes = Int(kibibytes) << 10
    }
    live.direction = try arguments.word(.direction) ?? .both
    live.linkTypeName = arguments.value(.dataLinkType)
    live.isMonitor = arguments.has(.monitor)
    live.isImmediate = arguments.has(.immediate)
    live.timestampType = arguments.value(.timestampType)
    live.precision = try arguments.word(.precision) ?? .nanoseconds
  }

  private static func filter(_ arguments: ParsedArguments) throws(CommandError) -> String? {
    let words = arguments.operands.joined(separator: " ")
    guard let expression = arguments.value(.filter) else { return words.isEmpty ? nil : words }
    guard words.isEmpty else {
      throw CommandError("-f and '\(words)' are two filters; give one")
    }
    return expression
  }

  /// Opens the interfaces.
  func open() throws -> LiveCaptureSet {
    let names = try resolvedInterfaces()
    do throws(CaptureError) {
      return try LiveCaptureSet(names, live)
    } catch {
      throw Self.advised(error)
    }
  }

  /// The names behind numbers as `-D` lists them; the default if there is none.
  private func resolvedInterfaces() throws(CaptureError) -> [String] {
    if interfaces.isEmpty { return [try NetworkInterface.defaultForCapture().name] }
    guard interfaces.contains(where: { Int($0) != nil }) else { return interfaces }
    let all = try NetworkInterface.all().map(\.name)
    return interfaces.map { name in
      guard let number = Int(name), !all.contains(name), all.indices.contains(number - 1) else {
        return name
      }
      return all[number - 1]
    }
  }

  /// Says which interface was meant, if one has nearly that name.
  private static func advised(_ error: CaptureError) -> CaptureError {
    guard error.kind == .interfaceUnavailable, let all = try? NetworkInterface.all(),
      !all.contains(where: { $0.name == error.subject }),
      let near = nearest(to: error.subject, among: all.map(\.name))
    else { return error }
    var error = error
    error.advice = "did you mean \(near)?"
    return error
  }
}

extension TrackerOptions {
  init(_ arguments: ParsedArguments) throws(CommandError) {
    self.init()
    ignoresChecksums = arguments.has(.ignoreChecksums)
    if let timeout = try arguments.seconds(.udpTimeout) { conversationTimeout = timeout }
  }
}

extension Expiry {
  init(_ arguments: ParsedArguments) throws(CommandError) {
    self.init()
    if let timeout = try arguments.seconds(.tcpTimeout) { idle = timeout }
    if let timeout = try arguments.seconds(.synTimeout) { unanswered = timeout }
    if let timeout = try arguments.seconds(.closedTimeout) { closed = timeout }
    if let most = try arguments.positiveInteger(.maxConnections) { limit = Int(clamping: most) }
  }
}

extension ParsedArguments {
  /// Bytes to keep of a packet; nil if the flag was not given.
  fileprivate func snapLength() throws(CommandError) -> Int? {
    guard let text = value(.snapLength) else { return nil }
    // As tcpdump: 0 stands for the default.
    guard let length = Int(text), (0...262_144).contains(length) else {
      throw CommandError("--snapshot-length '\(text)': give a number from 0 to 262144")
    }
    return length == 0 ? 262_144 : length
  }
}
