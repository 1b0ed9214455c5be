import Foundation

/// Plain text as LaTeX that any engine sets with any encoding of the source and of the fonts: ASCII alone, every
/// character as itself, and one that LaTeX's own fonts lack as its code in a box (`U+1F600`).
enum LaTeXText {
  static func escaped(_ text: String) -> String {
    var result = ""
    var before: Character?
    for character in oneLine(text) {
      switch (before, character) {
      // TeX takes several blanks for one, and some pairs for one character: `--` for a dash.
      case (nil, " "), (" ", " "): result += "\\ "
      case ("-", "-"), (",", ","): result += "{}\(character)"
      default: result += command(character)
      }
      before = character
    }
    return result
  }

  /// With its superscripts and subscripts.
  static func escaped(_ text: RichText) -> String {
    text.runs.map { run in
      switch run.level {
      case .base: escaped(run.text)
      case .superscript: raised(run.text, "^", "superscript")
      case .subscript: raised(run.text, "_", "subscript")
      }
    }.joined()
  }

  /// In mathematics where it is a number or a single letter, which stands for a variable.
  private static func raised(_ text: String, _ mark: String, _ name: String) -> String {
    let isNumber = text.allSatisfy { ("0"..."9").contains($0) || "−-+./".contains($0) }
    let isVariable = text.count == 1 && text.allSatisfy { $0.isASCII && $0.isLetter }
    return isNumber || isVariable
      ? "\\ensuremath{\(mark){\(text.replacing("−", with: "-"))}}" : "\\text\(name){\(escaped(text))}"
  }

  /// Plain text as a comment of one line, wrapped to several.
  static func comment(_ text: String) -> String {
    var lines = [""]
    for word in oneLine(text).split(separator: " ") {
      if lines[lines.count - 1].count + word.count > 96 { lines.append("") }
      lines[lines.count - 1] += " \(word)"
    }
    return lines.map { "%\($0)\n" }.joined()
  }

  // MARK: Characters

  private static func command(_ character: Character) -> String {
    if let command = LaTeXCharacters.commands[character] { return command }
    if character.isASCII { return "\(character)" }
    if let symbol = LaTeXCharacters.symbols[character] { return "\\ensuremath{\(symbol)}" }
    return accented(character) ?? boxed(character)
  }

  /// `\'{e}`, for a letter of the Latin alphabet with one accent or two, or a Greek one with one.
  private static func accented(_ character: Character) -> String? {
    let scalars = Array(String(character).decomposedStringWithCanonicalMapping.unicodeScalars)
    if scalars.count == 2, let symbol = LaTeXCharacters.symbols[Character(scalars[0])],
      let accent = LaTeXCharacters.accents[scalars[1]]?.symbol
    {
      return "\\ensuremath{\(accent){\(symbol)}}"
    }
    guard let base = scalars.first, let letter = LaTeXCharacters.letter(base), (2...3).contains(scalars.count) else {
      return nil
    }
    var result = letter
    for scalar in scalars.dropFirst() {
      guard let accent = LaTeXCharacters.accents[scalar] else { return nil }
      // An accent over a dot would hide it.
      if "ij".contains(result), accent.isAbove { result = "\\\(result)" }
      result = "\(accent.command){\(result)}"
    }
    // Only this encoding has the hook.
    return result.contains("\\k{") ? "{\\fontencoding{T1}\\selectfont\(result)}" : result
  }

  private static func boxed(_ character: Character) -> String {
    let codes = character.unicodeScalars.map { scalar in
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
    return "{\\setlength{\\fboxsep}{0.5pt}\\fbox{\\tiny \(codes.joined(separator: " "))}}"
  }
}
