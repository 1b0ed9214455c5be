import Foundation
import GSL
import Priors

/// The variational family's parameters: one arena of numbers and the layout that names its slices (THEORY.md 3.1).
package struct VariationalParameters<Scalar: NetworkScalar>: Sendable, Equatable {
  package let layout: ParameterLayout
  package var values: [Scalar]

  package init(layout: ParameterLayout, values: [Scalar]) {
    precondition(values.count == layout.count)
    self.layout = layout
    self.values = values
  }

  /// Where training starts: weight means U(−1, 1)·√(6/k_l), bias means U(−1, 1)/√k_l, node scales' log means
  /// U(−0.6, 0.6), shared scales' log means 1, every rho −6 (a sd of 0.0025) and every inclusion logit 2 (γ = 0.88). The
  /// Gamma family's rhos start at 0 (a shape of 2): its shapes would be in the hundred thousands at −6.
  package init(startOf model: NetworkModel, key: StreamKey) {
    layout = ParameterLayout(model)
    values = [Scalar](repeating: 0, count: layout.count)
    let generator = RandomGenerator(key: key.child("start"))
    func symmetric(_ bound: Double) -> Scalar { Scalar((2 * generator.uniform() - 1) * bound) }
    func fill(_ range: Range<Int>, _ value: () -> Scalar) { for i in range { values[i] = value() } }
    func fillScales(_ scales: [ParameterLayout.Scale], location: () -> Scalar) {
      for scale in scales {
        fill(scale.location, location)
        if let rho = scale.rho { fill(rho) { model.scaleFamily == .gamma ? 0 : -6 } }
      }
    }
    for layer in layout.layers {
      let inputs = Double(layer.groupSize - 1)
      for node in 0..<layer.nodeCount {
        let group = layer.group(node)
        values[group.lowerBound] = symmetric(1 / inputs.squareRoot())
        fill(group.dropFirst()) { symmetric((6 / inputs).squareRoot()) }
      }
      fillScales(layer.scales) { symmetric(0.6) }
    }
    fill(layout.rhos) { -6 }
    fillScales(layout.shared.map(\.scale)) { 1 }
    if let index = layout.logNoise, case .gaussian(.learned(let sd)) = model.likelihood {
      values[index] = Scalar(log(sd))
    }
    fill(layout.inclusionLogits) { 2 }
  }
}
