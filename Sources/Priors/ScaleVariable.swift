import GSL

/// One random scale of a slab, as the prior has it: its law, or for ς² and its like the law that hangs on it.
public enum ScaleVariable: Hashable, Sendable {
  /// Gamma(a, b), shape a and rate b.
  case gamma(shape: GammaShape, rate: Double)
  /// Gamma(a, ς²/2) with the network's random ς².
  case gammaOfSharedRate(shape: GammaShape)
  /// InvGamma(a, b), shape a and scale b.
  case inverseGamma(shape: GammaShape, scale: Double)
  /// τ² of τ ~ C⁺(0, A) as a whole, where it is not written as a product.
  case halfCauchySquared(scale: Double)

  /// What a variable of the whole network is.
  public enum Role: String, Sendable {
    /// ς², the group lasso's rate parameter.
    case rate
    /// s², or a factor of it.
    case global
    /// c², the horseshoe's cap.
    case cap
  }

  /// Whether its own family is the inverse Gamma.
  var isInverse: Bool { if case .inverseGamma = self { true } else { false } }
}

extension SlabPrior {
  /// The random scales of each node of a layer with `fanIn` = k inputs: none, τ², or the factors a and b of τ² = ab
  /// (THEORY.md 2.2, 2.3). A point is one number for τ², whatever it could be a product of.
  public func nodeScales(fanIn: Int, family: ScaleFamily) -> [ScaleVariable] {
    switch self {
    case .gaussian: []
    case .groupLasso(_, let rateParameter):
      if let squaredRate = rateParameter.squaredRate(groupSize: Double(fanIn + 1)) {
        [.gamma(shape: GammaShape(groupLassoFanIn: fanIn), rate: squaredRate / 2)]
      } else {
        [.gammaOfSharedRate(shape: GammaShape(groupLassoFanIn: fanIn))]
      }
    case .groupHorseshoe(_, let localScale, _, _): Self.halfCauchy(scale: localScale, family: family)
    }
  }

  /// The random scales that the whole network shares, with what they are.
  ///
  /// - Precondition: the slab is valid (`validate`).
  public func sharedScales(family: ScaleFamily) -> [(role: ScaleVariable.Role, variable: ScaleVariable)] {
    switch self {
    case .gaussian: return []
    case .groupLasso(_, .hyperprior(let shape, let rate)):
      return [(.rate, .gamma(shape: GammaShape(positive: shape), rate: rate))]
    case .groupLasso: return []
    case .groupHorseshoe(_, _, let globalScale, let cap):
      var scales: [(role: ScaleVariable.Role, variable: ScaleVariable)] = []
      if let globalScale { scales += Self.halfCauchy(scale: globalScale, family: family).map { (.global, $0) } }
      if case .hyperprior(let shape, let scale) = cap {
        scales.append((.cap, .inverseGamma(shape: GammaShape(positive: shape), scale: scale)))
      }
      return scales
    }
  }

  private static func halfCauchy(scale: Double, family: ScaleFamily) -> [ScaleVariable] {
    switch family {
    case .point: [.halfCauchySquared(scale: scale)]
    case .logNormal, .gamma: [.gamma(shape: .half, rate: 1 / (scale * scale)), .inverseGamma(shape: .half, scale: 1)]
    }
  }
}
