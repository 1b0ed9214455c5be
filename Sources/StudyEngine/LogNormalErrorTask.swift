import Foundation
import Priors

/// A cell of kind `lognormal-error`: how far the log-normal of one fit is from one law of scales.
///
///     lognormal-error: {target: {kind: horseshoe-conditional, strength: 4}, width: 100, fit: reverse}
package struct LogNormalErrorTask: Sendable, Equatable {
  package private(set) var target = LogNormalTarget.gamma
  package private(set) var parameters = LogNormalTarget.Parameters()
  /// k, if it sets the shape or the dimension.
  package private(set) var width: Int?
  package private(set) var fit = LogNormalFit.Kind.reverse
  /// Where tails are compared.
  package private(set) var tailProbabilities = LogNormalTarget.defaultTailProbabilities

  static let keys: [SectionKey<LogNormalErrorTask>] = [
    SectionKey("fit", .name, \.fit, default: "reverse", "How the log-normal is chosen."),
    SectionKey(
      reading: "tails", .list(.real(.probability)), default: "[1e-3, 1e-6]", "Probabilities at which tails are compared."
    ) { field, task throws(StudyFileError) in
      task.tailProbabilities = try field.list("a list of probabilities").map { item throws(StudyFileError) in
        try item.real(.probability)
      }
      guard Set(task.tailProbabilities).count == task.tailProbabilities.count else {
        throw field.refusal("\(field.path) repeats a probability", expected: "each once")
      }
    },
    SectionKey(
      "width", .orNone(.whole(1...999_999)), \.width, default: "none",
      "k: sets the shape to k/2 + 1, or the dimension to k + 1; a factor."),
    // After the width, which its parameters follow from.
    SectionKey(
      reading: "target",
      .kinds(
        LogNormalTarget.allCases.map { (names: [$0.rawValue], keys: parameterKeys(of: $0).map(\.property)) }, default: "gamma",
        "The law."),
      default: "gamma", "The law that a log-normal is held against; usually a factor with named values.",
      read: { field, task throws(StudyFileError) in
        var given = [String: YAMLField]()
        (task.target, given) = try field.kind(LogNormalTarget.self, default: .gamma) {
          ["kind"] + parameterKeys(of: $0).map(\.name)
        }
        if let name = task.target.parameterOfWidth, task.width != nil, let other = given[name] {
          throw other.refusal("\(other.path) stands beside a width, which sets it", expected: "one of the two")
        }
        if let width = task.width { task.target.setWidth(width, in: &task.parameters) }
        try SectionKey.read(parameterKeys(of: task.target), from: given, into: &task.parameters)
      }),
  ]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try SectionKey.read(Self.keys, from: field, into: &self)
    if let width {
      if target.parameterOfWidth == nil, let field = fields["width"] {
        throw field.refusal("\(field.path) means nothing for \(target.rawValue)", expected: "no width")
      }
      if fields["target"] == nil { target.setWidth(width, in: &parameters) }
    }
    guard let field = fields["target"] ?? fields["fit"] ?? field else { return }
    do { _ = try LogNormalFit.fit(target.kind(fit), to: target.law(parameters)) } catch LogNormalFitError.inaccurate {
      // Found when the cell runs, and stored with it.
    } catch {
      throw field.refusal("\(field.path): \(error)", expected: nil)
    }
  }

  /// The keys of a target beside `kind`; those that others are reckoned from come first.
  private static func parameterKeys(of target: LogNormalTarget) -> [SectionKey<LogNormalTarget.Parameters>] {
    typealias Key = SectionKey<LogNormalTarget.Parameters>
    let keys = [
      Key("shape", .real(.positive), \.shape, default: "51", "a of the (inverse) Gamma."),
      Key("dimension", .whole(1...1_000_000), \.dimension, default: "51", "d, a node's weights with its bias."),
      Key("scale", .real(.positive), \.scale, default: "1", "b of the inverse Gamma; A of the half-Cauchy."),
      Key("global-scale", .real(.positive), \.globalScale, default: "1", "s, the global scale."),
      Key(
        reading: "squared-norm", .real(.positive), default: nil, "‖w‖²/σ₀²; d unless given.",
        read: { field, parameters throws(StudyFileError) in parameters.squaredNorm = try field.real(.positive) }),
      Key("cap", .positiveOrNone, \.cap, default: "1", "c; none for no cap."),
      Key(
        reading: "rate", .either([.real(.positive), .names(["proportional"])]), default: "1",
        "b of the Gamma; ς² of the group lasso, or proportional for ς² = k + 1."
      ) { field, parameters throws(StudyFileError) in
        if case .scalar("proportional", quoted: false) = field.node.content {
          // ς² = k + 1: half of it is the rate of the prior, whose shape is k/2 + 1.
          parameters.rate = target == .gamma ? parameters.shape - 0.5 : Double(parameters.dimension)
        } else {
          parameters.rate = try field.real(NumberDomain("a number above 0 or proportional", above: 0))
        }
      },
      Key(
        reading: "strength", .real(.positive), default: nil, "‖w‖²/(σ₀² d), in place of squared-norm."
      ) { field, parameters throws(StudyFileError) in
        guard parameters.squaredNorm == nil else {
          throw field.refusal("\(field.path) stands beside squared-norm", expected: "one of the two")
        }
        parameters.squaredNorm = try field.real(.positive) * Double(parameters.dimension)
      },
    ]
    let names = target.parameterNames + (target.parameterNames.contains("squared-norm") ? ["strength"] : [])
    return keys.filter { names.contains($0.name) }
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
