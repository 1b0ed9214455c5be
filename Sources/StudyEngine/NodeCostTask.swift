import Contraction
import Priors

/// A cell of kind `phase-map`: what one active node of a given width and effective strength pays under one slab.
package struct NodeCostTask: Sendable, Equatable {
  /// x = B²/(k + 1).
  package let strength: Double
  /// k, the inputs of the node.
  package let width: Int
  /// Δ², the squared radius that the node may use up.
  package let squaredRadius: Double
  package let parametrisation: Parametrisation
  package let slab: SlabPrior

  static let keys = ["strength", "width", "radius2", "parametrisation", "slab"]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try field?.mapping(Self.keys) ?? [:]
    strength = try fields["strength"]?.real(.positive) ?? 1
    width = try fields["width"]?.whole(1...1_000_000) ?? 64
    squaredRadius = try fields["radius2"]?.real(.positive) ?? 1e-2
    parametrisation = try fields["parametrisation"]?.choice(Parametrisation.self) ?? .nonCentred
    slab =
      try fields["slab"].map { field throws(StudyFileError) in
        try SlabPrior(field, rateParameter: .proportional(1))
      } ?? .groupHorseshoe()
    if case .groupLasso(_, .hyperprior) = slab, let field = fields["slab"] {
      throw field.refusal(
        "\(field.path) has a hyperprior on its rate parameter, which all nodes of a network share",
        expected: "rate-parameter: {proportional: 1} or {fixed: 2}")
    }
  }

  package func result() throws -> CellResult {
    let node = try ActiveNode(strength: strength, width: width, squaredRadius: squaredRadius)
    let cost = try NodeCost(of: node, under: slab, parametrisation: parametrisation)
    return CellResult(
      metrics: [
        CellResult.Metric(name: "cost", value: cost.value),
        CellResult.Metric(name: "closed_form_upper", value: cost.closedFormUpper),
        CellResult.Metric(name: "mu", value: cost.mu), CellResult.Metric(name: "omega", value: cost.omega),
        CellResult.Metric(name: "v", value: cost.weightVariance),
      ], converged: true)
  }
}
