extension TrainingTrace {
  /// One line a point under a header; nats, and norms of the loss's gradient (a mean over rows). `nodes_0`, … are Σ γ
  /// of each hidden layer.
  public var csv: String {
    let layers = points.first?.effectiveNodes.indices.map { "nodes_\($0)" } ?? []
    let header = [
      "step", "stage", "elbo", "elbo_standard_error", "log_likelihood", "kl_inclusion", "kl_slab", "kl_node_scales",
      "kl_shared_scales", "gradient_weight_means", "gradient_weight_deviations", "gradient_node_scales",
      "gradient_shared", "gradient_logits",
    ]
    let lines = points.map { point in
      let norms = point.gradientNorms
      let numbers = [
        point.evidenceBound, point.standardError, point.logLikelihood, point.inclusionDivergence, point.slabDivergence,
        point.nodeScaleDivergence, point.sharedScaleDivergence, norms.weightMeans, norms.weightDeviations,
        norms.nodeScales, norms.shared, norms.logits,
      ]
      return (["\(point.step)", "\(point.stage)"] + (numbers + point.effectiveNodes).map { "\($0)" })
        .joined(separator: ",")
    }
    return ([(header + layers).joined(separator: ",")] + lines).map { $0 + "\n" }.joined()
  }
}
