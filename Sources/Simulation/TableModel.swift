import GSL
import SparseNetworks

/// A network fitted to a table's columns: it takes inputs and predicts the target in their own units, or its class.
public struct TableModel: Sendable, Equatable {
  public let inputNames: [String]
  public let targetName: String
  /// The classes' names, in the order of the network's outputs; nil where the target is a number.
  public let labels: [String]?
  public let standardisation: Standardisation
  /// In standard units.
  public let posterior: Posterior

  public init(
    inputNames: [String], targetName: String, labels: [String]? = nil, standardisation: Standardisation,
    posterior: Posterior
  ) {
    self.inputNames = inputNames
    self.targetName = targetName
    self.labels = labels
    self.standardisation = standardisation
    self.posterior = posterior
  }

  /// σ_e in the target's units; nil for classes.
  public var noiseStandardDeviation: Double? {
    posterior.noiseStandardDeviation.map { $0 * standardisation.targetScale() }
  }

  /// The key of predictions by a model trained with this seed: later ones repeat the draws of its scores.
  public static func predictionKey(seed: UInt64) -> StreamKey { StreamKey(seed: seed).child("predict") }

  // MARK: - By the posterior

  /// The predictive distribution of a numeric target.
  ///
  /// - Parameters:
  ///   - inputs: row-major, the columns in the order of `inputNames`, in their own units.
  ///   - draws: posterior draws, at least 1; the same key gives the same ones whatever the rows.
  /// - Throws: `FitError` when a parameter is outside of its domain, `SimulationError` when a prediction is not finite
  ///   or the model predicts classes.
  public func predictive(inputs: [Double], draws: Int, key: StreamKey) throws -> PosteriorPredictive {
    guard let noise = noiseStandardDeviation else {
      throw SimulationError(name: "target", value: "a class", needs: "a number, for a predictive distribution of one")
    }
    let outputs = try outputs(inputs: inputs, draws: draws, key: key)
    return try PosteriorPredictive(
      draws: outputs.map { $0.map { standardisation.originalTarget($0) } }, noiseStandardDeviation: noise)
  }

  /// The predictive distribution of a class, in the order of `labels`.
  ///
  /// - Parameters: as `predictive(inputs:draws:key:)` has them.
  /// - Throws: as that does; `SimulationError` when the model predicts a number.
  public func classPredictive(inputs: [Double], draws: Int, key: StreamKey) throws -> CategoricalPredictive {
    try classPredictive(outputs: outputs(inputs: inputs, draws: draws, key: key))
  }

  /// How well the predictive distribution foretells a table's targets.
  ///
  /// - Parameter data: in the columns' own units.
  /// - Throws: as the predictive distributions do; `SimulationError` for a table without rows.
  public func scores(on data: Dataset, draws: Int, key: StreamKey) throws -> TestScores {
    switch data.targets {
    case .real(let values, _):
      let predictive = try predictive(inputs: data.inputs, draws: draws, key: key)
      return .regression(try RegressionScores(predictive, targets: values))
    case .classes(let values, _):
      let predictive = try classPredictive(inputs: data.inputs, draws: draws, key: key)
      return .classification(try ClassificationScores(predictive, classes: values))
    }
  }

  private func outputs(inputs: [Double], draws: Int, key: StreamKey) throws(FitError) -> [[Double]] {
    var all: [[Double]] = []
    try posterior.forEachDraw(count: draws, inputs: standardisation.apply(toInputs: inputs), key: key) { _, outputs in
      all.append(outputs)
    }
    return all
  }

  /// Where a likelihood's outputs become scores of classes.
  private func classPredictive(outputs draws: [[Double]]) throws(SimulationError) -> CategoricalPredictive {
    switch posterior.model.likelihood {
    case .categorical:
      return try CategoricalPredictive(draws: draws, classCount: posterior.model.topology.outputCount)
    case .bernoulli:
      // sigmoid f is the softmax of the scores 0 and f.
      return try CategoricalPredictive(draws: draws.map { $0.flatMap { [0, $0] } }, classCount: 2)
    case .gaussian:
      throw SimulationError(name: "target", value: "a number", needs: "a class, for probabilities of classes")
    }
  }

  // MARK: - By its compact network

  /// The mean network (`Posterior.meanNetwork`) without its dead nodes, in standard units.
  ///
  /// - Throws: `FitError` when a parameter is outside of its domain.
  public func compactNetwork() throws(FitError) -> CompactNetwork { CompactNetwork(try posterior.meanNetwork()) }

  /// What one pass of the compact network foretells: the target, in its own units, or each class's probability.
  ///
  /// - Parameters:
  ///   - network: of `compactNetwork`.
  ///   - inputs: as `predictive(inputs:draws:key:)` has them.
  /// - Returns: rows × 1 or rows × classes, row-major.
  /// - Throws: `FitError` for inputs that aren't whole rows of numbers, `SimulationError` when an output is not finite.
  public func plugIn(_ network: CompactNetwork, inputs: [Double]) throws -> [Double] {
    let outputs = try network.network.outputs(at: standardisation.apply(toInputs: inputs))
    guard labels != nil else { return outputs.map { standardisation.originalTarget($0) } }
    let predictive = try classPredictive(outputs: [outputs])
    return (0..<predictive.rowCount).flatMap { predictive.probabilities(row: $0) }
  }
}
