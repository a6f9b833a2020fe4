/// The style sheet of all drawings, for light and dark paper.
///
/// A drawing follows the reader's system. Inside an HTML page an element with `data-theme="light"`
/// or `data-theme="dark"` around it decides instead.
enum StyleSheet {
  /// The rules; they only touch what is inside an element of class `synfin`.
  ///
  /// Each colour is said twice, as itself and as a property: programs that do not know properties
  /// show the light ones.
  static let css: String = {
    let light = properties(\.light)
    let dark = properties(\.dark)
    var rules = [
      ".synfin{\(light)}",
      "@media (prefers-color-scheme:dark){.synfin{\(dark)}}",
      "[data-theme=\"light\"] .synfin{\(light)}",
      "[data-theme=\"dark\"] .synfin{\(dark)}",
    ]
    for hue in Hue.allCases {
      rules.append(".synfin .\(hue.strokeClass){\(twice("stroke", hue))}")
      rules.append(".synfin .\(hue.fillClass){\(twice("fill", hue))}")
    }
    return (rules + fixed).joined(separator: "\n") + "\n"
  }()

  private static let fixed = [
    ".synfin text{font-family:system-ui,-apple-system,\"Segoe UI\",\"Noto Sans\",Arial,sans-serif;"
      + "font-variant-numeric:tabular-nums}",
    ".synfin text.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"
      + "\"Liberation Mono\",\"DejaVu Sans Mono\",monospace}",
    ".synfin .bold{font-weight:600}",
    ".synfin .line{fill:none;stroke-width:1.5;stroke-linejoin:round;stroke-linecap:butt}",
    ".synfin .thin{stroke-width:1}",
    ".synfin .thick{stroke-width:2.5}",
    ".synfin .dashed{stroke-dasharray:6 4}",
    ".synfin .dotted{stroke-dasharray:1.5 3.5}",
    ".synfin .pale{fill-opacity:.18}",
    ".synfin .faded{fill-opacity:.08}",
    ".synfin .edged{\(twice("stroke", .rail));stroke-width:1}",
  ]

  private static func properties(_ color: (Hue) -> String) -> String {
    Hue.allCases.map { "--sf-\($0.rawValue):\(color($0))" }.joined(separator: ";")
  }

  private static func twice(_ property: String, _ hue: Hue) -> String {
    "\(property):\(hue.light);\(property):var(--sf-\(hue.rawValue))"
  }
}
