#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// Gives the terminal back if the process dies while a screen has it.
///
/// By a second SIGTERM or its like, by SIGQUIT, or by a fault of this program (a trap is SIGILL or SIGTRAP): the handler writes bytes
/// that were prepared, sets the terminal's line as it was, and lets the signal do what it would have done. That calls
/// nothing but write, tcsetattr, sigaction and raise, which a handler may (POSIX.1-2024, 2.4.3). Against SIGKILL nothing
/// helps; `reset` does, afterwards.
enum TerminalGuard {
  private static let faults = [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]

  // Read by the handlers, which may run at any moment: all is set before they are installed, and never freed.
  nonisolated(unsafe) private static var bytes: UnsafeMutableBufferPointer<UInt8>?
  nonisolated(unsafe) private static var line: UnsafeMutablePointer<termios>?
  // What the faults did before, one for each of `numbers`.
  nonisolated(unsafe) private static var numbers: UnsafeMutableBufferPointer<Int32>?
  nonisolated(unsafe) private static var before: UnsafeMutableBufferPointer<sigaction>?

  /// Remembers how the terminal's line is set now, before a screen sets it anew.
  static func rememberLine() {
    let state = UnsafeMutablePointer<termios>.allocate(capacity: 1)
    unsafe state.initialize(to: termios())
    if unsafe tcgetattr(System.standardOutput, state) == 0 { unsafe line = state }
  }

  /// Begins to watch.
  ///
  /// - Parameter restoring: what the terminal has to be sent.
  static func begin(restoring: [UInt8]) {
    let text = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: restoring.count)
    _ = unsafe text.initialize(from: restoring)
    unsafe bytes = text
    let list = UnsafeMutableBufferPointer<Int32>.allocate(capacity: faults.count)
    _ = unsafe list.initialize(from: faults)
    let actions = UnsafeMutableBufferPointer<sigaction>.allocate(capacity: faults.count)
    unsafe actions.initialize(repeating: sigaction())
    for (place, number) in faults.enumerated() {
      // The place is inside the buffer.
      unsafe sigaction(number, nil, &actions[place])
    }
    unsafe before = actions
    unsafe numbers = list
    var action = unsafe sigaction(calling: onFault)
    // Copied by the call.
    for number in faults { unsafe sigaction(number, &action, nil) }
    StopRequest.listen(lastly: onLastSignal)
  }

  /// Ends the watch: the terminal is its owner's again.
  static func end() {
    unsafe bytes = nil
    unsafe line = nil
  }

  private static let onLastSignal: @convention(c) (Int32) -> Void = { number in
    TerminalGuard.restore()
    _ = signal(number, SIG_DFL)
    raise(number)
  }

  /// A fault happens again as soon as the handler is done, and meets what it would have met, such as Swift's backtrace;
  /// a signal that somebody sent does not, and ends the process here.
  private static let onFault: FaultHandler = { number, information, _ in
    TerminalGuard.restore()
    // The system's, for the call. Above 0 are the codes of what the machine found.
    guard let code = unsafe information?.pointee.si_code, code > 0 else {
      _ = signal(number, SIG_DFL)
      raise(number)
      return
    }
    if let numbers = unsafe TerminalGuard.numbers, let before = unsafe TerminalGuard.before {
      for place in 0..<numbers.count where unsafe numbers[place] == number {
        // Both buffers are as long.
        unsafe sigaction(number, &before[place], nil)
      }
    }
  }

  private static func restore() {
    if let bytes = unsafe bytes {
      // The buffer lives for ever.
      _ = unsafe write(System.standardOutput, bytes.baseAddress, bytes.count)
    }
    if let line = unsafe line { unsafe tcsetattr(System.standardOutput, TCSANOW, line) }
  }
}

private typealias FaultHandler =
  @convention(c) (
    Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?
  ) -> Void

extension sigaction {
  /// What calls a handler with all that is known.
  fileprivate init(calling handler: @escaping FaultHandler) {
    self.init()
    #if canImport(Darwin)
      unsafe __sigaction_u.__sa_sigaction = handler
    #elseif canImport(Musl)
      unsafe __sa_handler.sa_sigaction = handler
    #else
      unsafe __sigaction_handler.sa_sigaction = handler
    #endif
    sa_flags = SA_SIGINFO
  }
}
