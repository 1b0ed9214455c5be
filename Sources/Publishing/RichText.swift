/// A line of text with superscripts and subscripts, before a renderer writes it in its own markup: whatever a study's
/// author wrote is plain text in it, and stays that in every format.
struct RichText: Sendable, Equatable {
  enum Level: Sendable, Equatable { case base, superscript, `subscript` }

  struct Run: Sendable, Equatable {
    let text: String
    let level: Level
  }

  private(set) var runs: [Run]

  /// Plain text; line breaks and control characters become blanks.
  init(_ text: String) { runs = text.isEmpty ? [] : [Run(text: oneLine(text), level: .base)] }

  static func superscript(_ text: String) -> RichText { RichText(text, .superscript) }
  static func `subscript`(_ text: String) -> RichText { RichText(text, .subscript) }

  private init(_ text: String, _ level: Level) { runs = [Run(text: oneLine(text), level: level)] }

  static func + (left: RichText, right: RichText) -> RichText {
    var sum = left
    sum.runs += right.runs
    return sum
  }

  var isEmpty: Bool { runs.isEmpty }
  var isPlain: Bool { runs.allSatisfy { $0.level == .base } }

  /// In Unicode alone: raised and lowered digits where they exist, `^(…)` and `_…` elsewhere.
  var unicode: String {
    runs.map { run in
      switch run.level {
      case .base: return run.text
      case .superscript: return Self.replaced(run.text, by: Self.raised) ?? "^(\(run.text))"
      case .subscript: return Self.replaced(run.text, by: Self.lowered) ?? "_\(run.text)"
      }
    }.joined()
  }

  /// How wide it is, in letters of its base.
  var length: Double {
    runs.reduce(0) { $0 + Double($1.text.count) * ($1.level == .base ? 1 : 0.75) }
  }

  private static func replaced(_ text: String, by characters: [Character: Character]) -> String? {
    let found = text.map { characters[$0] }
    return found.contains(nil) ? nil : String(found.compactMap { $0 })
  }

  private static let raised: [Character: Character] = [
    "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹", "−": "⁻",
    "-": "⁻", "n": "ⁿ",
  ]
  private static let lowered: [Character: Character] = [
    "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈", "9": "₉", "n": "ₙ",
    "l": "ₗ", "k": "ₖ",
  ]
}

extension RichText: ExpressibleByStringInterpolation {
  init(stringLiteral text: String) { self.init(text) }
}
