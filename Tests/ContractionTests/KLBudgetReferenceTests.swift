import Foundation
import Priors
import Testing

@testable import Contraction

/// The reference values of THEORY.md 10.
private struct ReferenceFile: Decodable {
  let cases: [ReferenceCase]
}

private struct ReferenceCase: Decodable {
  struct Inputs: Decodable {
    let k, s, B, C: [Double]
    let n, M2, lipschitz, sigma_e, delta2: Double
    let fan_in, parametrisation: String
    let prior: Prior
  }
  struct Prior: Decodable {
    let kind: String
    let sigma0: Double
    let varsigma2: Rate?
    let kappa, A, s, c, hyper_c, hyper_d: Double?
  }
  enum Rate: Decodable {
    case number(Double), word(String)
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self = try (try? .number(container.decode(Double.self))) ?? .word(container.decode(String.self))
    }
  }
  struct Expected: Decodable {
    struct Layer: Decodable {
      let cost, closed_form_upper, v: Double
      let mu, omega: Double?
    }
    let sigma2, H, T2, d, neg_log_lambda: [Double]
    let layers: [Layer]
    let slab_total, spike_total, pruned_total, shared_total, total: Double
    let delta2_balanced, varsigma2_mu, varsigma2_omega: Double?
  }
  let inputs: Inputs
  let expected: Expected
  let rtol, rtol_argmin: Double
  let rtol_parts: Double?
}

extension ReferenceCase {
  var slab: SlabPrior {
    get throws {
      let prior = inputs.prior
      switch prior.kind {
      case "IG": return .gaussian(standardDeviation: prior.sigma0)
      case "GHS":
        return .groupHorseshoe(
          standardDeviation: prior.sigma0, localScale: try #require(prior.A), globalScale: try #require(prior.s),
          cap: prior.c)
      default:
        switch try #require(prior.varsigma2) {
        case .number(let value):
          return .groupLasso(standardDeviation: prior.sigma0, rateParameter: .fixed(value))
        case .word("hyper"):
          return .groupLasso(
            standardDeviation: prior.sigma0,
            rateParameter: .hyperprior(shape: try #require(prior.hyper_c), rate: try #require(prior.hyper_d)))
        case .word:
          return .groupLasso(
            standardDeviation: prior.sigma0, rateParameter: .proportional(try #require(prior.kappa)))
        }
      }
    }
  }

  func budget(_ radius: KLBudget.Radius) throws -> (bound: RateBound, budget: KLBudget) {
    let bound = RateBound(
      RateInputs(
        widths: inputs.k, activeNodes: inputs.s, rowNorms: inputs.B, sampleSize: inputs.n, approximationError: 0,
        inclusionConstants: inputs.C, inputMoment: inputs.M2, slab: try slab, lipschitzConstant: inputs.lipschitz))
    let budget = try KLBudget(
      bound, radius: radius, parametrisation: inputs.parametrisation == "centred" ? .centred : .nonCentred,
      fanIn: try #require(KLBudget.FanIn(rawValue: inputs.fan_in)))
    return (bound, budget)
  }
}

@Suite struct KLBudgetReferenceTests {
  private static func cases() throws -> [ReferenceCase] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Fixtures/oracle/kl_budgets.json"))
    return try JSONDecoder().decode(ReferenceFile.self, from: data).cases
  }

  @Test("every number of the 112 reference budgets, at its tolerance")
  func reference() throws {
    let cases = try Self.cases()
    #expect(cases.count == 112)
    for (index, one) in cases.enumerated() {
      let (bound, budget) = try one.budget(.squared(one.inputs.delta2))
      let expected = one.expected
      let parts = one.rtol_parts ?? one.rtol
      func check(_ got: Double?, _ reference: Double, _ tolerance: Double, _ name: String) throws {
        let got = try #require(got)
        #expect(
          abs(got - reference) <= tolerance * abs(reference), "\(name) of case \(index): \(got), not \(reference)")
      }
      for layer in expected.layers.indices {
        try check(budget.radii.variances[layer], expected.sigma2[layer], one.rtol, "σ_\(layer)²")
        try check(budget.radii.inputMoments[layer], expected.H[layer], one.rtol, "H_\(layer)")
        try check(budget.radii.squaredTailConstants[layer], expected.T2[layer], one.rtol, "T_\(layer)²")
        let (ours, theirs) = (budget.layers[layer], expected.layers[layer])
        try check(ours.weightCount, expected.d[layer], one.rtol, "d_\(layer)")
        try check(ours.nodeCost.value, theirs.cost, parts, "C_\(layer)")
        try check(ours.nodeCost.closedFormUpper, theirs.closed_form_upper, parts, "upper_\(layer)")
        try check(ours.nodeCost.weightVariance, theirs.v, one.rtol_argmin, "v_\(layer)")
        #expect((ours.nodeCost.mu == nil) == (theirs.mu == nil))
        if let mu = theirs.mu, let omega = theirs.omega {
          let ourMu = try #require(ours.nodeCost.mu)
          // A minimiser near 0 is measured by 1.
          #expect(abs(ourMu - mu) <= one.rtol_argmin * max(1, abs(mu)), "μ_\(layer) of case \(index)")
          try check(ours.nodeCost.omega, omega, one.rtol_argmin, "ω_\(layer)")
        }
      }
      for layer in expected.neg_log_lambda.indices {
        try check(bound.layers[layer].negativeLogInclusion, expected.neg_log_lambda[layer], one.rtol, "ν_\(layer)")
      }
      try check(budget.slabTotal, expected.slab_total, parts, "slab total")
      try check(budget.spikeTotal, expected.spike_total, parts, "spike total")
      try check(budget.prunedTotal, expected.pruned_total, parts, "pruned total")
      try check(budget.sharedTotal, expected.shared_total, parts, "shared total")
      try check(budget.total, expected.total, one.rtol, "total")
      #expect((budget.squaredRate == nil) == (expected.varsigma2_mu == nil))
      if let mu = expected.varsigma2_mu, let omega = expected.varsigma2_omega {
        try check(budget.squaredRate?.mu, mu, one.rtol_argmin, "m")
        try check(budget.squaredRate?.omega, omega, one.rtol_argmin, "v")
      }
      #expect(budget.total <= budget.closedFormTotal * (1 + 1e-13))
    }
  }

  @Test("the 18 reference radii at which both halves of the bound are equal")
  func balanced() throws {
    let cases = try Self.cases().filter { $0.expected.delta2_balanced != nil }
    #expect(cases.count == 18)
    for one in cases {
      let (bound, budget) = try one.budget(.balanced(noiseDeviation: one.inputs.sigma_e))
      let reference = try #require(one.expected.delta2_balanced)
      #expect(abs(budget.radii.squaredRadius - reference) <= one.rtol * reference)
      let misfit = budget.radii.squaredRadius / (2 * one.inputs.sigma_e * one.inputs.sigma_e)
      #expect(abs(budget.total / bound.sampleSize - misfit) <= 1e-10 * misfit)
    }
  }
}
