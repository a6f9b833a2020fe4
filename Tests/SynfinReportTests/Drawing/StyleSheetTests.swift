import Testing

@testable import SynfinReport

@Suite struct StyleSheetTests {
  /// Relative luminance (WCAG 2.2, definitions).
  private func luminance(_ color: String) -> Double {
    let bits = Int(color.dropFirst(), radix: 16) ?? 0
    let parts = [16, 8, 0].map { shift -> Double in
      let value = Double(bits >> shift & 0xFF) / 255
      guard value > 0.04045 else { return value / 12.92 }
      // x^2.4 = (x^0.2)^12, and a fifth root by Newton's method.
      let base = (value + 0.055) / 1.055
      var root = 1.0
      for _ in 0..<60 {
        root -= (root * root * root * root * root - base) / (5 * root * root * root * root)
      }
      return (0..<12).reduce(1.0) { product, _ in product * root }
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  private func contrast(_ first: String, _ second: String) -> Double {
    let pair = [luminance(first), luminance(second)].sorted()
    return (pair[1] + 0.05) / (pair[0] + 0.05)
  }

  @Test func lettersHaveContrastOnEveryGround() {
    #expect(abs(contrast("#ffffff", "#000000") - 21) < 0.01)
    for letter in Hue.letters {
      for ground in Hue.grounds {
        #expect(contrast(letter.light, ground.light) >= 4.5, "\(letter) on \(ground), light")
        #expect(contrast(letter.dark, ground.dark) >= 4.5, "\(letter) on \(ground), dark")
      }
    }
  }

  @Test func everyRuleStaysInsideADrawing() {
    let rules = StyleSheet.css.split(separator: "\n")
    #expect(rules.count > 2 * Hue.allCases.count)
    #expect(
      rules.allSatisfy {
        $0.hasPrefix(".synfin") || $0.hasPrefix("@media") || $0.hasPrefix("[data")
      })
    #expect(!StyleSheet.css.contains("<") && !StyleSheet.css.contains("&"))
  }

  @Test func everyHueHasAClassOfItsOwn() {
    let names = Hue.allCases.flatMap { ["\($0.strokeClass)", "\($0.fillClass)"] }
    #expect(Set(names).count == 2 * Hue.allCases.count)
    for name in names { #expect(StyleSheet.css.contains(".synfin .\(name){")) }
  }
}
