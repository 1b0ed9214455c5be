import Priors
import Testing

@testable import StudyEngine

@Suite("Cells that measure a log-normal's error") struct LogNormalErrorTaskTests {
  private static func task(_ section: String) throws -> LogNormalErrorTask {
    let study = try StudyFileTests.study("kind: lognormal-error\nlognormal-error: \(section)")
    guard case .logNormalError(let task) = study.cells[0].task else { throw NotAFit(cell: 0) }
    return task
  }

  @Test("a width is the shape of a group lasso's scale, or the weights of a node") func widths() throws {
    let gamma = try Self.task("{target: gamma, width: 100}")
    #expect(try gamma.target.law(gamma.parameters) == .gamma(shape: 51, rate: 1))
    let prior = try Self.task("{target: {kind: gamma, rate: proportional}, width: 100}")
    #expect(try prior.target.law(prior.parameters) == .gamma(shape: 51, rate: 50.5))
    let lasso = try Self.task("{target: {kind: group-lasso-conditional, rate: proportional, strength: 2}, width: 100}")
    #expect(
      try lasso.target.law(lasso.parameters)
        == .generalisedInverseGaussian(.init(groupLassoRateParameter: 101, squaredNorm: 202)))
    let horseshoe = try Self.task("{target: {kind: horseshoe-conditional, cap: none}, width: 10}")
    #expect(
      try horseshoe.target.law(horseshoe.parameters)
        == .horseshoeConditional(
          .init(dimension: 11, squaredNorm: 11, localScale: 1, globalScale: 1, cap: nil)))
  }

  @Test("the reverse KL of a Gamma is the Stirling remainder, and each metric the library's") func result() throws {
    let task = try Self.task("{target: gamma, width: 20, tails: [1e-4]}")
    let metrics = Dictionary(uniqueKeysWithValues: try task.result().metrics.map { ($0.name, $0.value) })
    #expect(abs(try #require(metrics["kl_reverse"] ?? nil) - stirlingRemainder(11)) < 1e-15)
    let error = try LogNormalError(of: .gamma(shape: 11, rate: 1), by: .reverse, tailProbabilities: [1e-4])
    #expect(metrics["upper_ratio_0.0001"] == error.upperTailRatios[0] && metrics["w1_x"] == error.wasserstein)
  }

  @Test("what does not exist is undefined in the tables, never a number") func undefined() throws {
    let task = try Self.task("{target: half-cauchy}")
    let metrics = Dictionary(uniqueKeysWithValues: try task.result().metrics.map { ($0.name, $0.value) })
    #expect(metrics["w1_x"] == .some(nil) && (metrics["w1_log_x"] ?? nil) != nil)
  }

  @Test(
    "what a law does not have is refused with the line",
    arguments: [
      ("{target: half-cauchy, width: 3}", "means nothing for half-cauchy"),
      ("{target: {kind: gamma, shape: 2}, width: 3}", "one of the two"),
      ("{target: {kind: gamma, strength: 2}}", "unknown key 'strength'"),
      ("{target: {kind: gamma, cap: 2}}", "unknown key 'cap'"),
      ("{target: horseshoe-conditional, fit: moments}", "has no moments fit"),
      ("{target: gamma, fit: product}", "has no product fit"),
      ("{target: {kind: gamma, shape: 0}}", "above 0"), ("{target: gama}", "'gamma'"),
      ("{tails: [0]}", "probability"), ("{tails: [1e-3, 0.001]}", "each once"), ("{width: 0}", "whole number"),
    ])
  func refusals(section: String, part: String) {
    let error = #expect(throws: StudyFileError.self) { try Self.task(section) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }
}
