import Foundation
import Priors
import SparseNetworks

/// One measured row of the table of training steps.
struct StepRow: Equatable {
  let step: StepCase
  let ours: Rounds
  /// Of one network; nil where the peer wasn't timed.
  let jax, torch: Rounds?
  let limits: Rounds
  /// Floating-point operations of the products, and bytes, of one step.
  let productOperations, bytes: Double
  /// Of the same products by bare `sgemm`.
  let sgemmMicroseconds: Double
  /// The horseshoe's step on the same network by the same estimator, where this one is held against it.
  let horseshoe: Rounds?

  var microseconds: Double { ours.median }
  var limitMicroseconds: Double { limits.median }
  var overLimit: Double { ours.over(limits).median }
  var ratioJax: Double? { jax?.over(ours).median }
  var ratioTorch: Double? { torch?.over(ours).median }
  var overHorseshoe: Double? { horseshoe.map { ours.over($0).median } }
  var gflops: Double { productOperations / (microseconds * 1e3) }
  var sgemmGflopsAtShape: Double { productOperations / (sgemmMicroseconds * 1e3) }

  /// Against the faster peer; a ratio that wasn't measured is not met. nil where nothing is asked.
  var meetsTarget: Bool? {
    if let target = step.target {
      let ratios = step.isTimedWithTorch ? [ratioJax, ratioTorch] : [ratioJax]
      guard ratios.allSatisfy({ $0 ?? 0 >= target }) else { return false }
      return step.torchTarget.map { ratioTorch ?? 0 >= $0 } ?? true
    }
    return overHorseshoe.map { $0 <= 1 }
  }

  var withinBound: Bool { overLimit <= step.largestTimeOverLimit }

  /// What `meetsTarget` asks, in words.
  var rule: String? {
    if let target = step.target {
      let torch = step.torchTarget.map { ", ≥ \(Int($0)) × PyTorch" } ?? ""
      return "≥ \(MarkdownTable.number(target)) × the faster peer\(torch)"
    }
    return step.isHeldAgainstHorseshoe ? "no slower than group-horseshoe" : nil
  }
}

extension StepRow: Encodable {
  enum CodingKeys: String, CodingKey {
    case `case`, slab, estimator, microseconds
    case limitMicroseconds = "limit_microseconds"
    case ratioJax = "ratio_jax"
    case ratioTorch = "ratio_torch"
    case overLimit = "over_limit"
    case overHorseshoe = "over_horseshoe"
    case target
    case meetsTarget = "meets_target"
    case withinBound = "within_bound"
    case batch, spread, rule
    case jaxMicroseconds = "jax_microseconds"
    case jaxSpread = "jax_spread"
    case torchMicroseconds = "torch_microseconds"
    case torchSpread = "torch_spread"
    case gflops
    case sgemmGflopsAtShape = "sgemm_gflops_at_shape"
    case bytes
  }

  /// Every key in every row: what wasn't measured or asked is null.
  func encode(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: CodingKeys.self)
    try row.encode(step.name, forKey: .case)
    try row.encode(step.slab, forKey: .slab)
    try row.encode(step.estimator, forKey: .estimator)
    try row.encode(microseconds, forKey: .microseconds)
    try row.encode(limitMicroseconds, forKey: .limitMicroseconds)
    try row.encode(ratioJax, forKey: .ratioJax)
    try row.encode(ratioTorch, forKey: .ratioTorch)
    try row.encode(overLimit, forKey: .overLimit)
    try row.encode(overHorseshoe, forKey: .overHorseshoe)
    try row.encode(step.target, forKey: .target)
    try row.encode(meetsTarget, forKey: .meetsTarget)
    try row.encode(withinBound, forKey: .withinBound)
    try row.encode(step.network.batch, forKey: .batch)
    try row.encode(ours.spread, forKey: .spread)
    try row.encode(rule, forKey: .rule)
    try row.encode(jax?.median, forKey: .jaxMicroseconds)
    try row.encode(jax?.spread, forKey: .jaxSpread)
    try row.encode(torch?.median, forKey: .torchMicroseconds)
    try row.encode(torch?.spread, forKey: .torchSpread)
    try row.encode(gflops, forKey: .gflops)
    try row.encode(sgemmGflopsAtShape, forKey: .sgemmGflopsAtShape)
    try row.encode(bytes, forKey: .bytes)
  }
}
