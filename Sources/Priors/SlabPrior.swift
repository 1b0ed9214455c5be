import GSL

/// The slab of a spike-and-slab prior: what a node's incoming weights follow when the node is on (THEORY.md 2).
///
/// A slab weight is τ̃ · N(0, σ_0²) with the node's own scale τ̃: 1 (Gaussian), τ with τ² ~ Gamma(k/2 + 1, ς²/2)
/// (group lasso), or the regularised half-Cauchy scale (group horseshoe).
public enum SlabPrior: Codable, Hashable, Sendable {
  /// SS-IG: no scale.
  case gaussian(standardDeviation: Double = 1)
  /// SS-GL: τ² ~ Gamma(k_l/2 + 1, rate ς²/2).
  case groupLasso(standardDeviation: Double = 1, rateParameter: RateParameter = .hyperprior())
  /// SS-GHS: τ ~ C⁺(0, A) per node, s ~ C⁺(0, s_0) for the network, 1/τ̃² = 1/(τs)² + 1/c². Without global scale s = 1.
  case groupHorseshoe(
    standardDeviation: Double = 1, localScale: Double = 1, globalScale: Double? = 1, cap: Cap = 1)

  /// c of the group horseshoe. A number or `nil` stands for a fixed one or none.
  public enum Cap: Codable, Hashable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByNilLiteral
  {
    /// c = ∞.
    case none
    case fixed(Double)
    /// One c² ~ InvGamma(shape, scale) for the network (authors: 2, 6, not in use).
    case hyperprior(shape: Double = 2, scale: Double = 6)

    /// A fixed c, or none.
    public init(_ value: Double?) { self = value.map(Cap.fixed) ?? .none }
    public init(floatLiteral value: Double) { self = .fixed(value) }
    public init(integerLiteral value: Int) { self = .fixed(Double(value)) }
    public init(nilLiteral: ()) { self = .none }

    /// c where it is a number; nil without a cap and under the hyperprior.
    public var value: Double? { if case .fixed(let value) = self { value } else { nil } }
    public var isRandom: Bool { if case .hyperprior = self { true } else { false } }
  }

  /// ς² of the group lasso.
  public enum RateParameter: Codable, Hashable, Sendable {
    /// The same number in every layer.
    case fixed(Double)
    /// ς² = κ (k_l + 1).
    case proportional(Double)
    /// One ς² ~ Gamma(shape, rate) for the network, with its own log-normal under q (authors: 4, 2).
    case hyperprior(shape: Double = 4, rate: Double = 2)

    /// κ = ς²/d of a layer whose groups have d = k_l + 1 members. Under the hyperprior the rates take that of κ = 1
    /// (THEORY.md 7.9, 10).
    package func perWeight(groupSize d: Double) -> Double {
      switch self {
      case .fixed(let value): value / d
      case .proportional(let kappa): kappa
      case .hyperprior: 1
      }
    }

    /// ς² of such a layer, where it is a number and not random; nil under the hyperprior.
    package func squaredRate(groupSize d: Double) -> Double? {
      switch self {
      case .fixed(let value): value
      case .proportional(let kappa): kappa * d
      case .hyperprior: nil
      }
    }
  }

  /// σ_0.
  public var standardDeviation: Double {
    switch self {
    case .gaussian(let sd), .groupLasso(let sd, _), .groupHorseshoe(let sd, _, _, _): sd
    }
  }

  public var kind: SlabKind {
    switch self {
    case .gaussian: .gaussian
    case .groupLasso: .groupLasso
    case .groupHorseshoe: .groupHorseshoe
    }
  }
}

extension SlabPrior {
  /// The shape of the group lasso's τ² ~ Gamma(k/2 + 1, ς²/2) for a node with `fanIn` = k inputs and a bias (2.2).
  public static func groupLassoShape(fanIn: Int) -> Double { 0.5 * Double(fanIn) + 1 }

  /// Throws `GSLError.domain` unless every parameter is positive and finite.
  public func validate() throws(GSLError) {
    try requirePositive(standardDeviation, "standard deviation of a slab")
    switch self {
    case .gaussian: break
    case .groupLasso(_, .fixed(let rate)): try requirePositive(rate, "rate parameter ς² of a group lasso")
    case .groupLasso(_, .proportional(let kappa)): try requirePositive(kappa, "rate per weight κ of a group lasso")
    case .groupLasso(_, .hyperprior(let shape, let rate)):
      try requirePositive(shape, "shape of the hyperprior of ς²")
      try requirePositive(rate, "rate of the hyperprior of ς²")
    case .groupHorseshoe(_, let local, let global, let cap):
      try requirePositive(local, "local scale of a horseshoe")
      if let global { try requirePositive(global, "global scale of a horseshoe") }
      switch cap {
      case .none: break
      case .fixed(let value): try requirePositive(value, "cap of a horseshoe")
      case .hyperprior(let shape, let scale):
        try requirePositive(shape, "shape of the hyperprior of c²")
        try requirePositive(scale, "scale of the hyperprior of c²")
      }
    }
  }
}
