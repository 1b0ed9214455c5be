/// Why a fit ended without a result.
public enum FitError: Error, Equatable, CustomStringConvertible {
  /// A loss or gradient stopped being a number.
  case diverged(step: Int, quantity: String)
  /// A variational parameter left its domain, e.g. a standard deviation that underflowed.
  case outOfDomain(step: Int, quantity: String)
  /// The data don't fit the model, or a setting of the recipe is out of range.
  case mismatch(what: String, found: String, expected: String)
  /// Whoever asked for the fit wanted it no longer.
  case cancelled

  public var description: String {
    switch self {
    case .diverged(let step, let quantity):
      "training diverged at step \(step): \(quantity) is not a number; lower the learning rate"
    case .outOfDomain(let step, let quantity):
      "training diverged at step \(step): \(quantity); lower the learning rate"
    case .cancelled: "training was cancelled"
    case .mismatch(let what, let found, let expected):
      "\(what): found \(found), expected \(expected)"
    }
  }
}
