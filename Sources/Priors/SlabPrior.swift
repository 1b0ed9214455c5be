/// The slab of a spike-and-slab prior: what a node's incoming weights follow when the node is on (THEORY.md 2).
///
/// A slab weight is τ̃ · N(0, σ_0²) with the node's own scale τ̃: 1 (Gaussian), τ with τ² ~ Gamma(k/2 + 1, ς²/2)
/// (group lasso), or the regularised half-Cauchy scale (group horseshoe).
public enum SlabPrior: Codable, Hashable, Sendable {
  /// SS-IG: no scale.
  case gaussian(standardDeviation: Double = 1)
  /// SS-GL: τ² ~ Gamma(k_l/2 + 1, rate ς²/2).
  case groupLasso(standardDeviation: Double = 1, rateParameter: RateParameter = .hyperprior())
  /// SS-GHS: τ ~ C⁺(0, A) per node, s ~ C⁺(0, s_0) for the network, 1/τ̃² = 1/(τs)² + 1/c²; no cap: c = ∞.
  case groupHorseshoe(
    standardDeviation: Double = 1, localScale: Double = 1, globalScale: Double = 1, cap: Double? = 1)

  /// ς² of the group lasso.
  public enum RateParameter: Codable, Hashable, Sendable {
    /// The same number in every layer.
    case fixed(Double)
    /// ς² = κ (k_l + 1).
    case proportional(Double)
    /// One ς² ~ Gamma(shape, rate) for the network, with its own log-normal under q (authors: 4, 2).
    case hyperprior(shape: Double = 4, rate: Double = 2)

    /// ς² of a layer whose groups have `groupSize` = k_l + 1 members; of a hyperprior, its value at κ = 1, which is
    /// what the rates use (THEORY.md 10).
    public func squaredRate(groupSize: Int) -> Double {
      switch self {
      case .fixed(let value): value
      case .proportional(let factor): factor * Double(groupSize)
      case .hyperprior: Double(groupSize)
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

/// Which slab, by the names of the command line and of study files.
public enum SlabKind: String, CaseIterable, Codable, Sendable {
  case gaussian
  case groupLasso = "group-lasso"
  case groupHorseshoe = "group-horseshoe"

  /// The papers' name.
  public var abbreviation: String {
    switch self {
    case .gaussian: "SS-IG"
    case .groupLasso: "SS-GL"
    case .groupHorseshoe: "SS-GHS"
    }
  }

  /// The kind with this name or alias (`ig`, `gl`, `ghs`), if there is one.
  public init?(name: String) {
    switch name {
    case "ig": self = .gaussian
    case "gl": self = .groupLasso
    case "ghs": self = .groupHorseshoe
    default: self.init(rawValue: name)
    }
  }
}
