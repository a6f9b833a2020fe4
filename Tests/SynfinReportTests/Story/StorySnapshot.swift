import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Texts kept beside the tests, in `Snapshots/<name>.txt`.
///
/// With `SYNFIN_RECORD_SNAPSHOTS` set in the environment they are written anew. A snapshot that
/// is written fails its test, so that a person looks at it before it counts.
enum StorySnapshot {
  static func expect(
    _ text: String, _ name: String, file: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let path = folder.joined(separator: "/") + "/Snapshots/" + name + ".txt"
    let mustRecord = unsafe getenv("SYNFIN_RECORD_SNAPSHOTS") != nil
    if !mustRecord, let known = read(path) {
      #expect(text == known, sourceLocation: sourceLocation)
      return
    }
    #expect(write(text, path), "cannot write \(path)", sourceLocation: sourceLocation)
    Issue.record("recorded \(name).txt: look at it and run again", sourceLocation: sourceLocation)
  }

  private static func read(_ path: String) -> String? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    while true {
      let byte = unsafe getc(file)
      guard byte >= 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(UInt8(truncatingIfNeeded: byte))
    }
  }

  private static func write(_ text: String, _ path: String) -> Bool {
    guard let file = unsafe fopen(path, "w") else { return false }
    defer { unsafe fclose(file) }
    return text.utf8.allSatisfy { unsafe putc(CInt($0), file) >= 0 }
  }
}
