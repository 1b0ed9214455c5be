import Foundation
import GSL
import Testing

@testable import Simulation

@Suite("Formulas") struct FormulaTests {
  private static func value(_ text: String, at x: [Double] = [0.3, -1.7, 2.5]) throws -> Double {
    try Formula(text, inputCount: x.count).value(at: x[...])
  }

  @Test("has the bits of the same expression in Swift") func values() throws {
    let x = [0.3, -1.7, 2.5]
    let expected: [(String, Double)] = [
      ("sin(2*pi*x1) + abs(x2 - 0.5)^0.7", sin(2 * .pi * x[0]) + pow(abs(x[1] - 0.5), 0.7)),
      ("cos(x1) - tan(x1) / exp(x2)", cos(x[0]) - tan(x[0]) / exp(x[1])),
      ("log(x3) * sqrt(x3) + tanh(x2)", log(x[2]) * x[2].squareRoot() + tanh(x[1])),
      ("asin(x1) + acos(x1) + atan(x2)", asin(x[0]) + acos(x[0]) + atan(x[1])),
      ("sinh(x1) + cosh(x2)", sinh(x[0]) + cosh(x[1])),
      ("min(x1, x2, x3)", -1.7), ("max(x1, x2, x3)", 2.5), ("min(x3, 1) + max(x2, 0)", 1),
      ("step(x1 - 0.3)", 1), ("step(x1 - 0.4)", 0), ("sign(x2)", -1), ("sign(0)", 0), ("floor(x2)", -2),
      ("e", M_E), ("pi", .pi), ("1.5e3", 1500), (".5", 0.5), ("2.", 2), ("1E-2", 0.01), (" \n x1\t", 0.3),
    ]
    for (text, value) in expected { #expect(try Self.value(text) == value, "\(text)") }
  }

  @Test(
    "precedence and grouping are those of mathematics",
    arguments: [
      ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9), ("8 - 3 - 2", 3), ("16 / 4 / 2", 2), ("2 * 3 ^ 2", 18), ("2 ^ 3 ^ 2", 512),
      ("(2 ^ 3) ^ 2", 64), ("-2 ^ 2", -4), ("(-2) ^ 2", 4), ("2 ^ -1", 0.5), ("2 ^ -2 ^ 2", 0.0625), ("-2 * 3", -6),
      ("2 * -3", -6), ("2 - -3", 5), ("--2", 2), ("+2", 2), ("-abs(-3)", -3), ("6 / 2 * 3", 9), ("2 + 3 - 4 + 5", 6),
    ])
  func precedence(text: String, value: Double) throws {
    #expect(try Self.value(text) == value)
  }

  @Test("spaces and needless parentheses change nothing, and what is otherwise is another formula") func meaning() throws {
    let formula = try Formula("2*(x1+1)^2", inputCount: 3)
    #expect(try Formula(" 2.0 * ((x1 + (1)) ^ 2)", inputCount: 3).canonical == formula.canonical)
    #expect(formula.canonical == "2 * (x1 + 1)^2")
    #expect(try Formula("(2*(x1+1))^2", inputCount: 3).canonical != formula.canonical)
    for text in [
      "x1 - (x2 - x3)", "x1 - x2 - x3", "-x1^2", "(-x1)^2", "2^-x1^2", "(2^x1)^x2", "-(x1 * x2)", "-x1 * x2", "--x1",
      "max(max(x1, x2), x3 + 0.1)", "sin(2 * pi * x1) / (e + 1e+20)", "x1 / (x2 / x3)", "x1 * -x2", "(x1 + x2) * x3",
    ] {
      #expect(try Formula(text, inputCount: 3).canonical == text)
    }
  }

  @Test(
    "errors say where, what and what was expected",
    arguments: [
      ("", 1, "the formula ends too soon", "a number, a variable, a function or '('"),
      ("x1 +", 5, "the formula ends too soon", "a number, a variable, a function or '('"),
      ("2 * (x1 + 1", 12, "the formula ends too soon", "an operator or ')'"),
      ("x1 x2", 4, "unexpected 'x'", "an operator or the end"), ("2x1", 2, "unexpected 'x'", "an operator or the end"),
      ("(x1))", 5, "unexpected ')'", "an operator or the end"), ("x1 ** 2", 5, "unexpected '*'", "a number, a variable, a function or '('"),
      ("3 % 2", 3, "unexpected '%'", "an operator or the end"), ("1..2", 3, "unexpected '.'", "an operator or the end"),
      (".", 1, "'.' is not a number", "one such as 3, 0.25 or 1e-3"),
      ("1e999", 1, "'1e999' is not a number", "one such as 3, 0.25 or 1e-3"),
      ("x1 + y", 6, "unknown variable 'y'", "x1, …, x3, pi or e"), ("x4", 1, "unknown variable 'x4'", "x1, …, x3, pi or e"),
      ("x0", 1, "unknown variable 'x0'", "x1, …, x3, pi or e"), ("x01", 1, "unknown variable 'x01'", "x1, …, x3, pi or e"),
      (
        "1 + sinus(x1)", 5, "unknown function 'sinus'",
        "sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, exp, log, sqrt, abs, sign, floor, step, min or max"
      ),
      ("sin x1", 5, "unexpected 'x'", "'(' after the function sin"), ("sin", 4, "the formula ends too soon", "'(' after the function sin"),
      ("sin(x1, x2)", 7, "unexpected ','", "')', as sin takes one argument"),
      ("max(x1)", 7, "unexpected ')'", "',' and a second argument of max"), ("neg(x1)", 1, "unknown function 'neg'", "sin"),
    ])
  func errors(text: String, column: Int, what: String, expected: String) {
    let error = #expect(throws: FormulaError.self) { try Formula(text, inputCount: 3) }
    #expect(error?.column == column && error?.what == what, "\(text): \(error.map(String.init(describing:)) ?? "")")
    #expect(error?.expected.hasPrefix(expected) == true, "\(error?.expected ?? "")")
  }

  @Test("nesting is limited, length of a sum is not") func depth() throws {
    let sum = Array(repeating: "x1", count: 3000).joined(separator: "+")
    #expect(abs(try Self.value(sum) - 900) < 1e-9)
    for (open, close) in [("(", ")"), ("-", ""), ("abs(", ")"), ("2^", "")] {
      func nested(_ depth: Int) -> String {
        String(repeating: open, count: depth) + "x1" + String(repeating: close, count: depth)
      }
      #expect(throws: Never.self) { try Formula(nested(Formula.maximumDepth - 1), inputCount: 1) }
      let error = #expect(throws: FormulaError.self) { try Formula(nested(1500), inputCount: 1) }
      #expect(error?.what == "the formula is nested too deep")
    }
    let error = #expect(throws: FormulaError.self) { try Formula(String(repeating: " ", count: 10_001), inputCount: 1) }
    #expect(error?.what == "the formula has 10001 characters")
  }

  @Test("mangled formulas end in a value or an error within the text, never in a crash", arguments: 0..<4)
  func fuzz(stream: Int) {
    let pieces = [
      "x1", "x2", "x3", "x99", "2", "0.5", "1e", "e", "pi", "+", "-", "*", "/", "^", "(", ")", ",", "sin", "max(", "min",
      "log(", " ", ".", "é", "\u{0}", "\n", "(((", "^-", "x", "_",
    ]
    let random = RandomGenerator(key: StreamKey(seed: 20_261_124).child("formula fuzz").child(stream))
    for _ in 0..<5000 {
      let text = (0...random.index(below: 25)).map { _ in pieces[random.index(below: pieces.count)] }.joined()
      do throws(FormulaError) {
        let formula = try Formula(text, inputCount: 3)
        let again = try Formula(formula.canonical, inputCount: 3)
        #expect(again == formula, "\(text)")
      } catch {
        #expect((1...(text.unicodeScalars.count + 1)).contains(error.column), "\(text)")
      }
    }
  }

  @Test("data of a teacher that is not finite everywhere are refused at the point") func notFinite() throws {
    func data(_ text: String) throws -> SimulatedData {
      try DataGenerator(
        teacher: FormulaTeacher(Formula(text, inputCount: 7)), design: .uniform, noiseStandardDeviation: 0.1
      ).sample(rowCount: 50, key: StreamKey(seed: 1))
    }
    #expect(try data("log(x1)").truth.allSatisfy(\.isFinite))
    for (text, value) in [("log(x1 - 2)", "not a number"), ("1 / (x1 - x1)", "inf"), ("sqrt(0.5 - x7)", "not a number"), ("min(x1, sqrt(-1))", "not a number")] {
      let error = #expect(throws: SimulationError.self) { try data(text) }
      let sentence = error?.description ?? ""
      #expect(sentence.hasPrefix("the regression function at x = (0.") && sentence.contains(", …) is"), "\(sentence)")
      #expect(sentence.hasSuffix("\(value); it must be finite at every point of the design"), "\(sentence)")
    }
    let points = try DataGenerator(
      teacher: FormulaTeacher(Formula("1 / (x1 - 0.5)", inputCount: 1)), design: .uniform, noiseStandardDeviation: 0.1)
    // Sobol's first point is the middle.
    #expect(throws: SimulationError.self) { try points.evaluationPoints(count: 16, key: StreamKey(seed: 1)) }
  }

  @Test("the domain is where the design lies") func domain() throws {
    let formula = try Formula("x1", inputCount: 1)
    let signs = try [InputDomain.unit, .symmetric].map { domain in
      try DataGenerator(
        teacher: FormulaTeacher(formula, domain: domain), design: .uniform, noiseStandardDeviation: 0.1
      ).sample(rowCount: 100, key: StreamKey(seed: 1)).truth.contains { $0 < 0 }
    }
    #expect(signs == [false, true])
  }
}
