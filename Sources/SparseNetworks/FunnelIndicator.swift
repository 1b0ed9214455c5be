import Foundation
import GSL

/// How far the scale of a node and the size of its effective weights go together under q, as they do in the posterior's
/// funnel: the correlation over posterior draws of log t̃_j and log‖w̄_j‖, w̄_j the weights in effect with the bias,
/// averaged over the active hidden nodes.
///
/// The non-centred family ties the two (positive), the centred mean-field family cannot (0); THEORY.md 2.4.
public struct FunnelIndicator: Equatable, Sendable {
  /// In [−1, 1].
  public let correlation: Double
  /// Nodes averaged over: those that are on in the median-probability structure.
  public let nodeCount: Int
}

extension Posterior {
  /// The indicator from `draws` draws; nil for the Gaussian slab, which has no scales, and without an active node.
  ///
  /// - Throws: `FitError.mismatch` for fewer than 3 draws, `FitError.outOfDomain` when a parameter is outside of its
  ///   domain.
  public func funnelIndicator(draws: Int, key: StreamKey) throws(FitError) -> FunnelIndicator? {
    guard draws > 2 else { throw FitError.mismatch(what: "draws", found: "\(draws)", expected: "at least 3") }
    guard model.slab.kind != .gaussian else { return nil }
    do {
      return try PosteriorSampler<Float>(model: model, trainingRows: 1).funnelIndicator(self, draws: draws, key: key)
    } catch {
      throw FitError.outOfDomain(step: 0, quantity: "\(error)")
    }
  }
}

extension PosteriorSampler<Float> {
  fileprivate func funnelIndicator(
    _ posterior: Posterior, draws: Int, key: StreamKey
  ) throws(GSLError) -> FunnelIndicator? {
    let active = posterior.medianProbabilityStructure.enumerated().flatMap { layer, isOn in
      isOn.indices.filter { isOn[$0] }.map { (layer: layer, node: $0) }
    }
    guard !active.isEmpty else { return nil }
    var logScales = active.map { _ in [Double]() }
    var logNorms = logScales
    for draw in 0..<draws {
      objective.noise.draw(key: key, step: draw)
      try prepare(posterior.parameters, gates: posterior.gates)
      for (place, (layer, node)) in active.enumerated() {
        let number = objective.layout.layers[layer].firstNode + node
        logScales[place].append(Double(objective.scales.logScale[number]))
        logNorms[place].append(log(Double(objective.scales.scale[number])) + log(norm(layer: layer, node: node)))
      }
    }
    let correlations = zip(logScales, logNorms).map(Self.correlation)
    return FunnelIndicator(
      correlation: correlations.reduce(0, +) / Double(active.count), nodeCount: active.count)
  }

  /// ‖w_j‖ of the draw at hand.
  private func norm(layer: Int, node: Int) -> Double {
    let square = objective.layout.layers[layer].group(node).reduce(0) {
      $0 + Double(objective.weights[$1]) * Double(objective.weights[$1])
    }
    return square.squareRoot()
  }

  /// Pearson's, by centred sums; 0 where one of the two does not vary.
  private static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      yy += (b - meanY) * (b - meanY)
      xy += (a - meanX) * (b - meanY)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
  }
}
