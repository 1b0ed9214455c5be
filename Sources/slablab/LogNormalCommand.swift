import ArgumentParser
import Priors
import StudyEngine

/// `slablab lognormal`: how wrong the best log-normal is for a node's squared scale.
struct LogNormalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lognormal",
    abstract: "How wrong the best log-normal is for a node's squared scale.",
    discussion: #"""
      Examples: the prior of a group-lasso node of 100 inputs, its law given the
      node's weights, and how the error falls with the width:

        slablab lognormal --target gamma --shape 51
        slablab lognormal --target group-lasso-conditional --rate 101 \
          --dimension 101
        slablab lognormal --target horseshoe-conditional --cap none \
          --sweep-width 1:1000:50 --csv > errors.csv

      Targets, X being the squared scale of a node:

        gamma                    Gamma(--shape, --rate); the group lasso's prior
                                 has shape k/2 + 1 and rate ς²/2
        inverse-gamma            InvGamma(--shape, --scale)
        half-cauchy              the square of C⁺(0, --scale × --global-scale)
        half-cauchy-product      the same, with the product of the log-normals
                                 of its two factors
        group-lasso-conditional  given the weights: ς² is --rate, and ‖w‖²/σ₀² is
                                 --squared-norm
        horseshoe-conditional    given --dimension weights with ‖w‖²/σ₀² =
                                 --squared-norm, under the --cap and the
                                 half-Cauchy of --scale × --global-scale

      --squared-norm is the --dimension unless given: weights of mean square σ₀².
      """#)

  @Option(help: "\(LogNormalTarget.names).", transform: LogNormalTarget.init(name:))
  var target: LogNormalTarget

  @Option(help: "Shape a of the (inverse) Gamma. (default: 51)", transform: ArgumentParsing.number)
  var shape: Double?

  @Option(
    help: "Rate b of the Gamma; ς² of the group-lasso conditional. (default: 1)", transform: ArgumentParsing.number)
  var rate: Double?

  @Option(help: "Scale b of the inverse Gamma; A of the half-Cauchy. (default: 1)", transform: ArgumentParsing.number)
  var scale: Double?

  @Option(help: "s, which multiplies the half-Cauchy's scale. (default: 1)", transform: ArgumentParsing.number)
  var globalScale: Double?

  @Option(help: "d, the node's weights with its bias. (default: 51)", transform: ArgumentParsing.integer)
  var dimension: Int?

  @Option(help: "W = ‖w‖²/σ₀² of the node's weights. (default: d)", transform: ArgumentParsing.number)
  var squaredNorm: Double?

  @Option(help: "c of the horseshoe; none for no cap. (default: 1)", transform: ArgumentParsing.cap)
  var cap: Double?

  @Option(
    help: """
      reverse for the least KL(LN ‖ law), forward for the least KL(law ‖ LN), moments for the mean and variance of X, \
      product (half-Cauchy only) for that of its two factors' reverse fits. (default: reverse)
      """,
    transform: LogNormalFit.Kind.init(name:))
  var fit = LogNormalFit.Kind.reverse

  @Option(help: "Tail probabilities of the law. (default: 1e-3,1e-6)", transform: ArgumentParsing.numbers)
  var tail: [Double]?

  @Option(
    help: """
      Many widths k, even in log k, rounded to whole numbers: first:last:count, as 1:1000:50. For gamma and \
      inverse-gamma the shape is k/2 + 1, for the conditionals d is k + 1; it means nothing for the half-Cauchy.
      """,
    transform: ArgumentParsing.logarithmicGrid)
  var sweepWidth: [Double]?

  @Flag(help: "Print one JSON document.") var json = false
  @Flag(help: "Print CSV, a line for each width.") var csv = false

  func run() throws {
    print(try output())
  }

  /// What goes to stdout.
  func output() throws -> String {
    guard !(json && csv) else { throw ArgumentError("--json and --csv exclude each other; give one of them") }
    if let tail, Set(tail).count < tail.count {
      throw ArgumentError("--tail repeats a probability; give each once")
    }
    try refuseOtherFlags()
    let widths = try widths()
    let results = try parallelMap(count: widths.count) { index in
      Result(target: target, fit: fit, width: widths[index], error: try error(width: widths[index]))
    }
    if csv { return LogNormalText.csv(results) }
    if json { return LogNormalText.json(results, isSweep: sweepWidth != nil).text() }
    return sweepWidth == nil ? LogNormalText.report(results[0]) : LogNormalText.sweepTable(results)
  }

  /// One log-normal's error.
  struct Result {
    let target: LogNormalTarget
    let fit: LogNormalFit.Kind
    /// k of a sweep.
    let width: Int?
    let error: LogNormalError
  }

  private func refuseOtherFlags() throws(ArgumentError) {
    let given: [(name: String, isGiven: Bool)] = [
      ("shape", shape != nil), ("rate", rate != nil), ("scale", scale != nil), ("global-scale", globalScale != nil),
      ("dimension", dimension != nil), ("squared-norm", squaredNorm != nil), ("cap", cap != nil),
    ]
    for (name, isGiven) in given where isGiven && !target.parameterNames.contains(name) {
      let known = target.parameterNames.map { "--\($0)" }.joined(separator: ", ")
      throw ArgumentError("--\(name) means nothing for \(target.rawValue), which takes \(known)")
    }
    guard sweepWidth != nil else { return }
    guard let meaning = target.meaningOfWidth else {
      throw ArgumentError("--sweep-width means nothing for \(target.rawValue), whose law has no width")
    }
    if shape != nil || dimension != nil {
      throw ArgumentError("--sweep-width sets it itself (\(meaning)); give one of the two")
    }
    if target == .groupLassoConditional, squaredNorm != nil {
      throw ArgumentError("--sweep-width changes nothing at a fixed --squared-norm, on which alone this law depends")
    }
  }

  private func widths() throws(ArgumentError) -> [Int?] {
    guard let sweepWidth else { return [nil] }
    guard sweepWidth[0] >= 1, let last = sweepWidth.last, last <= 1e6 else {
      throw ArgumentError("--sweep-width must lie within 1 and 1000000")
    }
    return ArgumentParsing.wholes(sweepWidth).map { Int($0) }
  }

  private func error(width: Int?) throws -> LogNormalError {
    var parameters = LogNormalTarget.Parameters()
    if let shape { parameters.shape = shape }
    if let rate { parameters.rate = rate }
    if let scale { parameters.scale = scale }
    if let globalScale { parameters.globalScale = globalScale }
    if let dimension { parameters.dimension = dimension }
    if let width { target.setWidth(width, in: &parameters) }
    parameters.squaredNorm = squaredNorm
    if let cap { parameters.cap = cap == .infinity ? nil : cap }
    do {
      return try LogNormalError(
        of: target.law(parameters), by: target.kind(fit),
        tailProbabilities: tail ?? LogNormalTarget.defaultTailProbabilities)
    } catch {
      throw ArgumentError("\(width.map { "at width \($0): " } ?? "")\(error)")
    }
  }
}
