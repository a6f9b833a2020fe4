import SynfinWire
import Testing

@testable import SynfinCapture

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

#if os(Linux)
  @Suite("Interfaces that go", .enabled(if: geteuid() == 0, "network namespaces need root"))
  struct InterfaceLossTests {
    /// What comes of a capture on an interface after this command, with datagrams sent just before it.
    private static func capture(
      on name: String, setUp: [String], then command: String
    ) throws -> (packets: Int, error: CaptureError?) {
      try inNew(.network) {
        for line in setUp { try run(line) }
        var options = LiveOptions()
        options.filter = "udp"
        options.direction = .incoming
        options.bufferBytes = 1 << 20
        var set = try LiveCaptureSet([name], options)
        var sender = try LoopbackSender()
        for _ in 0..<5 { sender.send([1]) }
        try run(command)
        var packets = 0
        do {
          for _ in 0..<100 {
            _ = set.wait(milliseconds: 50)
            packets += try set.drain { _, _ in }
          }
        } catch let error as CaptureError {
          return (packets, error)
        }
        return (packets, nil)
      }
    }

    @Test("An interface that is switched off ends the capture after its last packets")
    func down() throws {
      let result = try Self.capture(
        on: "lo", setUp: ["ip link set lo up"], then: "ip link set lo down")
      #expect(result.packets == 5)
      #expect(result.error?.kind == .interfaceLost)
      #expect(
        result.error?.description.hasPrefix("lo: the interface has been switched off") == true)
    }

    @Test("An interface that is removed ends the capture")
    func gone() throws {
      let result = try Self.capture(
        on: "left",
        setUp: [
          "ip link set lo up", "ip link add left type veth peer right", "ip link set left up",
        ],
        then: "ip link del left")
      #expect(result.packets == 0)
      #expect(result.error?.kind == .interfaceLost)
      #expect(result.error?.description.hasPrefix("left: the interface has gone away") == true)
    }

    @Test("An interface that is down is refused with the command to switch it on")
    func notUp() throws {
      let error = try inNew(.network) {
        #expect(throws: CaptureError.self) { _ = try LiveCapture(interface: "lo") }
      }
      let line = "lo: the interface is down; switch it on: ip link set lo up"
      #expect(error?.description == line)
    }

    @Test("One interface lost of several ends the capture when the others' packets are out")
    func oneOfTwo() throws {
      let (counts, error) = try inNew(.network) { () -> ([Int], (any Error)?) in
        for line in ["lo up", "left up"] {
          if line == "left up" { try run("ip link add left type veth peer right") }
          try run("ip link set \(line)")
        }
        var options = LiveOptions()
        options.filter = "udp"
        options.direction = .incoming
        options.bufferBytes = 1 << 20
        var set = try LiveCaptureSet(["left", "lo"], options)
        var sender = try LoopbackSender()
        try run("ip link del left")
        var counts = [0, 0]
        let error = #expect(throws: CaptureError.self) {
          for _ in 0..<100 {
            // Traffic that never ends does not keep the loss from being told.
            for _ in 0..<5 { sender.send([1]) }
            _ = set.wait(milliseconds: 50)
            _ = try set.drain { record, _ in counts[record.interfaceID] += 1 }
          }
        }
        return (counts, error)
      }
      #expect(counts[0] == 0)
      #expect(counts[1] >= 5)
      #expect((error as? CaptureError)?.kind == .interfaceLost)
      #expect((error as? CaptureError)?.subject == "left")
    }
  }
#endif
