/// One active node, as its cost sees it (THEORY.md 7.2).
public struct ActiveNode: Sendable, Equatable {
  /// k_l, the inputs of the node without its bias: it sets the group lasso's shape and rate.
  public let fanIn: Double
  /// d, the weights that have to be close to given ones: k_l + 1, or fewer where inputs are pruned (THEORY.md 7.8).
  public let weightCount: Double
  /// B ≥ ‖w*‖₂, of the row to be approximated.
  public let rowNorm: Double
  /// σ², the variance that a weight of the row may have.
  public let squaredRadius: Double

  /// - Parameter weightCount: k_l + 1 by default; above 0 and no more than that.
  /// - Throws: `RateError` unless `fanIn` is 0 or more, the others positive, and all finite.
  public init(
    fanIn: Double, weightCount: Double? = nil, rowNorm: Double, squaredRadius: Double
  ) throws(RateError) {
    guard fanIn >= 0, fanIn.isFinite else {
      throw RateError(name: "the fan-in of a node", value: "\(fanIn)", needs: "0 or more, and finite")
    }
    let weightCount = weightCount ?? fanIn + 1
    guard weightCount > 0, weightCount <= fanIn + 1 else {
      throw RateError(
        name: "the number of weights of a node", value: "\(weightCount)", needs: "above 0 and at most \(fanIn + 1)")
    }
    for (value, name) in [(rowNorm, "the row norm B of a node"), (squaredRadius, "the squared radius σ² of a node")] {
      guard value > 0, value.isFinite else {
        throw RateError(name: name, value: "\(value)", needs: "positive and finite")
      }
    }
    self.fanIn = fanIn
    self.weightCount = weightCount
    self.rowNorm = rowNorm
    self.squaredRadius = squaredRadius
  }

  /// A node that is a network of its own and so may use up the whole radius Δ²: THEORY.md 7.1 with no hidden layer, one
  /// output and inputs in [−1, 1]^k (M₂ = k) gives each of its d = k + 1 weights σ² = Δ²/d; the row norm is B = √(x d).
  /// - Parameters:
  ///   - strength: x = B²/(k + 1), positive.
  ///   - width: k, the node's inputs without its bias; 1 or more.
  ///   - squaredRadius: Δ², positive.
  /// - Throws: `RateError` for a number out of its domain, or so large or small that B or σ² overflows.
  public init(strength: Double, width: Int, squaredRadius: Double) throws(RateError) {
    let groupSize = Double(width) + 1
    try self.init(
      fanIn: Double(width), rowNorm: (strength * groupSize).squareRoot(), squaredRadius: squaredRadius / groupSize)
  }
}
