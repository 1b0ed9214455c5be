import Priors

/// What the formulas of THEORY.md section 6 read at one sample size. Widths and counts are real numbers: in a growth
/// regime (8.1) they are powers of n.
package struct RateInputs: Sendable, Equatable {
  /// k_0, …, k_{L+1}.
  package var widths: [Double]
  /// s_0, …, s_L.
  package var activeNodes: [Double]
  /// B_0, …, B_L.
  package var rowNorms: [Double]
  /// n.
  package var sampleSize: Double
  /// ξ = inf ‖f − f₀‖²_∞ over the class.
  package var approximationError: Double
  /// C_0, …, C_{L−1}.
  package var inclusionConstants: [Double]
  /// M₂ ≥ sup ‖x‖².
  package var inputMoment: Double
  package var slab: SlabPrior
  /// K_ψ, at least 1.
  package var lipschitzConstant: Double

  package init(
    widths: [Double], activeNodes: [Double], rowNorms: [Double], sampleSize: Double, approximationError: Double,
    inclusionConstants: [Double], inputMoment: Double, slab: SlabPrior, lipschitzConstant: Double
  ) {
    self.widths = widths
    self.activeNodes = activeNodes
    self.rowNorms = rowNorms
    self.sampleSize = sampleSize
    self.approximationError = approximationError
    self.inclusionConstants = inclusionConstants
    self.inputMoment = inputMoment
    self.slab = slab
    self.lipschitzConstant = lipschitzConstant
  }
}
