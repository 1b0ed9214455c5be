/// Metrics that a version of SlabLab began to give while cells kept their identity: results from before lack them, and
/// stay valid without.
package enum MetricAddition: CaseIterable, Sendable {
  /// The certificate of a fit, and its starts held against each other.
  case certificates
  /// The two distances that `coverage_ball` compares.
  case credibleBall

  /// Those that came together.
  private var names: Set<String> {
    switch self {
    case .certificates:
      [
        "certificate", "certificate_standard_error", "certificate_gap", "below_certificate", "restart_gap",
        "restart_spread", "failed_restarts",
      ]
    case .credibleBall: ["credible_ball_radius", "distance_to_mean"]
    }
  }

  /// What every result has had that has these now.
  private var companion: String {
    switch self {
    case .certificates: "elbo"
    case .credibleBall: "coverage_ball"
    }
  }

  /// Whether the metrics are a result of before. One that has some of the names but not all is no such result.
  func isLacking(in metrics: [CellResult.Metric]) -> Bool {
    let found = Set(metrics.map(\.name))
    return found.contains(companion) && found.isDisjoint(with: names)
  }

  /// What a result of now has beyond an earlier one of the same cell, by name.
  static func namesLacking(in metrics: [CellResult.Metric]) -> Set<String> {
    allCases.filter { $0.isLacking(in: metrics) }.reduce(into: []) { $0.formUnion($1.names) }
  }
}

extension StoredCell {
  /// Whether it is the result of a version of SlabLab from before the addition.
  package func lacks(_ addition: MetricAddition) -> Bool { addition.isLacking(in: metrics) }
}
