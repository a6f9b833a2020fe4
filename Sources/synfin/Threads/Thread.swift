#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// A thread of the operating system.
struct Thread {
  /// What a new thread finds its work in.
  private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private static let stackBytes = 1 << 20
  private let handle: pthread_t

  /// Starts a thread; nil if the system does not give one.
  static func start(_ run: @escaping @Sendable () -> Void) -> Thread? {
    var attributes = pthread_attr_t()
    guard unsafe pthread_attr_init(&attributes) == 0 else { return nil }
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, stackBytes)
    // The thread takes over the reference that is held here, and lets go of it when its work is done.
    let work = unsafe Unmanaged.passRetained(Work(run))
    #if canImport(Darwin)
      var handle: pthread_t?
      let status = unsafe pthread_create(&handle, &attributes, { Self.begin($0) }, work.toOpaque())
    #else
      var thread = pthread_t()
      let status = unsafe pthread_create(
        &thread, &attributes, { unsafe $0.flatMap { unsafe Self.begin($0) } }, work.toOpaque())
      let handle: pthread_t? = thread
    #endif
    guard status == 0, let handle else {
      unsafe work.release()
      return nil
    }
    return Thread(handle: handle)
  }

  private static func begin(_ work: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    // `init` handed the reference over.
    unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().run()
    return nil
  }

  /// Waits until its work is done; to be called once.
  func join() {
    pthread_join(handle, nil)
  }
}

extension System {
  /// Processors that are there to run on, at least 1.
  static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
