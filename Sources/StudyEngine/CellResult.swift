/// What one fit gave.
package struct CellResult: Sendable, Equatable {
  /// One number of a cell; nil where it is undefined, such as the precision of nothing selected.
  package struct Metric: Sendable, Equatable {
    package let name: String
    package let value: Double?

    /// - Parameter value: infinite and NaN count as undefined.
    package init(name: String, value: Double?) {
      self.name = name
      self.value = value.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// The ELBO and its parts at one step, per sample (not per row), and how sparse the network is there.
  package struct TracePoint: Sendable, Equatable {
    package let step: Int
    package let elbo: Double
    package let logLikelihood: Double
    package let kl: Double
    /// The expected number of active nodes, Σ γ over all hidden layers, at this step (of weights where edges have the
    /// spike); nil in results of versions that did not keep it.
    package let effectiveNodes: Double?

    package init(step: Int, elbo: Double, logLikelihood: Double, kl: Double, effectiveNodes: Double? = nil) {
      self.step = step
      self.elbo = elbo
      self.logLikelihood = logLikelihood
      self.kl = kl
      self.effectiveNodes = effectiveNodes
    }
  }

  /// In the order of the tables, each name once.
  package let metrics: [Metric]
  package let trace: [TracePoint]
  /// A fit that has not converged is flagged, not failed.
  package let converged: Bool

  package init(metrics: [Metric], trace: [TracePoint] = [], converged: Bool) {
    self.metrics = metrics
    self.trace = trace
    self.converged = converged
  }
}
