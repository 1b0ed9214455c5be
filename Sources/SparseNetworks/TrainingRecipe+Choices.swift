extension TrainingRecipe {
  /// How a gradient moves the parameters.
  public enum Optimiser: Codable, Hashable, Sendable {
    case adam
    /// Gradient descent with this momentum, in [0, 1).
    case momentum(Double)

    public static let usualMomentum = 0.9
  }

  /// What becomes of the gates after the first stage; without a spike there are none, and this is no matter.
  public enum Structure: String, CaseIterable, Codable, Sendable {
    /// Freeze each gate where its logit points, fine-tune, then propose networks of one node fewer.
    case search
    /// Freeze and fine-tune only: what the gates found is the structure.
    case prune
    /// Gates stay random to the end, as in a single stage; the posterior keeps its inclusion probabilities.
    case free
  }

  /// Ends a stage that rises no more: where a least-squares line through the evidence bound of the last `window`
  /// blocks of the trace rises or falls over the window by less than `tolerance` nats, two standard errors included.
  public struct EarlyStop: Codable, Hashable, Sendable {
    /// In blocks of 50 steps; at least 3.
    public let window: Int
    /// In nats.
    public let tolerance: Double

    public static let usualWindow = 20

    public init(window: Int = Self.usualWindow, tolerance: Double) {
      self.window = window
      self.tolerance = tolerance
    }

    func isSettled(_ bounds: [Double]) -> Bool {
      guard bounds.count >= window, let trend = TraceTrend(bounds.suffix(window)) else { return false }
      return abs(trend.rise) + 2 * trend.riseStandardError < tolerance
    }
  }
}
