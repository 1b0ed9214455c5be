import Contraction
import Priors

/// A cell of kind `phase-map`: what one active node of a given width and effective strength pays under one slab.
package struct NodeCostTask: Sendable, Equatable {
  /// x = B²/(k + 1).
  package private(set) var strength = 1.0
  /// k, the inputs of the node.
  package private(set) var width = 64
  /// Δ², the squared radius that the node may use up.
  package private(set) var squaredRadius = 1e-2
  package private(set) var parametrisation = Parametrisation.nonCentred
  package private(set) var slab = SlabPrior.groupHorseshoe()

  static let keys: [SectionKey<NodeCostTask>] = [
    SectionKey("strength", .real(.positive), \.strength, default: "1", "x = B²/(k + 1)."),
    SectionKey("width", .whole(1...1_000_000), \.width, default: "64", "k, the inputs of the node."),
    SectionKey(
      "radius2", .real(.positive), \.squaredRadius, default: "0.01", "Δ², the squared radius, which the node uses up alone."),
    SectionKey(
      "parametrisation", .name, \.parametrisation, default: "non-centred",
      "Whether scales multiply standardised weights, or shape the prior of the weights themselves."),
    SectionKey(
      "slab", SlabPrior.type(rateParameter: .proportional(1)), \.slab, default: "group-horseshoe",
      "The slab; a group lasso's rate-parameter is {proportional: 1} unless given, and cannot be hyper."),
  ]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try SectionKey.read(Self.keys, from: field, into: &self)
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
