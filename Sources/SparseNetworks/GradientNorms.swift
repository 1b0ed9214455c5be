/// Euclidean norms of the loss's gradient, a mean over rows, by what the parameters are of.
public struct GradientNorms: Equatable, Codable, Sendable {
  public let weightMeans: Double
  public let weightDeviations: Double
  public let nodeScales: Double
  /// Of the scales that nodes share, and of the noise.
  public let shared: Double
  /// Of the inclusion logits; 0 where they don't learn.
  public let logits: Double

  init<Scalar: NetworkScalar>(_ gradient: UnsafePointer<Scalar>, layout: ParameterLayout) {
    func norm(_ range: Range<Int>) -> Double { Self.norm(gradient, range) }
    weightMeans = norm(layout.means)
    weightDeviations = norm(layout.rhos)
    let nodeScales = layout.layers.flatMap(\.scales).flatMap { [$0.location, $0.rho].compactMap { $0 } }
    let nodeScaleEnd = nodeScales.map(\.upperBound).reduce(layout.rhos.upperBound, max)
    self.nodeScales = norm(layout.rhos.upperBound..<nodeScaleEnd)
    shared = norm(nodeScaleEnd..<layout.inclusionLogits.lowerBound)
    logits = norm(layout.inclusionLogits)
  }

  static func norm<Scalar: NetworkScalar>(_ gradient: UnsafePointer<Scalar>, _ range: Range<Int>) -> Double {
    var sum = 0.0
    for i in range { sum += Double(gradient[i]) * Double(gradient[i]) }
    return sum.squareRoot()
  }
}
