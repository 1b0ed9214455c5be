/// A cell's outcome as a shard writes it, in JSON. Numbers keep every bit.
struct ShardRecord: Codable, Sendable {
  private struct Metric: Codable {
    let name: String
    let value: Double?
  }

  /// The trace by columns, which is shorter.
  private struct Trace: Codable {
    let steps: [Int]
    let elbo: [Double]
    let logLikelihood: [Double]
    let kl: [Double]
    /// Nil in shards of versions that did not keep it.
    let effectiveNodes: [Double?]?
  }

  let error: String?
  private let startedAt: Double
  private let converged: Bool
  private let metrics: [Metric]
  private let trace: Trace

  init(_ outcome: CellOutcome) {
    startedAt = outcome.startedAt
    let result = try? outcome.result.get()
    error = if case .failure(let failure) = outcome.result { failure.message } else { nil }
    converged = result?.converged ?? false
    metrics = (result?.metrics ?? []).map { Metric(name: $0.name, value: $0.value) }
    let points = result?.trace ?? []
    trace = Trace(
      steps: points.map(\.step), elbo: points.map(\.elbo), logLikelihood: points.map(\.logLikelihood),
      kl: points.map(\.kl), effectiveNodes: points.map(\.effectiveNodes))
  }

  func outcome(of cell: Cell, seconds: Double) -> CellOutcome {
    let points = trace.steps.indices.map {
      CellResult.TracePoint(
        step: trace.steps[$0], elbo: trace.elbo[$0], logLikelihood: trace.logLikelihood[$0], kl: trace.kl[$0],
        effectiveNodes: trace.effectiveNodes?[$0])
    }
    let result = CellResult(
      metrics: metrics.map { CellResult.Metric(name: $0.name, value: $0.value) }, trace: points, converged: converged)
    return CellOutcome(
      cell: cell, result: error.map { .failure(CellFailure(message: $0)) } ?? .success(result), startedAt: startedAt,
      seconds: seconds)
  }
}
