import Foundation
import Simulation
import SparseNetworks

/// What `slablab train` reports.
struct TrainResult {
  let scores: TestScores
  let meanRootMeanSquareError: Double
  let fit: Trainer.Fit
  let noiseStandardDeviation: Double
  /// nil where it is not defined.
  let funnel: FunnelIndicator?
  let trainingRows: Int
  let testRows: Int
  let seconds: Double

  /// With a hidden layer that is off as a whole the output depends on no input.
  private var isConstant: Bool { fit.posterior.activeNodeCounts.contains(0) }

  /// What a reader must not miss.
  var warnings: [String] { fit.diagnoses.map { "\($0.rawValue): \($0.advice)" } }

  var document: JSONText {
    .object([
      "test_rmse": .number(scores.rootMeanSquareError), "test_nll": .number(scores.negativeLogLikelihood),
      "coverage_95": .number(scores.coverage95),
      "active_nodes": .array(fit.posterior.activeNodeCounts.map(JSONText.integer)),
      "elbo": .number(fit.evidenceBound.value), "converged": .bool(fit.convergence.isConverged),
      "steps": .integer(fit.steps), "seconds": .number(seconds), "constant": .bool(isConstant),
      "test_rmse_of_mean": .number(meanRootMeanSquareError), "noise_sd": .number(noiseStandardDeviation),
      "diagnoses": .array(fit.diagnoses.map { .string($0.rawValue) }),
      "elbo_rise": .number(fit.convergence.rise),
      "elbo_frozen": .number(fit.frozenEvidenceBound?.value),
      "funnel": .number(funnel?.correlation),
      "training_rows": .integer(trainingRows), "test_rows": .integer(testRows),
    ])
  }

  var table: String {
    func number(_ value: Double) -> String { String(format: "%.5g", value) }
    let released = fit.frozenEvidenceBound.map { "; \(number($0.value)) with frozen gates" } ?? ""
    let rows = [
      ("test RMSE", "\(number(scores.rootMeanSquareError))  (the training mean's: \(number(meanRootMeanSquareError)))"),
      ("test NLL", "\(number(scores.negativeLogLikelihood)) nats a row"),
      ("95 % coverage", String(format: "%.1f %% of %d test rows", 100 * scores.coverage95, testRows)),
      (
        "active nodes",
        zip(fit.posterior.activeNodeCounts, fit.posterior.model.topology.widths.dropFirst())
          .map { "\($0) of \($1)" }.joined(separator: ", ")
      ),
      ("noise σ_e", number(noiseStandardDeviation)),
      ("evidence bound", "\(number(fit.evidenceBound.value)) nats on \(trainingRows) training rows" + released),
      ("converged", fit.convergence.isConverged ? "yes" : "no; one more fine-tuning raised the bound by "
          + "\(number(fit.convergence.rise)) nats, more than \(number(fit.convergence.tolerance))"),
      ("time", String(format: "%.1f s, %d steps", seconds, fit.steps)),
    ]
    return rows.map { $0.0.padding(toLength: 16, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
  }
}
