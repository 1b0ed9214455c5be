import NetworkShape

/// Where a step's Gaussian noise enters.
public enum GradientEstimator: String, CaseIterable, Codable, Sendable {
  /// One draw of every weight for the whole minibatch: the paper's.
  case weightSampling = "weight-sampling"
  /// One draw of every pre-activation of every row (Kingma, Salimans & Welling 2015): less variance.
  case localReparameterisation = "local-reparameterisation"
}

/// How a node's indicator enters the forward pass of training (THEORY.md 3.2).
public enum Relaxation: String, CaseIterable, Codable, Sendable {
  /// Hard 0 or 1 forward, the concrete density's slope backward: exact draws, biased gradient.
  case straightThrough = "straight-through"
  /// The binary concrete value itself.
  case soft

  /// What to use where nobody says: straight-through, but soft for ReLU and leaky ReLU. A node of theirs that is drawn
  /// off has slope 0 there, or next to it, so a hard gate's logit gets no gradient from the data, only the prior's pull,
  /// and all nodes close together. A soft gate is never 0.
  public static func suited(to activation: Activation) -> Relaxation {
    [.relu, .leakyRelu].contains(activation) ? .soft : .straightThrough
  }
}

/// What happens with the indicators during a stage of training.
package enum GateStage: Sendable {
  /// Every node is on; the logits stay where they are.
  case open
  /// Nodes are drawn, logits learn.
  case learned
  /// Node j is on where its logit is positive, for certain; the logits stay where they are.
  case frozen
}
