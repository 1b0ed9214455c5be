import Foundation
import Publishing
import Simulation
import SparseNetworks

/// What `slablab train` reports.
struct TrainResult {
  let scores: TestScores
  /// The RMSE of the training rows' mean, or the accuracy of their most frequent class.
  let baseline: Double
  let fit: Trainer.Fit
  let structure: TrainingRecipe.Structure
  let compact: CompactNetwork
  /// None for classes.
  let noiseStandardDeviation: Double?
  /// nil where it is not defined.
  let funnel: FunnelIndicator?
  let trainingRows: Int
  let testRows: Int
  let seconds: Double

  /// With a hidden layer that is off as a whole the output depends on no input.
  private var isConstant: Bool { fit.posterior.activeNodeCounts.contains(0) }

  /// What a reader must not miss.
  var warnings: [String] {
    fit.diagnoses.map { "\($0.rawValue): \($0.advice)" }
      + (fit.failedRestarts > 0 ? ["\(fit.failedRestarts) of the starts diverged; the best of the others is kept"] : [])
  }

  private var model: NetworkModel { fit.posterior.model }
  private var probabilities: [[Double]] { fit.posterior.inclusionProbabilities }
  /// What became of the gates: `none` without a spike.
  private var structureName: String { model.spike.isPresent ? structure.rawValue : "none" }
  /// With point scales the number is a penalised log-likelihood (THEORY.md 3.11).
  private var isBound: Bool { model.scaleFamily != .point || model.slab.kind == .gaussian }

  /// How the counts came about, and what bands hold of it.
  private var structureText: String {
    guard model.spike.isPresent else { return "no spike: every node is on" }
    let gates = fit.posterior.gatesAreFrozen ? "gates frozen: bands hold no uncertainty about it" : "gates drawn"
    switch structure {
    case .search where !model.spike.isOfEdges:
      return "found by search (\(fit.proposalsKept) of \(fit.proposalsTried) proposals kept); \(gates)"
    case .search, .prune: return "where γ ≥ ½ after stage 1; \(gates)"
    case .free: return "where γ ≥ ½; \(gates)"
    }
  }

  private var regression: RegressionScores? { if case .regression(let scores) = scores { scores } else { nil } }
  private var classification: ClassificationScores? {
    if case .classification(let scores) = scores { scores } else { nil }
  }

  /// Scores that the target's kind does not have are null.
  var document: JSONText {
    .object([
      "test_rmse": .number(regression?.rootMeanSquareError), "test_nll": .number(scores.negativeLogLikelihood),
      "coverage_95": .number(regression?.coverage95),
      "active_nodes": .array(fit.posterior.activeNodeCounts.map(JSONText.integer)),
      "active_edges": model.spike.isOfEdges
        ? .array(probabilities.map { .integer($0.count { $0 >= 0.5 }) }) : .number(nil),
      "inclusion_probabilities": .array(probabilities.map { .array($0.map { .number($0) }) }),
      "structure": .string(structureName), "gates_frozen": .bool(fit.posterior.gatesAreFrozen),
      "proposals_tried": .integer(fit.proposalsTried), "proposals_kept": .integer(fit.proposalsKept),
      "failed_restarts": .integer(fit.failedRestarts), "elbo_is_bound": .bool(isBound),
      "elbo": .number(fit.evidenceBound.value), "converged": .bool(fit.convergence.isConverged),
      "steps": .integer(fit.steps), "seconds": .number(seconds), "constant": .bool(isConstant),
      "test_rmse_of_mean": .number(regression.map { _ in baseline }), "noise_sd": .number(noiseStandardDeviation),
      "kl": .number(fit.evidenceBound.divergence), "kl_inclusion": .number(fit.evidenceBound.inclusionDivergence),
      "kl_weights": .number(fit.evidenceBound.slabDivergence), "kl_scales": .number(fit.evidenceBound.scaleDivergence),
      "diagnoses": .array(fit.diagnoses.map { .string($0.rawValue) }),
      "elbo_rise": .number(fit.convergence.rise),
      "elbo_frozen": .number(fit.frozenEvidenceBound?.value),
      "funnel": .number(funnel?.correlation),
      "training_rows": .integer(trainingRows), "test_rows": .integer(testRows),
      "accuracy": .number(classification?.accuracy),
      "accuracy_of_most_frequent": .number(classification.map { _ in baseline }),
      "brier": .number(classification?.brierScore), "ece": .number(classification?.expectedCalibrationError),
      "calibration": regression.map { .array($0.coverage.map(Self.document)) } ?? .number(nil),
      "compact_widths": .array(compact.network.widths.map(JSONText.integer)),
      "parameter_ratio": .number(compact.parameterRatio), "flop_ratio": .number(compact.operationRatio),
    ])
  }

  private var edgesText: String {
    guard model.spike.isOfEdges else { return "" }
    let counts = probabilities.map { layer in "\(layer.count { $0 >= 0.5 }) of \(layer.count)" }
    return "; edges \(counts.joined(separator: ", "))"
  }

  private static func document(_ coverage: IntervalCoverage) -> JSONText {
    .object([
      "level": .number(coverage.level), "coverage": .number(coverage.coverage),
      "standard_error": .number(coverage.standardError),
    ])
  }

  var table: String {
    let released = fit.frozenEvidenceBound.map { "; \(Self.number($0.value)) with frozen gates" } ?? ""
    let converged =
      fit.convergence.isConverged
      ? "yes"
      : "no; one more fine-tuning raised the bound by \(Self.number(fit.convergence.rise)) nats, more than "
        + "\(Self.number(fit.convergence.tolerance))"
    let rows =
      scoreRows + [
        (
          "active nodes",
          zip(fit.posterior.activeNodeCounts, fit.posterior.model.topology.widths.dropFirst())
            .map { "\($0) of \($1)" }.joined(separator: ", ") + edgesText
        ),
        ("structure", structureText),
        (
          "compact network",
          String(
            format: "%@; %.3g %% of the parameters, %.3g %% of the operations",
            compact.network.widths.map(String.init).joined(separator: "-"), 100 * compact.parameterRatio,
            100 * compact.operationRatio)
        ),
        (isBound ? "evidence bound" : "penalised log-lik.", "\(Self.number(fit.evidenceBound.value)) nats on \(trainingRows) training rows" + released),
        ("converged", converged),
        ("time", String(format: "%.1f s, %d steps", seconds, fit.steps)),
      ]
    return rows.map { $0.0.padding(toLength: 19, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
  }

  private var scoreRows: [(String, String)] {
    let likelihood = ("test NLL", "\(Self.number(scores.negativeLogLikelihood)) nats a row")
    switch scores {
    case .regression(let scores):
      return [
        (
          "test RMSE",
          "\(Self.number(scores.rootMeanSquareError))  (the training mean's: \(Self.number(baseline)))"
        ), likelihood,
      ]
        + scores.coverage.map {
          (
            String(format: "%.0f %% coverage", 100 * $0.level),
            String(format: "%.1f %% ± %.1f of %d test rows", 100 * $0.coverage, 100 * $0.standardError, testRows)
          )
        }
        + (noiseStandardDeviation.map { [("noise σ_e", Self.number($0))] } ?? [])
    case .classification(let scores):
      return [
        (
          "test accuracy",
          String(
            format: "%.1f %% of %d test rows  (the most frequent class's: %.1f %%)", 100 * scores.accuracy, testRows,
            100 * baseline)
        ), likelihood, ("Brier score", Self.number(scores.brierScore)),
        ("calibration error", String(format: "%.1f %% (15 bins)", 100 * scores.expectedCalibrationError)),
      ]
    }
  }

  private static func number(_ value: Double) -> String { String(format: "%.5g", value) }
}
