/// A regression function of the user's own, given as a formula in the inputs.
///
/// Nothing is known of its values beforehand: data generators refuse points where it is not finite.
public struct FormulaTeacher: Teacher, Equatable {
  public let inputCount: Int
  public let domain: InputDomain
  public let formula: Formula

  public init(_ formula: Formula, domain: InputDomain = .unit) {
    inputCount = formula.inputCount
    self.domain = domain
    self.formula = formula
  }

  public func value(at x: ArraySlice<Double>) -> Double { formula.value(at: x) }
}
