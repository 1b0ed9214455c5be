import Priors

/// The laws of a squared scale that log-normals are held against, by their names on the command line and in study files.
package enum LogNormalTarget: String, CaseIterable, Sendable {
  /// Gamma(shape, rate), the group lasso's prior for a shape of k/2 + 1.
  case gamma
  case inverseGamma = "inverse-gamma"
  /// t² for t ~ C⁺(0, scale · global scale).
  case halfCauchy = "half-cauchy"
  /// The same law; its log-normal is the product of those of the two factors that make it.
  case halfCauchyProduct = "half-cauchy-product"
  /// τ² of a group-lasso node given its weights.
  case groupLassoConditional = "group-lasso-conditional"
  /// t² of a group-horseshoe node given its weights.
  case horseshoeConditional = "horseshoe-conditional"

  /// The parameters of all targets; each reads its own.
  package struct Parameters: Sendable, Equatable {
    /// a of the (inverse) Gamma.
    package var shape = 51.0
    /// b of the Gamma; ς² of the group lasso given its weights.
    package var rate = 1.0
    /// b of the inverse Gamma; A of the half-Cauchy.
    package var scale = 1.0
    /// s.
    package var globalScale = 1.0
    /// d, a node's weights with its bias.
    package var dimension = 51
    /// W = ‖w‖²/σ₀²; d unless given.
    package var squaredNorm: Double?
    /// c; nil for none.
    package var cap: Double? = 1

    package init() {}
  }

  /// Where tails are compared unless others are asked for.
  package static let defaultTailProbabilities = [1e-3, 1e-6]

  /// The names of the parameters that mean something, as flags and keys spell them.
  package var parameterNames: [String] {
    switch self {
    case .gamma: ["shape", "rate"]
    case .inverseGamma: ["shape", "scale"]
    case .halfCauchy, .halfCauchyProduct: ["scale", "global-scale"]
    case .groupLassoConditional: ["rate", "dimension", "squared-norm"]
    case .horseshoeConditional: ["scale", "global-scale", "dimension", "squared-norm", "cap"]
    }
  }

  /// The parameter that a width k sets, to k/2 + 1 or k + 1; nil where a width means nothing.
  package var parameterOfWidth: String? {
    ["shape", "dimension"].first(where: parameterNames.contains)
  }

  /// Sets what a width of k stands for: the shape k/2 + 1 of a group lasso's scale, or the k + 1 weights of a node.
  package func setWidth(_ width: Int, in parameters: inout Parameters) {
    parameters.shape = SlabPrior.groupLassoShape(fanIn: width)
    parameters.dimension = width + 1
  }

  /// The law.
  /// - Throws: `GSLError` for parameters outside of its domain.
  package func law(_ parameters: Parameters) throws -> ScaleLaw {
    let squaredNorm = parameters.squaredNorm ?? Double(parameters.dimension)
    switch self {
    case .gamma: return .gamma(shape: parameters.shape, rate: parameters.rate)
    case .inverseGamma: return .inverseGamma(shape: parameters.shape, scale: parameters.scale)
    case .halfCauchy, .halfCauchyProduct:
      return .halfCauchySquared(scale: parameters.scale * parameters.globalScale)
    case .groupLassoConditional:
      return try .generalisedInverseGaussian(
        GeneralisedInverseGaussian(groupLassoRateParameter: parameters.rate, squaredNorm: squaredNorm))
    case .horseshoeConditional:
      return try .horseshoeConditional(
        HorseshoeConditional(
          dimension: parameters.dimension, squaredNorm: squaredNorm, localScale: parameters.scale,
          globalScale: parameters.globalScale, cap: parameters.cap))
    }
  }

  /// The kind of the log-normal; the two-factor target takes the product of its factors' reverse fits.
  package func kind(_ fit: LogNormalFit.Kind) -> LogNormalFit.Kind {
    // The mean and variance of log a + log b are the sums of those of the factors' forward fits.
    self == .halfCauchyProduct && fit == .reverse ? .product : fit
  }
}
