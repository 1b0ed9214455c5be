import GSL
import Simulation
import SparseNetworks

/// The numbers of one cell: the fitted posterior against the truth (THEORY.md 9), in the order of the tables.
///
/// One that is added while cells keep their identity is a `MetricAddition`.
struct PosteriorMetrics {
  private(set) var metrics: [CellResult.Metric] = []

  /// - Parameters:
  ///   - certificate: nil where there is none.
  ///   - teacherStart: what a fit from the certificate's q came to; nil where it diverged.
  init(
    _ measure: MeasureSection, experiment: Experiment, fit: Trainer.Fit, certificate: Certificate?,
    teacherStart: Trainer.Fit?, key: StreamKey
  ) throws {
    let wanted = Set(measure.metrics)
    if !wanted.isDisjoint(with: [.radius, .hellinger, .coverage]) {
      try addPosteriorDraws(measure, wanted, experiment: experiment, fit: fit, key: key.child("posterior"))
    }
    if wanted.contains(.recovery) { addRecovery(fit.posterior, truth: experiment.teacherActiveNodes) }
    if wanted.contains(.elbo) {
      add("elbo", fit.evidenceBound.value)
      add("elbo_standard_error", fit.evidenceBound.standardError)
      add("elbo_log_likelihood", fit.evidenceBound.meanLogLikelihood)
      add("kl", fit.evidenceBound.divergence)
      if let frozen = fit.frozenEvidenceBound { add("elbo_frozen", frozen.value) }
      addOptimisation(fit, restarts: experiment.task.training.restarts, certificate)
    }
    if measure.teacherStart == true {
      try addTeacherStart(measure, experiment, fit, teacherStart, key: key.child("teacher start posterior"))
    }
    if case .gaussian(.learned) = fit.posterior.model.likelihood {
      add("noise_sd", fit.posterior.noiseStandardDeviation)
    }
    add("converged", fit.convergence.isConverged ? 1 : 0)
    add("elbo_rise", fit.convergence.rise)
    add("oscillating", fit.diagnoses.contains(.oscillating) ? 1 : 0)
    add("steps", Double(fit.steps))
    add("proposals_tried", Double(fit.proposalsTried))
    add("proposals_kept", Double(fit.proposalsKept))
  }

  private mutating func add(_ name: String, _ value: Double?) {
    metrics.append(CellResult.Metric(name: name, value: value))
  }

  private mutating func addPosteriorDraws(
    _ measure: MeasureSection, _ wanted: Set<MeasureSection.Metric>, experiment: Experiment, fit: Trainer.Fit,
    key: StreamKey
  ) throws {
    let points = experiment.points
    var draws: [[Double]] = []
    let contraction = try Self.contraction(measure, experiment, fit.posterior, key: key) { values in
      if wanted.contains(.coverage) { draws.append(values) }
    }
    if wanted.contains(.radius) {
      add("radius_median", try contraction.radiusQuantile(0.5))
      add("radius_90", try contraction.radiusQuantile(0.9))
      add("radius_95", try contraction.radiusQuantile(0.95))
      add("rmse_mean", try contraction.radiusOfPosteriorMean())
    }
    if wanted.contains(.hellinger) {
      let distances = contraction.distances.map { $0.squaredHellinger.squareRoot() }
      add("hellinger", try OrderStatistics(distances).quantile(0.5))
    }
    if wanted.contains(.coverage) {
      let coverage = try CredibleCoverage(draws: draws, truth: points.truth)
      add("coverage_pointwise", coverage.pointwise)
      add("coverage_simultaneous", coverage.simultaneous ? 1 : 0)
      add("coverage_ball", coverage.credibleBall ? 1 : 0)
      add("credible_ball_radius", coverage.credibleBallRadius)
      add("distance_to_mean", coverage.distanceToMean)
    }
  }

  private static func contraction(
    _ measure: MeasureSection, _ experiment: Experiment, _ posterior: Posterior, key: StreamKey,
    _ body: ([Double]) -> Void = { _ in }
  ) throws -> EmpiricalContraction {
    let points = experiment.points
    var contraction = try EmpiricalContraction(
      truth: points.truth, noiseStandardDeviation: experiment.task.data.noise)
    var failure: (any Error)?
    try posterior.forEachDraw(count: measure.posteriorDraws, inputs: points.inputs, key: key) { _, values in
      do { try contraction.add(draw: values) } catch { failure = error }
      body(values)
    }
    if let failure { throw failure }
    return contraction
  }

  // MARK: - Optimisation error

  /// The fit against what is known without it, the certificate, and against its other starts.
  private mutating func addOptimisation(_ fit: Trainer.Fit, restarts: Int, _ certificate: Certificate?) {
    let gap = certificate.map { fit.evidenceGap(to: $0.evidenceBound) }
    add("certificate", certificate?.evidenceBound.value)
    add("certificate_standard_error", certificate?.evidenceBound.standardError)
    add("certificate_gap", gap?.value)
    add("below_certificate", gap.map { $0.isShort ? 1 : 0 })
    guard restarts > 1 else { return }
    let bounds = fit.restartBounds.sorted(by: >)
    add("restart_gap", bounds.count > 1 ? bounds[0] - bounds[1] : nil)
    add("restart_spread", bounds.count > 1 ? bounds[0] - bounds[bounds.count - 1] : nil)
    add("failed_restarts", Double(fit.failedRestarts))
  }

  private mutating func addTeacherStart(
    _ measure: MeasureSection, _ experiment: Experiment, _ fit: Trainer.Fit, _ other: Trainer.Fit?, key: StreamKey
  ) throws {
    let gap = other.map { fit.evidenceGap(to: $0.evidenceBound) }
    add("teacher_start_elbo", other?.evidenceBound.value)
    add("teacher_start_standard_error", other?.evidenceBound.standardError)
    add("teacher_start_gap", gap?.value)
    add("below_teacher_start", gap.map { $0.isShort ? 1 : 0 })
    add("teacher_start_converged", other.map { $0.convergence.isConverged ? 1 : 0 })
    add("teacher_start_active_nodes", other.map { Double($0.posterior.activeNodeCounts.reduce(0, +)) })
    guard measure.metrics.contains(.radius) else { return }
    let contraction = try other.map { try Self.contraction(measure, experiment, $0.posterior, key: key) }
    add("teacher_start_radius_median", try contraction?.radiusQuantile(0.5))
  }

  /// Hidden nodes are known up to permutation only, so counts are compared, layer by layer.
  private mutating func addRecovery(_ posterior: Posterior, truth: [Int]?) {
    let counts = posterior.activeNodeCounts
    add("active_nodes", Double(counts.reduce(0, +)))
    if counts.count > 1 {
      for (layer, count) in counts.enumerated() { add("active_nodes_\(layer)", Double(count)) }
    }
    let expected = truth.flatMap { $0.count == counts.count ? $0 : nil }
    let differences = expected.map { zip(counts, $0).map { $0 - $1 } }
    add("excess_nodes", differences.map { Double($0.reduce(0) { $0 + max($1, 0) }) })
    add("missing_nodes", differences.map { Double($0.reduce(0) { $0 + max(-$1, 0) }) })
    add("structure_found", differences.map { $0.allSatisfy { $0 == 0 } ? 1 : 0 })
  }
}

extension Trainer.Fit {
  fileprivate func evidenceGap(to other: EvidenceBound) -> EvidenceGap {
    EvidenceGap(
      fit: evidenceBound.value, fitError: evidenceBound.standardError, divergence: evidenceBound.divergence,
      other: other.value, otherError: other.standardError)
  }
}
