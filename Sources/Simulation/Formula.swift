import Foundation

/// A real function of x1, …, xp, as text says it: `sin(2*pi*x1) + abs(x2 - 0.5)^0.7`.
///
///     let formula = try Formula("x1^2 + max(x2, 0)", inputCount: 2)
///     formula.value(at: [3, -1])     // 9
///
/// Numbers, the variables, the constants pi and e, the functions of `functionNames`, `+ - * / ^` and parentheses. `^` binds
/// tightest and groups from the right, then come signs (−x1^2 is −(x1²)), then `* /`, then `+ -`, grouped from the left.
/// Where arithmetic has no finite value, the value is an infinity or NaN, as IEEE 754 has it.
public struct Formula: Sendable, Equatable {
  public let inputCount: Int
  /// One spelling for one meaning, however it was spaced and bracketed.
  public let canonical: String
  private let steps: [Step]

  /// The deepest nesting of parentheses, calls, signs and powers.
  public static let maximumDepth = 100
  public static let maximumLength = 10_000

  /// One step of a machine with a stack.
  fileprivate enum Step: Sendable, Equatable {
    case constant(Double)
    case variable(Int)
    case unary(UnaryFunction)
    case binary(BinaryFunction)
  }

  /// - Parameter inputCount: p, at least 1.
  /// - Throws: `FormulaError` with the column of the first thing that is wrong.
  public init(_ text: String, inputCount: Int) throws(FormulaError) {
    var parser = FormulaParser(text, inputCount: inputCount)
    steps = try parser.parse()
    self.inputCount = inputCount
    canonical = Self.canonical(steps)
  }

  /// - Precondition: x has p numbers.
  public func value(at x: ArraySlice<Double>) -> Double {
    var stack: [Double] = []
    for step in steps {
      switch step {
      case .constant(let value): stack.append(value)
      case .variable(let index): stack.append(x[x.startIndex + index])
      case .unary(let function): stack[stack.count - 1] = function.value(stack[stack.count - 1])
      case .binary(let function):
        let right = stack.removeLast()
        stack[stack.count - 1] = function.value(stack[stack.count - 1], right)
      }
    }
    return stack[0]
  }

  /// In the order in which errors list them.
  public static var functionNames: [String] {
    UnaryFunction.allCases.filter { $0 != .negative }.map(\.rawValue) + BinaryFunction.named.map(\.rawValue)
  }

  fileprivate enum UnaryFunction: String, CaseIterable, Sendable {
    case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, exp, log, sqrt, abs, sign, floor
    /// 0 below 0, else 1.
    case step
    case negative = "neg"

    func value(_ x: Double) -> Double {
      switch self {
      case .sin: Foundation.sin(x)
      case .cos: Foundation.cos(x)
      case .tan: Foundation.tan(x)
      case .asin: Foundation.asin(x)
      case .acos: Foundation.acos(x)
      case .atan: Foundation.atan(x)
      case .sinh: Foundation.sinh(x)
      case .cosh: Foundation.cosh(x)
      case .tanh: Foundation.tanh(x)
      case .exp: Foundation.exp(x)
      case .log: Foundation.log(x)
      case .sqrt: x.squareRoot()
      case .abs: x.magnitude
      case .sign: x > 0 ? 1 : x < 0 ? -1 : x
      case .floor: x.rounded(.down)
      case .step: x.isNaN ? x : x < 0 ? 0 : 1
      case .negative: -x
      }
    }
  }

  fileprivate enum BinaryFunction: String, CaseIterable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case power = "^"
    case min, max

    /// Those that are called by name, with two arguments or more.
    static let named = [min, max]

    func value(_ x: Double, _ y: Double) -> Double {
      switch self {
      case .add: x + y
      case .subtract: x - y
      case .multiply: x * y
      case .divide: x / y
      case .power: pow(x, y)
      // NaN wins: an undefined argument is never lost.
      case .min: x.isNaN || y.isNaN ? .nan : Swift.min(x, y)
      case .max: x.isNaN || y.isNaN ? .nan : Swift.max(x, y)
      }
    }
  }
}

extension Formula {
  /// How tightly a part of a formula holds together; a looser one within a tighter needs parentheses.
  private enum Level: Int { case sum, product, sign, power, atom }

  private static func canonical(_ steps: [Step]) -> String {
    var stack: [(text: String, level: Level)] = []
    func take(_ level: Level) -> String {
      let part = stack.removeLast()
      return part.level.rawValue < level.rawValue ? "(\(part.text))" : part.text
    }
    for step in steps {
      switch step {
      case .constant(let value):
        let whole = value < 1e15 ? Int(exactly: value) : nil
        stack.append((value == .pi ? "pi" : value == M_E ? "e" : whole.map(String.init) ?? "\(value)", .atom))
      case .variable(let index): stack.append(("x\(index + 1)", .atom))
      case .unary(.negative): stack.append(("-" + take(.sign), .sign))
      case .unary(let function): stack.append(("\(function.rawValue)(\(take(.sum)))", .atom))
      case .binary(let function):
        let levels: (left: Level, right: Level, whole: Level) =
          switch function {
          case .add, .subtract: (.sum, .product, .sum)
          case .multiply, .divide: (.product, .sign, .product)
          case .power: (.atom, .sign, .power)
          case .min, .max: (.sum, .sum, .atom)
          }
        let right = take(levels.right)
        let left = take(levels.left)
        let text =
          switch function {
          case .min, .max: "\(function.rawValue)(\(left), \(right))"
          case .power: "\(left)^\(right)"
          default: "\(left) \(function.rawValue) \(right)"
          }
        stack.append((text, levels.whole))
      }
    }
    return stack[0].text
  }
}

/// Recursive descent, a function for each level of precedence; what it reads it writes down in postfix order.
private struct FormulaParser {
  private let text: [Unicode.Scalar]
  private let inputCount: Int
  private var index = 0
  private var depth = 0
  private var steps: [Formula.Step] = []

  private static let operand = "a number, a variable, a function or '('"
  private static let constants = ["pi": Double.pi, "e": M_E]

  init(_ text: String, inputCount: Int) {
    self.text = Array(text.unicodeScalars)
    self.inputCount = inputCount
  }

  mutating func parse() throws(FormulaError) -> [Formula.Step] {
    guard text.count <= Formula.maximumLength else {
      throw FormulaError(
        column: 1, what: "the formula has \(text.count) characters", expected: "at most \(Formula.maximumLength)")
    }
    try sum()
    guard peek() == nil else { throw refusal(expected: "an operator or the end") }
    return steps
  }

  private mutating func sum() throws(FormulaError) {
    try product()
    while let sign = take("+", "-") {
      try product()
      steps.append(.binary(sign == "+" ? .add : .subtract))
    }
  }

  private mutating func product() throws(FormulaError) {
    try signed()
    while let sign = take("*", "/") {
      if sign == "*", peek() == "*" { throw refusal(expected: Self.operand, suggestion: "'^'") }
      try signed()
      steps.append(.binary(sign == "*" ? .multiply : .divide))
    }
  }

  /// Every recursion passes through here.
  private mutating func signed() throws(FormulaError) {
    depth += 1
    guard depth <= Formula.maximumDepth else {
      throw FormulaError(
        column: index + 1, what: "the formula is nested too deep", expected: "at most \(Formula.maximumDepth) levels")
    }
    if let sign = take("+", "-") {
      try signed()
      if sign == "-" { steps.append(.unary(.negative)) }
    } else {
      try operand()
      if take("^") != nil {
        try signed()
        steps.append(.binary(.power))
      }
    }
    depth -= 1
  }

  private mutating func operand() throws(FormulaError) {
    if take("(") != nil {
      try sum()
      try close(called: nil)
    } else if let scalar = peek(), Self.isDigit(scalar) || scalar == "." {
      steps.append(.constant(try number()))
    } else if let scalar = peek(), Self.isLetter(scalar) {
      try named()
    } else {
      throw refusal(expected: Self.operand)
    }
  }

  private mutating func number() throws(FormulaError) -> Double {
    let start = index
    skipDigits()
    if index < text.count, text[index] == "." {
      index += 1
      skipDigits()
    }
    if index < text.count, text[index] == "e" || text[index] == "E" {
      let isSigned = index + 1 < text.count && (text[index + 1] == "+" || text[index + 1] == "-")
      let digits = index + (isSigned ? 2 : 1)
      if digits < text.count, Self.isDigit(text[digits]) {
        index = digits
        skipDigits()
      }
    }
    let spelling = string(start..<index)
    guard let value = Double(spelling), value.isFinite else {
      throw FormulaError(
        column: start + 1, what: "'\(Self.cut(spelling))' is not a number", expected: "one such as 3, 0.25 or 1e-3")
    }
    return value
  }

  /// A constant, a variable or a call.
  private mutating func named() throws(FormulaError) {
    let start = index
    while index < text.count, Self.isLetter(text[index]) || Self.isDigit(text[index]) { index += 1 }
    let name = string(start..<index)
    let isCall = peek() == "("
    if let function = Formula.UnaryFunction(rawValue: name), function != .negative {
      try call(name) { parser throws(FormulaError) in
        try parser.sum()
        parser.steps.append(.unary(function))
      }
    } else if let function = Formula.BinaryFunction(rawValue: name) {
      try call(name) { parser throws(FormulaError) in
        try parser.sum()
        guard parser.peek() == "," else { throw parser.refusal(expected: "',' and a second argument of \(name)") }
        while parser.take(",") != nil {
          try parser.sum()
          parser.steps.append(.binary(function))
        }
      }
    } else if isCall {
      throw FormulaError(
        column: start + 1, what: "unknown function '\(Self.cut(name))'", expected: Self.oneOf(Formula.functionNames),
        name: name == "ln" ? "log" : name, candidates: Formula.functionNames)
    } else if let constant = Self.constants[name] {
      steps.append(.constant(constant))
    } else if name.first == "x", let number = Int(name.dropFirst()), (1...inputCount).contains(number), name == "x\(number)" {
      steps.append(.variable(number - 1))
    } else {
      let variables = inputCount == 1 ? "x1" : inputCount == 2 ? "x1, x2" : "x1, …, x\(inputCount)"
      throw FormulaError(
        column: start + 1, what: "unknown variable '\(Self.cut(name))'", expected: "\(variables), pi or e",
        name: name, candidates: ["pi"] + (1...min(inputCount, 1000)).map { "x\($0)" })
    }
  }

  private mutating func call(
    _ name: String, _ arguments: (inout FormulaParser) throws(FormulaError) -> Void
  ) throws(FormulaError) {
    guard take("(") != nil else { throw refusal(expected: "'(' after the function \(name)") }
    try arguments(&self)
    try close(called: name)
  }

  private mutating func close(called name: String?) throws(FormulaError) {
    guard take(")") == nil else { return }
    if peek() == ",", let name { throw refusal(expected: "')', as \(name) takes one argument") }
    throw refusal(expected: "an operator or ')'")
  }

  // MARK: Characters

  private mutating func peek() -> Unicode.Scalar? {
    while index < text.count, " \t\n\r".unicodeScalars.contains(text[index]) { index += 1 }
    return index < text.count ? text[index] : nil
  }

  private mutating func take(_ scalars: Unicode.Scalar...) -> Unicode.Scalar? {
    guard let next = peek(), scalars.contains(next) else { return nil }
    index += 1
    return next
  }

  private mutating func skipDigits() { while index < text.count, Self.isDigit(text[index]) { index += 1 } }

  private func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(text[range])) }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }

  // MARK: Refusals

  /// At the next character, or at the end.
  private mutating func refusal(expected: String, suggestion: String? = nil) -> FormulaError {
    let next = peek()
    return FormulaError(
      column: index + 1, what: next.map { "unexpected '\($0)'" } ?? "the formula ends too soon", expected: expected,
      suggestion: suggestion)
  }

  private static func cut(_ text: String) -> String { text.count > 40 ? text.prefix(40) + "…" : text }

  private static func oneOf(_ names: [String]) -> String {
    names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }
}
