import Foundation
import Priors

/// A cell of kind `lognormal-error`: how far the log-normal of one fit is from one law of scales.
///
///     lognormal-error: {target: {kind: horseshoe-conditional, strength: 4}, width: 100, fit: reverse}
package struct LogNormalErrorTask: Sendable, Equatable {
  package let target: LogNormalTarget
  package let parameters: LogNormalTarget.Parameters
  /// k, if it sets the shape or the dimension.
  package let width: Int?
  package let fit: LogNormalFit.Kind
  /// Where tails are compared.
  package let tailProbabilities: [Double]

  static let keys = ["target", "width", "fit", "tails"]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try field?.mapping(Self.keys) ?? [:]
    fit = try fields["fit"]?.choice(LogNormalFit.Kind.self) ?? .reverse
    tailProbabilities =
      try fields["tails"]?.list("a list of probabilities").map { item throws(StudyFileError) in
        try item.real(.probability)
      } ?? LogNormalTarget.defaultTailProbabilities
    if let field = fields["tails"], Set(tailProbabilities).count < tailProbabilities.count {
      throw field.refusal("\(field.path) repeats a probability", expected: "each once")
    }
    width = try fields["width"]?.whole(1...999_999)
    var target = LogNormalTarget.gamma
    var given = [String: YAMLField]()
    if let field = fields["target"] {
      (target, given) = try field.kind(LogNormalTarget.self, default: .gamma) {
        ["kind"] + $0.parameterNames + ($0.parameterNames.contains("squared-norm") ? ["strength"] : [])
      }
    }
    self.target = target
    parameters = try Self.parameters(target, given, width: width, fields["width"])
    guard let field = fields["target"] ?? fields["fit"] ?? field else { return }
    do { _ = try LogNormalFit.fit(target.kind(fit), to: target.law(parameters)) } catch LogNormalFitError.inaccurate {
      // Found when the cell runs, and stored with it.
    } catch {
      throw field.refusal("\(field.path): \(error)", expected: nil)
    }
  }

  private static func parameters(
    _ target: LogNormalTarget, _ given: [String: YAMLField], width: Int?, _ widthField: YAMLField?
  ) throws(StudyFileError) -> LogNormalTarget.Parameters {
    var parameters = LogNormalTarget.Parameters()
    if let width, let field = widthField {
      guard let name = target.parameterOfWidth else {
        throw field.refusal("\(field.path) means nothing for \(target.rawValue)", expected: "no width")
      }
      if let other = given[name] {
        throw other.refusal("\(other.path) stands beside a width, which sets it", expected: "one of the two")
      }
      target.setWidth(width, in: &parameters)
    }
    if let field = given["shape"] { parameters.shape = try field.real(.positive) }
    if let field = given["dimension"] { parameters.dimension = try field.whole(1...1_000_000) }
    if let field = given["scale"] { parameters.scale = try field.real(.positive) }
    if let field = given["global-scale"] { parameters.globalScale = try field.real(.positive) }
    if let field = given["squared-norm"] { parameters.squaredNorm = try field.real(.positive) }
    if let field = given["cap"] { parameters.cap = try SlabPrior.numberOrNone(field) }
    if let field = given["rate"] {
      if case .scalar("proportional", quoted: false) = field.node.content {
        // ς² = k + 1: half of it is the rate of the prior, whose shape is k/2 + 1.
        parameters.rate = target == .gamma ? parameters.shape - 0.5 : Double(parameters.dimension)
      } else {
        parameters.rate = try field.real(NumberDomain(description: "a number above 0 or proportional") { $0 > 0 })
      }
    }
    if let field = given["strength"] {
      guard parameters.squaredNorm == nil else {
        throw field.refusal("\(field.path) stands beside squared-norm", expected: "one of the two")
      }
      parameters.squaredNorm = try field.real(.positive) * Double(parameters.dimension)
    }
    return parameters
  }

  package func result() throws -> CellResult {
    let error = try LogNormalError(
      of: target.law(parameters), by: target.kind(fit), tailProbabilities: tailProbabilities)
    var metrics = [CellResult.Metric]()
    func add(_ name: String, _ value: Double?) { metrics.append(CellResult.Metric(name: name, value: value)) }
    add("mu", error.mu)
    add("omega", error.omega)
    add("kl_reverse", error.klReverse)
    add("kl_forward", error.klForward)
    add("total_variation", error.totalVariation)
    add("hellinger", error.hellinger)
    add("kolmogorov", error.kolmogorov)
    add("w1_x", error.wasserstein)
    add("w1_sqrt_x", error.wassersteinOfSquareRoot)
    add("w1_log_x", error.wassersteinOfLog)
    for (index, p) in tailProbabilities.enumerated() {
      add("upper_ratio_\(StrictNumber.print(p))", error.upperTailRatios[index])
      add("lower_ratio_\(StrictNumber.print(p))", error.lowerTailRatios[index])
    }
    add("absolute_error", error.absoluteError)
    return CellResult(metrics: metrics, converged: true)
  }
}
