import NetworkShape
import Priors
import SparseNetworks

/// One row of the table of training steps: a network, its minibatch, its slab and the estimator of its gradient.
///
/// The rest is as in the peers: SiLU, straight-through gates at temperature ½, non-centred log-normal scales, Adam.
struct StepCase: Hashable, Sendable {
  enum Network: String, CaseIterable, Sendable {
    case a, b, c128, c1024

    /// k_0, …, k_{L+1}.
    var widths: [Int] {
      switch self {
      case .a: [20, 20, 20, 1]
      case .b: [20, 20, 1]
      case .c128, .c1024: [784, 400, 400, 10]
      }
    }

    var batch: Int {
      switch self {
      case .a: 64
      case .b: 256
      case .c128: 128
      case .c1024: 1024
      }
    }

    /// Rows of the data set.
    var rows: Int { isLarge ? 10_000 : 4096 }
    /// Whether a step takes milliseconds.
    var isLarge: Bool { self == .c128 || self == .c1024 }
  }

  let network: Network
  let slab: SlabKind
  let estimator: GradientEstimator
  /// Networks that JAX trains side by side by `vmap`; all times are per network.
  var networks = 1

  /// Each network under each slab by each estimator, and eight networks at once.
  static let all =
    Network.allCases.flatMap { network in
      GradientEstimator.allCases.flatMap { estimator in
        SlabKind.allCases.reversed().map { StepCase(network: network, slab: $0, estimator: estimator) }
      }
    } + [StepCase(network: .a, slab: .groupHorseshoe, estimator: .weightSampling, networks: 8)]

  var name: String { networks == 1 ? network.rawValue : "\(network.rawValue)-vmap\(networks)" }

  func model(_ activation: Activation = .silu) throws -> NetworkModel {
    let topology = try Topology(widths: network.widths)
    return try NetworkModel(
      topology: topology, activation: activation, slab: prior,
      spike: .node(negativeLog: Array(repeating: 20, count: topology.hiddenLayerCount)),
      likelihood: isClassification ? .categorical : .gaussian(noise: .known(standardDeviation: 0.1)))
  }

  var isClassification: Bool { network.widths.last != 1 }

  private var prior: SlabPrior {
    switch slab {
    case .gaussian: .gaussian()
    case .groupLasso: .groupLasso()
    case .groupHorseshoe: .groupHorseshoe()
    }
  }

  // MARK: - What is asked of it

  private var isHeldAgainstPeers: Bool { slab == .groupHorseshoe && estimator == .weightSampling }

  /// The least time of the faster peer over ours; nil where no ratio is asked for.
  var target: Double? {
    guard isHeldAgainstPeers else { return nil }
    switch network {
    case .a: return 8
    case .b: return 7
    case .c128: return 2.5
    case .c1024: return 1.5
    }
  }

  /// The least time of eager PyTorch over ours.
  var torchTarget: Double? { isHeldAgainstPeers && network == .a && networks == 1 ? 200 : nil }

  /// Whether it must take no longer than the horseshoe's step.
  var isHeldAgainstHorseshoe: Bool { slab != .groupHorseshoe && estimator == .weightSampling }

  var withHorseshoe: StepCase { StepCase(network: network, slab: .groupHorseshoe, estimator: estimator) }

  /// The largest time over its limit that is near enough to the limit.
  var largestTimeOverLimit: Double { network == .a ? 2 : 1.5 }

  /// PyTorch is slow, so that it has fewer rows.
  var isTimedWithTorch: Bool { estimator == .weightSampling && networks == 1 }

  /// Steps of one round, some tenth of a second.
  func steps(of program: Program) -> Int {
    switch (program, network) {
    case (.torch, .a), (.torch, .b): 40
    case (.torch, .c128): 8
    case (.torch, .c1024): 3
    case (_, .a): 2000 / networks
    case (_, .b): 2000
    case (_, .c128): 12
    case (_, .c1024): 4
    }
  }

  enum Program { case ours, jax, torch }
}
