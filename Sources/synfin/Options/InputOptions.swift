internal import SynfinCapture
internal import SynfinLifecycle

/// What is read, and how packets are taken from it.
struct InputOptions {
  private enum Reader: String, CaseIterable {
    case auto, libpcap
  }

  /// The capture files in order; "-" is standard input.
  var paths: [String]
  var reader = CaptureFile.Reader.automatic
  /// A pcap filter; nil takes every packet.
  var filter: String?
  /// Packets after which to stop, of those that the filter lets through.
  var packetLimit: UInt64?
  var tracker: TrackerOptions

  /// Takes the files from the operands and from `-r`.
  init(_ arguments: ParsedArguments, operands: [String]) throws(CommandError) {
    tracker = try TrackerOptions(arguments)
    paths = arguments.flags.filter { $0.key == .read }.map(\.value) + operands
    guard !paths.isEmpty else {
      throw CommandError("no capture file named; give one, or - for standard input")
    }
    guard !paths.contains("") else {
      throw CommandError("a file's name is empty; name a capture file, or - for standard input")
    }
    guard paths.count(where: { $0 == "-" }) <= 1 else {
      throw CommandError("standard input (-) can be read only once; name it once")
    }
    if try arguments.word(.reader, Reader.self) == .libpcap { reader = .libpcap }
    filter = arguments.value(.filter)
    packetLimit = try arguments.positiveInteger(.count)
  }
}
