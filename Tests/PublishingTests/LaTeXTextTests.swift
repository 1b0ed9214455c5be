import Foundation
import Testing

@testable import Publishing

@Suite("Plain text in LaTeX") struct LaTeXTextTests {
  /// A line of text each, as a page says it.
  private static func lines(_ texts: [String], fonts: String = "T1") throws -> [String] {
    let body = texts.map { "\\mbox{\($0)}\\par" }.joined(separator: "\n")
    let document = """
      \\documentclass{article}
      \\usepackage[\(fonts)]{fontenc}
      \(fonts == "T1" ? "\\usepackage{lmodern}" : "")
      \\usepackage[paperwidth=40in,paperheight=40in,margin=1in]{geometry}
      \\parindent=0pt
      \\pagestyle{empty}
      \\begin{document}
      \(body)
      \\end{document}
      """
    let page = try OpenedFiles.set([TextFile(name: "text.tex", content: document)], "text")
    return page.split(separator: "\n").map { $0.filter { $0 != "\u{C}" } }.filter { !$0.isEmpty }
  }

  @Test("every character comes out as itself") func itself() throws {
    let printable = String(String.UnicodeScalarView((0x21...0x7E).compactMap(Unicode.Scalar.init)))
    let texts = [
      printable, "a--b ---c ,,d ``e'' <<f>> ?`g", "Größe, naïve, Łódź, façade, Ærø, ångström", "±0.5 − ε α Σ ∞ ∥x∥ ≤ → ∈",
      "½ ¼ ° § ¶ † € £ © — “q” ‘r’ …", "%\\{}$&#^_~", "[x] *y", "2² n⁻¹",
    ]
    let found = try Self.lines(texts.map(LaTeXText.escaped))
    // Raised digits are small digits to a reader of PDF, and may stand on a line of their own; three dots are three.
    let expected = texts.map { $0.replacing("2² n⁻¹", with: "22 n−1").replacing("…", with: ". . .") }
    #expect(OpenedFiles.words(found.joined(separator: " ")) == OpenedFiles.words(expected.joined(separator: " ")))
  }

  @Test("what LaTeX's fonts lack is its code in a box, line breaks are blanks, and blanks stay")
  func unknown() throws {
    let found = try Self.lines(["🦊 漢 က", "a\nb", "  two  blanks"].map(LaTeXText.escaped))
    #expect(found[0] == "U+1F98A U+6F22 U+1000" && found[1] == "a b")
    #expect(LaTeXText.escaped("  two  blanks") == "\\ \\ two \\ blanks")
    #expect(LaTeXText.escaped("👩‍🔬").contains("U+1F469 U+200D U+1F52C"))
  }

  @Test("no character breaks a document, whatever the encoding of its fonts", arguments: ["T1", "OT1"])
  func allCharacters(fonts: String) throws {
    let accents = LaTeXCharacters.accents.keys.flatMap { accent in
      "aAeiIjozcεθx".unicodeScalars.map { Character(String(String.UnicodeScalarView([$0, accent]))) }
    }
    let characters = Array(LaTeXCharacters.commands.keys) + Array(LaTeXCharacters.symbols.keys) + accents + ["ế", "ǖ", "ᾆ"]
    #expect(characters.count > 380)
    // Each by itself and all in one line, in text and as a superscript.
    let texts = characters.map { LaTeXText.escaped(String($0)) } + [
      LaTeXText.escaped(String(characters)),
      LaTeXText.escaped("x" + RichText.superscript(String(characters)) + .subscript(String(characters))),
    ]
    #expect(texts.allSatisfy { $0.allSatisfy(\.isASCII) })
    _ = try Self.lines(texts, fonts: fonts)
  }

  @Test("numbers and variables are raised and lowered in mathematics, words in text") func levels() {
    #expect(LaTeXText.escaped("10" + RichText.superscript("−1/2")) == "10\\ensuremath{^{-1/2}}")
    #expect(LaTeXText.escaped("ε" + RichText.subscript("n")) == "\\ensuremath{\\varepsilon}\\ensuremath{_{n}}")
    #expect(LaTeXText.escaped("x" + RichText.subscript("a_b")) == "x\\textsubscript{a\\_b}")
  }

  @Test("no line of a comment ends it early") func comments() {
    let comment = LaTeXText.comment(Array(repeating: "word\n\\end{document}", count: 20).joined(separator: " "))
    #expect(comment.split(separator: "\n").allSatisfy { $0.hasPrefix("% ") && $0.count <= 120 })
  }
}
