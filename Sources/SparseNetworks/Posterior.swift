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
  /// weights, node by node and the bias first. 1 for each node without a spike.
  public var inclusionProbabilities: [[Double]] {
    (0..<model.topology.hiddenLayerCount).map { index -> [Double] in
      let layer = parameters.layout.layers[index]
      guard let logits = layer.inclusionLogits else { return Array(repeating: 1, count: layer.nodeCount) }
      return logits.map(inclusionProbability(atLogit:))
    }
  }

  private func inclusionProbability(atLogit place: Int) -> Double {
    let logit = Double(parameters.values[place])
    return gatesAreFrozen ? (logit > 0 ? 1 : 0) : sigmoid(logit)
  }

  /// Which hidden nodes are on, layer by layer: those with γ ≥ ½, the median-probability structure (Barbieri and Berger
  /// 2004). Where edges have the spike, those of which an incoming weight has γ ≥ ½ (a bias alone makes a constant).
  public var medianProbabilityStructure: [[Bool]] {
    inclusionProbabilities.enumerated().map { index, probabilities in
      let layer = parameters.layout.layers[index]
      guard model.spike.isOfEdges else { return probabilities.map { $0 >= 0.5 } }
      return (0..<layer.nodeCount).map { node in
        layer.group(node).dropFirst().contains { probabilities[$0 - layer.weights.lowerBound] >= 0.5 }
      }
    }
  }

  /// The number of nodes of each hidden layer in the median-probability structure.
  public var activeNodeCounts: [Int] {
    medianProbabilityStructure.map { $0.count { $0 } }
  }

  /// σ_e: known, or as learned; nil for classes.
  public var noiseStandardDeviation: Double? {
    switch model.likelihood {
    case .gaussian(.known(let sd)): sd
    case .gaussian(.learned): parameters.layout.logNoise.map { exp(Double(parameters.values[$0])) }
    case .categorical, .bernoulli: nil
    }
  }

  // MARK: - Networks

  /// θ of one posterior draw: the effective weights, those of nodes that are off in this draw 0.
  ///
  /// It is the network whose outputs `forEachDraw` hands out for the same key and number, to rounding.
  ///
  /// - Parameters:
  ///   - draw: its number under the key, at least 0.
  ///   - key: names the draws.
  /// - Throws: `FitError.mismatch` for a negative number, `FitError.outOfDomain` when a parameter is outside of its
  ///   domain.
  public func network(draw: Int, key: StreamKey) throws(FitError) -> DenseNetwork {
    guard draw >= 0 else {
      throw FitError.mismatch(what: "number of a draw", found: "\(draw)", expected: "at least 0")
    }
    return try inDomain { (sampler) throws(GSLError) in
      try sampler.network(parameters, gates: gates, draw: draw, key: key)
    }
  }

  /// The network of the mean weights: E of each effective weight under q, given that exactly the nodes of the
  /// median-probability structure are on. The other nodes' weights are 0.
  ///
  /// One pass of it stands in for many draws, but it is a plug-in: f at the mean weights is not the posterior mean of
  /// f, which `meanFunction` estimates, because f is not linear in the weights. It has no uncertainty. A weight's mean is exact given its node's scale; over scales it is the mean of
  /// `scaleDraws` draws by a fixed key, which errs by about sd(t̃)/√scaleDraws relatively to E t̃, and not at all under
  /// the Gaussian slab.
  ///
  /// - Parameter scaleDraws: at least 1.
  /// - Throws: `FitError.mismatch` for fewer, `FitError.outOfDomain` when a parameter is outside of its domain.
  public func meanNetwork(scaleDraws: Int = 1000) throws(FitError) -> DenseNetwork {
    guard scaleDraws > 0 else {
      throw FitError.mismatch(what: "draws of the scales", found: "\(scaleDraws)", expected: "at least 1")
    }
    var structured = parameters
    for place in parameters.layout.inclusionLogits {
      let isOn = inclusionProbability(atLogit: place) >= 0.5
      structured.values[place] = isOn ? StructureSearch.frozenLogit : -StructureSearch.frozenLogit
    }
    return try inDomain { (sampler) throws(GSLError) in
      try sampler.meanNetwork(structured, draws: scaleDraws, key: StreamKey(seed: 0).child("mean network"))
    }
  }

  /// The posterior mean of f, from `draws` draws: rows × outputs, row-major (for a categorical likelihood of the
  /// scores, not of the probabilities).
  ///
  /// - Parameters: as `forEachDraw` has them.
  /// - Throws: `FitError`, as `forEachDraw` does, and `FitError.mismatch` when `draws` is less than 1.
  public func meanFunction(at inputs: [Double], draws: Int, key: StreamKey) throws(FitError) -> [Double] {
    guard draws > 0 else { throw FitError.mismatch(what: "draws", found: "\(draws)", expected: "at least 1") }
    var sums: [Double] = []
    try forEachDraw(count: draws, inputs: inputs, key: key) { draw, outputs in
      if draw == 0 { sums = outputs } else { for index in sums.indices { sums[index] += outputs[index] } }
    }
    return sums.map { $0 / Double(draws) }
  }

  // MARK: - Draws

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
    let table = try TrainingSet<Float>.numbers(inputs, columns: model.topology.inputCount)
    try inDomain { (sampler) throws(GSLError) in
      try sampler.forEachDraw(parameters, gates: gates, inputs: table, draws: count, key: key, body)
    }
  }

  /// The evidence bound on `data`, the training rows, from `draws` draws.
  ///
  /// - Throws: `FitError.mismatch` when the table isn't the model's or `draws` is 0, `FitError.outOfDomain` when a
  ///   parameter is outside of its domain.
  public func evidenceBound(on data: Dataset, draws: Int, key: StreamKey) throws(FitError) -> EvidenceBound {
    guard draws > 0 else { throw FitError.mismatch(what: "draws", found: "\(draws)", expected: "at least 1") }
    let set = try TrainingSet<Float>(data, for: model)
    return try inDomain(trainingRows: set.rowCount) { (sampler) throws(GSLError) in
      try sampler.evidenceBound(parameters, gates: gates, data: set, draws: draws, key: key)
    }
  }

  /// What a sampler of this posterior gives; a parameter that has left its domain makes it a `FitError`.
  private func inDomain<Value>(
    trainingRows: Int = 1, _ body: (PosteriorSampler<Float>) throws(GSLError) -> Value
  ) throws(FitError) -> Value {
    do {
      return try body(PosteriorSampler<Float>(model: model, trainingRows: trainingRows))
    } catch {
      throw FitError.outOfDomain(step: 0, quantity: "\(error)")
    }
  }
}
