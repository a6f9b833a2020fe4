// Gives up privileges with the files of `synfin`, which stand here by symbolic links because a program cannot
// import another; then tries what must fail and what must not, and prints a line for each.
//
//   PrivilegeProbe target REAL EFFECTIVE [NAME]    whom a process of these users becomes
//   PrivilegeProbe run [-Z USER] [-w FOLDER] [-i INTERFACE] [--free] [--crash]
//
// `--free` gives up nothing, to see that the attempts would succeed; `--crash` traps at the end.

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

func main(_ words: [String]) throws(CommandError) {
  switch words.first {
  case "target" where words.count >= 3:
    let (real, effective) = (uid_t(words[1]) ?? 0, uid_t(words[2]) ?? 0)
    let account = try Privileges.target(
      named: words.count > 3 ? words[3] : nil, real: real, effective: effective,
      environment: System.environment)
    print(account.map { "\($0.user) \($0.group) \($0)" } ?? "stay")
  case "run":
    try run(Array(words.dropFirst()))
  default:
    throw CommandError("see the head of main.swift for how to call this")
  }
}

func run(_ words: [String]) throws(CommandError) {
  func value(_ flag: String) -> String? {
    words.firstIndex(of: flag).map { words[$0 + 1] }
  }
  // Paths are the C library's for the call.
  let folder = value("-w").map { unsafe open($0, O_RDONLY | O_DIRECTORY) }
  let status = unsafe open("/proc/self/status", O_RDONLY)
  let interface = value("-i")
  Privileges.warmUp()
  let account = try Privileges.target(named: value("-Z"))
  printStatus(status, before: "before ")
  if !words.contains("--free") {
    let privileges = try Privileges.giveUp(
      becoming: account, writingIn: folder.map { [$0] } ?? [],
      countersOf: interface.map { [$0] } ?? [])
    print("report \(privileges.report)")
  }
  printStatus(status, before: "")
  if let folder { Attempts.files(in: folder) }
  Attempts.filesElsewhere()
  if let interface { Attempts.counters(of: interface) }
  Attempts.calls()
  Attempts.whatMustWork()
  if words.contains("--crash") { fatalError("on purpose") }
}

/// The process's own view of its rights, through a descriptor that was opened before they went.
func printStatus(_ descriptor: Int32, before prefix: String) {
  var bytes = [UInt8](repeating: 0, count: 8192)
  let count = unsafe bytes.withUnsafeMutableBytes {
    unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
  }
  let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  for line in text.split(separator: "\n") {
    print("\(prefix)\(line.split(whereSeparator: \.isWhitespace).joined(separator: " "))")
  }
}

/// Writes a line at once: a crash later must not lose it.
func print(_ line: String) {
  System.print(line + "\n", to: System.standardOutput)
}

do {
  try main(Array(CommandLine.arguments.dropFirst()))
} catch {
  System.complain(error.message)
  exit(2)
}
