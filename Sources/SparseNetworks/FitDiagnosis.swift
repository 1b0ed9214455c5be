/// What is wrong, or may be, with a fit: a name that stays, and what to do.
public enum FitDiagnosis: String, CaseIterable, Codable, Sendable {
  /// The loss became infinite or a parameter left its domain, which ends training.
  case diverged
  /// The loss or the evidence bound is not a number, which ends training.
  case notANumber = "not-a-number"
  /// The fit ended with an evidence bound below that of its first 50 steps.
  case fellBack = "fell-back"
  /// Every node of a hidden layer is off: legal, but the network is constant.
  case layerPruned = "layer-pruned"
  /// There is a spike, and every node, or edge, is on.
  case nothingPruned = "nothing-pruned"
  /// Blocks of the trace jump up and down at the end of a stage by far more than minibatches explain.
  case oscillating
  /// One more fine-tuning raised the bound by more than `Convergence` allows.
  case notConverged = "not-converged"

  /// One line.
  public var advice: String {
    switch self {
    case .diverged: "training diverged; lower the learning rate, or clip gradients"
    case .notANumber: "training left the numbers; lower the learning rate, or clip gradients"
    case .fellBack:
      "the fit ended with an evidence bound below that of its first steps; lower the learning rates, above all the "
        + "fine-tunings', or raise confirmations"
    case .layerPruned:
      "every node of a hidden layer was pruned, so the network predicts a constant; keep nodes on throughout stage 1 "
        + "(free-gates 1) and search longer (search-rounds 60), which prunes node by node, or raise the inclusion "
        + "probability"
    case .nothingPruned:
      "nothing was pruned; if that is a surprise, widen the network, lower the inclusion probability or, for nodes, "
        + "search longer (search-rounds)"
    case .oscillating:
      "the evidence bound jumps up and down at the end of training; lower the learning rates or let them fall further, "
        + "or take larger minibatches (batch) or more samples"
    case .notConverged:
      "the fit has not converged: one more fine-tuning still raised the evidence bound; raise tune-steps or "
        + "confirmations"
    }
  }
}

extension Trainer.Fit {
  /// In order of declaration; empty for a fit that nothing is known to be wrong with.
  public var diagnoses: [FitDiagnosis] {
    let counts = posterior.activeNodeCounts
    var found: Set<FitDiagnosis> = []
    if let first = trace.points.first, evidenceBound.value < first.evidenceBound { found.insert(.fellBack) }
    if counts.contains(0) { found.insert(.layerPruned) }
    if !posterior.parameters.layout.inclusionLogits.isEmpty,
      posterior.inclusionProbabilities.allSatisfy({ $0.allSatisfy { $0 >= 0.5 } })
    {
      found.insert(.nothingPruned)
    }
    if trace.oscillates(tolerance: 0.05 * evidenceBound.divergence) { found.insert(.oscillating) }
    if !convergence.isConverged { found.insert(.notConverged) }
    return FitDiagnosis.allCases.filter(found.contains)
  }
}

extension TrainingTrace {
  /// Whether the last 12 blocks of the last stage that has 16 or more, so that its beginning is left out, vary about
  /// their least-squares line
  ///
  /// - by a variance more than 4 times what the blocks' own standard errors explain (F with 10 degrees of freedom: by
  ///   chance less than once in 10⁴ fits),
  /// - by a standard deviation, that share taken off, of more than `tolerance` nats,
  /// - and to and fro: from one block to the next the line is crossed at least 3 times.
  func oscillates(tolerance: Double) -> Bool {
    let window = 12
    let stages = Dictionary(grouping: points, by: \.stage).filter { $1.count >= window + 4 }
    guard let last = stages.max(by: { $0.key < $1.key })?.value.suffix(window),
      let trend = TraceTrend(last.map(\.evidenceBound))
    else { return false }
    let explained = last.reduce(0) { $0 + $1.standardError * $1.standardError } / Double(window)
    return trend.residualVariance > 4 * explained && trend.residualVariance - explained > tolerance * tolerance
      && trend.signChanges >= 3
  }
}
