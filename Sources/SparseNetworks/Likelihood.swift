/// How targets are distributed given the network's output (THEORY.md 1.3).
public enum Likelihood: Codable, Hashable, Sendable {
  /// y = f(x) + N(0, σ_e²), independently for each output.
  case gaussian(noise: Noise)
  /// Class probabilities softmax f(x).
  case categorical
  /// Two classes, 0 and 1, of which P(y = 1) = sigmoid f(x); one output.
  case bernoulli

  /// σ_e of the Gaussian likelihood.
  public enum Noise: Codable, Hashable, Sendable {
    case known(standardDeviation: Double)
    /// log σ_e is one more parameter, maximised with the evidence bound (a point, without a prior of its own).
    case learned(initialStandardDeviation: Double)
  }
}
