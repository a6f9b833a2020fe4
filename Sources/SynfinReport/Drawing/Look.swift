/// The classes of an element, by which the style sheet draws it.
///
/// They are words of this program: nothing that a packet says can become one.
struct Look: ExpressibleByStringLiteral, Sendable {
  private(set) var names: [StaticString] = []

  init() {}

  init(stringLiteral name: StaticString) { names = [name] }

  static func + (first: Look, second: Look) -> Look {
    var sum = first
    sum.names += second.names
    return sum
  }

  /// A line in a colour.
  static func line(_ hue: Hue, _ dash: Dash = .solid) -> Look {
    "line" + Look(stringLiteral: hue.strokeClass) + dash.look
  }

  /// A surface in a colour.
  static func fill(_ hue: Hue) -> Look { Look(stringLiteral: hue.fillClass) }
}

/// The strokes of a line, which tell lines apart where colours do not.
enum Dash: Sendable, CaseIterable {
  case solid, dashed, dotted

  var look: Look {
    switch self {
    case .solid: Look()
    case .dashed: "dashed"
    case .dotted: "dotted"
    }
  }
}
