import GSL
import SparseNetworks

/// A network fitted to a table's columns: it takes inputs and predicts the target in their own units.
public struct TableModel: Sendable, Equatable {
  public let inputNames: [String]
  public let targetName: String
  public let standardisation: Standardisation
  /// In standard units.
  public let posterior: Posterior

  public init(inputNames: [String], targetName: String, standardisation: Standardisation, posterior: Posterior) {
    self.inputNames = inputNames
    self.targetName = targetName
    self.standardisation = standardisation
    self.posterior = posterior
  }

  /// σ_e in the target's units.
  public var noiseStandardDeviation: Double? {
    posterior.noiseStandardDeviation.map { $0 * standardisation.targetScale() }
  }

  /// The key of predictions by a model trained with this seed: later ones repeat the draws of its scores.
  public static func predictionKey(seed: UInt64) -> StreamKey { StreamKey(seed: seed).child("predict") }

  /// The predictive distribution of the target.
  ///
  /// - Parameters:
  ///   - inputs: row-major, the columns in the order of `inputNames`, in their own units.
  ///   - draws: posterior draws, at least 1; the same key gives the same ones whatever the rows.
  /// - Throws: `FitError` when a parameter is outside of its domain, `SimulationError` when a prediction is not finite
  ///   or the model has no Gaussian noise.
  public func predictive(inputs: [Double], draws: Int, key: StreamKey) throws -> PosteriorPredictive {
    guard let noise = noiseStandardDeviation else {
      throw SimulationError(name: "likelihood", value: "categorical", needs: "Gaussian, to predict a number")
    }
    var centres: [[Double]] = []
    try posterior.forEachDraw(count: draws, inputs: standardisation.apply(toInputs: inputs), key: key) { _, outputs in
      centres.append(outputs.map { standardisation.originalTarget($0) })
    }
    return try PosteriorPredictive(draws: centres, noiseStandardDeviation: noise)
  }
}
