import Foundation
import GSL
import NetworkShape
import Priors

/// A fitted variational posterior: the model, the parameters of q and whether its gates are frozen.
public struct Posterior: Sendable, Equatable {
  public let model: NetworkModel
  /// True where a structure search or fine-tuning fixed each node on or off: inclusion probabilities are then 0 or 1
  /// and credible bands hold no uncertainty about the structure.
  public let gatesAreFrozen: Bool
  package let parameters: VariationalParameters<Float>

  package init(model: NetworkModel, parameters: VariationalParameters<Float>, gatesAreFrozen: Bool) {
    self.model = model
    self.parameters = parameters
    self.gatesAreFrozen = gatesAreFrozen
  }

  var gates: GateStage { gatesAreFrozen ? .frozen : .learned }

  /// γ of each indicator of the hidden layers, layer by layer: of its nodes, or, where edges have the spike, of its
  /// weights, row-major with the biases first. 1 for each node without a spike.
  public var inclusionProbabilities: [[Double]] {
    (0..<model.topology.hiddenLayerCount).map { index -> [Double] in
      let layer = parameters.layout.layers[index]
      guard let logits = layer.inclusionLogits else { return Array(repeating: 1, count: layer.columns) }
      return logits.map { (place: Int) -> Double in
        let logit = Double(parameters.values[place])
        return gatesAreFrozen ? (logit > 0 ? 1 : 0) : sigmoid(logit)
      }
    }
  }

  /// Whether each hidden node is on in the median-probability structure, layer by layer: γ ≥ ½, of the node itself or of
  /// one of its incoming weights (its bias is none: it alone makes a constant).
  public var activeNodes: [[Bool]] {
    inclusionProbabilities.enumerated().map { index, probabilities in
      let nodes = parameters.layout.layers[index].columns
      guard model.spike.isOfEdges else { return probabilities.map { $0 >= 0.5 } }
      return (0..<nodes).map { node in
        stride(from: nodes + node, to: probabilities.count, by: nodes).contains { probabilities[$0] >= 0.5 }
      }
    }
  }

  /// The number of nodes that are on in each hidden layer.
  public var activeNodeCounts: [Int] {
    activeNodes.map { $0.count { $0 } }
  }

  /// σ_e: known, or as learned; nil for classes.
  public var noiseStandardDeviation: Double? {
    switch model.likelihood {
    case .gaussian(.known(let sd)): sd
    case .gaussian(.learned): parameters.layout.logNoise.map { exp(Double(parameters.values[$0])) }
    case .categorical, .bernoulli: nil
    }
  }

  /// Calls `body` once per posterior draw with f_θ at every row: rows × outputs, row-major (class scores before the
  /// softmax for a categorical likelihood).
  ///
  /// - Parameters:
  ///   - count: the number of draws; none for 0 or less.
  ///   - inputs: row-major, k_0 numbers a row.
  ///   - key: the same key gives the same draws of the weights, whatever the rows.
  /// - Throws: `FitError.mismatch` when the inputs aren't whole rows of finite numbers, `FitError.outOfDomain` when a
  ///   parameter is outside of its domain.
  public func forEachDraw(
    count: Int, inputs: [Double], key: StreamKey, _ body: (_ draw: Int, _ outputs: [Double]) -> Void
  ) throws(FitError) {
    let augmented = try TrainingSet<Float>.withOnes(inputs, columns: model.topology.inputCount)
    let sampler = PosteriorSampler<Float>(model: model, trainingRows: 1)
    do {
      try sampler.forEachDraw(parameters, gates: gates, augmentedInputs: augmented, draws: count, key: key, body)
    } catch {
      throw FitError.outOfDomain(step: 0, quantity: "\(error)")
    }
  }

  /// The evidence bound on `data`, the training rows, from `draws` draws.
  ///
  /// - Throws: `FitError.mismatch` when the table isn't the model's or `draws` is 0, `FitError.outOfDomain` when a
  ///   parameter is outside of its domain.
  public func evidenceBound(on data: Dataset, draws: Int, key: StreamKey) throws(FitError) -> EvidenceBound {
    guard draws > 0 else { throw FitError.mismatch(what: "draws", found: "\(draws)", expected: "at least 1") }
    let set = try TrainingSet<Float>(data, for: model)
    let sampler = PosteriorSampler<Float>(model: model, trainingRows: set.rowCount)
    do {
      return try sampler.evidenceBound(parameters, gates: gates, data: set, draws: draws, key: key)
    } catch {
      throw FitError.outOfDomain(step: 0, quantity: "\(error)")
    }
  }
}
