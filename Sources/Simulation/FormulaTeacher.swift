/// A regression function of the user's own, given as a formula in the inputs.
///
/// Nothing is known of its values beforehand: data generators refuse points where it is not finite.
public struct FormulaTeacher: Teacher, Equatable {
  public let inputCount: Int
  public let domain: InputDomain
  public let expression: Formula

  public init(_ formula: Formula, domain: InputDomain = .unit) {
    inputCount = formula.inputCount
    self.domain = domain
    expression = formula
  }

  public func value(at x: ArraySlice<Double>) -> Double { expression.value(at: x) }
}
