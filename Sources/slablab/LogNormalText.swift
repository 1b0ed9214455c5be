import Foundation
import Priors
import Publishing
import StudyEngine

/// The errors of `slablab lognormal` as JSON, CSV and text.
enum LogNormalText {
  typealias Result = LogNormalCommand.Result

  /// One document, or an array of one a width.
  static func json(_ results: [Result], isSweep: Bool) -> JSONText {
    isSweep ? .array(results.map(document)) : document(results[0])
  }

  private static func document(_ result: Result) -> JSONText {
    let error = result.error
    let tails = zip(error.tailProbabilities, zip(error.upperTailRatios, error.lowerTailRatios)).map { p, ratios in
      JSONText.object(["p": .number(p), "upper_ratio": .number(ratios.0), "lower_ratio": .number(ratios.1)])
    }
    let quantiles = zip(error.quantileProbabilities, error.quantileLogErrors).map { p, difference in
      JSONText.object(["p": .number(p), "log_error": .number(difference)])
    }
    return .object([
      "target": .string(result.target.rawValue),
      "fit": .string(result.fit.rawValue),
      "law": .string(error.law.description),
      "width": result.width.map(JSONText.integer) ?? .number(nil),
      "mu": .number(error.mu),
      "omega": .number(error.omega),
      "kl_reverse": .number(error.klReverse),
      "kl_forward": .number(error.klForward),
      "total_variation": .number(error.totalVariation),
      "hellinger": .number(error.hellinger),
      "kolmogorov": .number(error.kolmogorov),
      "w1_x": .number(error.wasserstein),
      "w1_sqrt_x": .number(error.wassersteinOfSquareRoot),
      "w1_log_x": .number(error.wassersteinOfLog),
      "tails": .array(tails),
      "quantiles": .array(quantiles),
      "absolute_error": .number(error.absoluteError),
    ])
  }

  /// A line for each width; an undefined number is an empty field.
  static func csv(_ results: [Result]) -> String {
    let probabilities = results[0].error.tailProbabilities
    let header =
      ["target", "fit", "width", "mu", "omega", "kl_reverse", "kl_forward", "total_variation", "hellinger"]
      + ["kolmogorov", "w1_x", "w1_sqrt_x", "w1_log_x"]
      + probabilities.flatMap { ["upper_ratio_\($0)", "lower_ratio_\($0)"] } + ["absolute_error"]
    let lines = results.map { result in
      let error = result.error
      let numbers: [Double?] =
        [error.mu, error.omega, error.klReverse, error.klForward, error.totalVariation, error.hellinger]
        + [error.kolmogorov, error.wasserstein, error.wassersteinOfSquareRoot, error.wassersteinOfLog]
        + zip(error.upperTailRatios, error.lowerTailRatios).flatMap { [$0, $1] } + [error.absoluteError]
      let words = [result.target.rawValue, result.fit.rawValue, result.width.map(String.init) ?? ""]
      return (words + numbers.map { $0.map { "\($0)" } ?? "" }).joined(separator: ",")
    }
    return ([header.joined(separator: ",")] + lines).joined(separator: "\n")
  }

  /// Everything about one law.
  static func report(_ result: Result) -> String {
    let error = result.error
    var distances = TextTable(["distance", "value", "unit"], leftAligned: [0, 2])
    let rows: [(String, Double?, String)] = [
      ("KL(LN ‖ law)", error.klReverse, "nats"), ("KL(law ‖ LN)", error.klForward, "nats"),
      ("total variation", error.totalVariation, ""), ("Hellinger", error.hellinger, ""),
      ("Kolmogorov", error.kolmogorov, ""), ("Wasserstein, X", error.wasserstein, "that of X"),
      ("Wasserstein, √X", error.wassersteinOfSquareRoot, "that of √X"),
      ("Wasserstein, log X", error.wassersteinOfLog, ""),
    ]
    for (name, value, unit) in rows { distances.add([name, short(value), unit]) }
    var tails = TextTable(["tail probability", "upper: LN / law", "lower: LN / law"], leftAligned: [])
    for (p, ratios) in zip(error.tailProbabilities, zip(error.upperTailRatios, error.lowerTailRatios)) {
      tails.add([short(p), short(ratios.0), short(ratios.1)])
    }
    var quantiles = TextTable(["probability", "log LN quantile − log law quantile"], leftAligned: [])
    for (p, difference) in zip(error.quantileProbabilities, error.quantileLogErrors) {
      quantiles.add([short(p), short(difference)])
    }
    var notes = ["integrals are within \(String(format: "%.1g", error.absoluteError))"]
    if error.wasserstein == nil || error.wassersteinOfSquareRoot == nil { notes[0] += "; – is infinite" }
    if result.fit == .reverse, let price = result.target.priceOfReverseFit { notes.append(price) }
    return """
      X ~ \(error.law)
      \(result.fit.rawValue) fit: LN(μ, ω²), μ = \(short(error.mu)), ω = \(short(error.omega))

      \(distances.text())

      \(tails.text())

      \(quantiles.text())

      \(notes.map { "  \($0)" }.joined(separator: "\n"))
      """
  }

  /// The distances over many widths.
  static func sweepTable(_ results: [Result]) -> String {
    let first = results[0].error
    let tails = first.tailProbabilities.flatMap { ["upper \(short($0))", "lower \(short($0))"] }
    var table = TextTable(
      ["k", "KL(LN‖law)", "KL(law‖LN)", "TV", "Hellinger", "Kolmogorov", "W₁ X", "W₁ √X", "W₁ log X"] + tails,
      leftAligned: [])
    for result in results {
      let error = result.error
      let numbers: [Double?] =
        [error.klReverse, error.klForward, error.totalVariation, error.hellinger, error.kolmogorov]
        + [error.wasserstein, error.wassersteinOfSquareRoot, error.wassersteinOfLog]
        + zip(error.upperTailRatios, error.lowerTailRatios).flatMap { [$0, $1] }
      table.add([result.width.map(String.init) ?? ""] + numbers.map(short))
    }
    let meaning = results[0].target.meaningOfWidth.map { "; at width k, \($0)" } ?? ""
    return """
      \(results[0].target.rawValue), \(results[0].fit.rawValue) fit\(meaning)
      KL in nats; W₁ in units of X, √X and log X; upper and lower: mass of LN over p beyond the law's p-quantiles

      \(table.text(indentation: ""))
      """
  }

  private static func short(_ value: Double?) -> String { value.map { String(format: "%.4g", $0) } ?? "–" }
}
