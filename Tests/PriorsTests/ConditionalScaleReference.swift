import Foundation
import Priors
import Testing

/// A case of conditional_scale.json, by its own names.
struct ConditionalScaleReference: Decodable, CustomTestStringConvertible {
  struct Inputs: Decodable {
    let target: String
    let p, alpha, beta, W, A, s, c: Double?
    let d: Int?
  }

  let inputs: Inputs
  let rtol, atol: Double
  private let expected: Expected

  private struct Expected: Decodable {
    let log_normaliser: Double
    let mean_x, mean_inv_x, mean_x2, mean_log_x, var_log_x: Double?
    let mean_treg2, mean_inv_treg2, mean_log_t2, var_log_t2: Double?
    let reverse: Reverse
    let forward: Forward
  }

  private struct Reverse: Decodable {
    let mu, omega, kl, tv, hellinger, kolmogorov: Double
    let n_crossings: Int
  }

  private struct Forward: Decodable { let mu, omega, kl: Double }

  var testDescription: String {
    switch inputs.target {
    case "gig": "GIG \(inputs.p ?? .nan), \(inputs.alpha ?? .nan), \(inputs.beta ?? .nan)"
    default: "horseshoe d = \(inputs.d ?? 0), W = \(inputs.W ?? .nan), c = \(inputs.c ?? .infinity)"
    }
  }

  /// All cases of one target, `gig` or `horseshoe`.
  static func cases(_ target: String) throws -> [ConditionalScaleReference] {
    struct File: Decodable { let cases: [ConditionalScaleReference] }
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/conditional_scale.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
      .filter { $0.inputs.target == target }
  }

  func check(_ law: GeneralisedInverseGaussian) throws {
    check("log_normaliser", law.logNormaliser, expected.log_normaliser)
    check("mean_x", try law.moment(1), expected.mean_x)
    check("mean_inv_x", try law.moment(-1), expected.mean_inv_x)
    check("mean_x2", try law.moment(2), expected.mean_x2)
    check("mean_log_x", law.meanLog, expected.mean_log_x)
    check("var_log_x", law.varianceLog, expected.var_log_x)
    check(try law.logNormalFit())
  }

  func check(_ law: HorseshoeConditional) throws {
    check("log_normaliser", law.logNormaliser, expected.log_normaliser)
    check("mean_treg2", law.meanSquaredScale, expected.mean_treg2)
    check("mean_inv_treg2", law.meanInverseSquaredScale, expected.mean_inv_treg2)
    check("mean_log_t2", law.meanLog, expected.mean_log_t2)
    check("var_log_t2", law.varianceLog, expected.var_log_t2)
    check(try law.logNormalFit())
  }

  private func check(_ fit: ConditionalScaleFit) {
    let (reverse, forward) = (expected.reverse, expected.forward)
    check("reverse mu", fit.reverse.mu, reverse.mu)
    check("reverse omega", fit.reverse.omega, reverse.omega)
    check("reverse kl", fit.reverse.divergence, reverse.kl)
    check("tv", fit.totalVariation, reverse.tv)
    check("hellinger", fit.hellinger, reverse.hellinger)
    check("kolmogorov", fit.kolmogorov, reverse.kolmogorov)
    #expect(fit.numberOfCrossings == reverse.n_crossings)
    check("forward mu", fit.forward.mu, forward.mu)
    check("forward omega", fit.forward.omega, forward.omega)
    check("forward kl", fit.forward.divergence, forward.kl)
  }

  /// null stands for ∞.
  private func check(_ name: String, _ got: Double, _ listed: Double?) {
    let reference = listed ?? .infinity
    #expect(
      got == reference || abs(got - reference) <= atol + rtol * abs(reference), "\(name) is \(got), not \(reference)")
  }
}
