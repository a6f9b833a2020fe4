import TestSupport
import Testing

@testable import SynfinWire

@Suite("Internet checksum")
struct ChecksumTests {
  private func fold(_ bytes: [UInt8], from offset: Int, count: Int) -> UInt16 {
    var sum = InternetChecksum()
    unsafe sum.add(bytes.span.bytes, from: offset, count: count)
    return sum.folded
  }

  @Test("sums the example of RFC 1071 §3")
  func example() {
    #expect(fold(hex("0001 F203 F4F5 F6F7"), from: 0, count: 8) == 0xDDF2)
    #expect(referenceSum(hex("0001 F203 F4F5 F6F7")) == 0xDDF2)
  }

  @Test("agrees with the reference for every short length and alignment")
  func short() {
    var random = SplitMix64(seed: 1071)
    let bytes = random.bytes(120)
    for offset in 0..<17 {
      for count in 0...100 {
        #expect(
          fold(bytes, from: offset, count: count)
            == referenceSum(bytes[offset..<offset + count]), "\(count) bytes at \(offset)")
      }
    }
  }

  @Test("agrees with the reference for random lengths and alignments")
  func long() {
    var random = SplitMix64(seed: 768)
    for _ in 0..<300 {
      let bytes = random.bytes(Int.random(in: 0...9000, using: &random))
      let offset = Int.random(in: 0...bytes.count, using: &random)
      let count = Int.random(in: 0...bytes.count - offset, using: &random)
      #expect(
        fold(bytes, from: offset, count: count) == referenceSum(bytes[offset..<offset + count]))
    }
  }

  @Test("carries all the way round", arguments: [1, 2, 7, 8, 9, 64, 1500, 65535, 262_144])
  func carries(count: Int) {
    let ones = [UInt8](repeating: 0xFF, count: count)
    #expect(fold(ones, from: 0, count: count) == referenceSum(ones))
    #expect(fold([UInt8](repeating: 0, count: count), from: 0, count: count) == 0)
  }

  @Test("adds pieces, numbers and addresses as their words")
  func pieces() throws {
    var random = SplitMix64(seed: 9293)
    for version in [4, 6] {
      for _ in 0..<200 {
        let high = random.next()
        let low = random.next()
        let address =
          version == 4
          ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low)) : IPAddress(ipv6High: high, low: low)
        let length = UInt32(truncatingIfNeeded: random.next())
        let data = random.bytes(Int.random(in: 0...40, using: &random) * 2)
        var sum = InternetChecksum()
        sum.add(address)
        sum.add(length)
        sum.add(UInt16(17))
        unsafe sum.add(data.span.bytes, from: 0, count: data.count)
        let words =
          bytes(of: address.high) + bytes(of: address.low) + bytes(of: UInt64(length)) + [0, 17]
        #expect(sum.folded == referenceSum(words + data))
      }
    }
  }

  private func bytes(of value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
  }
}
