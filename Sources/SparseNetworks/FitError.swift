/// Why a fit ended without a result.
public enum FitError: Error, Equatable, CustomStringConvertible {
  /// A loss or bound became infinite.
  case diverged(step: Int, quantity: String)
  /// A loss or bound stopped being a number.
  case notANumber(step: Int, quantity: String)
  /// A variational parameter left its domain, e.g. a standard deviation that underflowed.
  case outOfDomain(step: Int, quantity: String)
  /// The data don't fit the model, or a setting of the recipe is out of range.
  case mismatch(what: String, found: String, expected: String)
  /// Whoever asked for the fit wanted it no longer.
  case cancelled

  /// The signature of a failed training; nil where training was not to blame.
  public var diagnosis: FitDiagnosis? {
    switch self {
    case .diverged, .outOfDomain: .diverged
    case .notANumber: .notANumber
    case .mismatch, .cancelled: nil
    }
  }

  /// - Throws: `diverged` or `notANumber` unless `value` is finite.
  static func requireFinite(_ value: Double, step: Int, quantity: String) throws(FitError) {
    guard !value.isFinite else { return }
    throw value.isNaN ? .notANumber(step: step, quantity: quantity) : .diverged(step: step, quantity: quantity)
  }

  /// A failed training's begins with the name of its diagnosis.
  public var description: String {
    switch self {
    case .diverged(let step, let quantity): failure("\(quantity) is infinite at step \(step)")
    case .notANumber(let step, let quantity): failure("\(quantity) is not a number at step \(step)")
    case .outOfDomain(let step, let quantity): failure("\(quantity), at step \(step)")
    case .cancelled: "training was cancelled"
    case .mismatch(let what, let found, let expected): "\(what): found \(found), expected \(expected)"
    }
  }

  private func failure(_ what: String) -> String {
    guard let diagnosis else { return what }
    return "\(diagnosis.rawValue): \(what); \(diagnosis.advice)"
  }
}
