import Foundation
import GSL

@testable import StudyEngine

/// Studies whose results are made up from the cells' keys: radii near 0.05 (n/1000)^−½, traces that rise and settle.
enum FakeStudy {
  static let realistic = """
    study: quickstart
    title: Does the posterior contract, and does the slab matter?
    seed: 20261124
    data: {teacher: {kind: sparse-network, inputs: 20, active: [5], activation: tanh, strength: 1.0}, noise: 0.1}
    model: {hidden: [20], activation: tanh, inclusion: {log: -20}}
    factors:
      slab: [gaussian, group-lasso, group-horseshoe]
      sample-size: [500, 1000, 2000, 4000, 8000]
    replicates: 5

    """

  static func study(_ text: String, overrides: [String] = []) throws -> Study {
    try StudyFile(text: text, path: "study.yaml", overrides: overrides).study()
  }

  /// A folder for one test, with a space and a quote in its path.
  static func inFolder<Value>(_ body: (StudyFolder) throws -> Value) throws -> Value {
    let url = FileManager.default.temporaryDirectory.appending(path: "it's published \(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(StudyFolder(url))
  }

  /// A store with the outcomes of all cells for which `outcome` is not nil, recorded in the given order.
  static func store(
    _ study: Study, in folder: StudyFolder, order: [Int]? = nil,
    outcome: (Cell) -> Result<CellResult, CellFailure>? = { .success(result($0)) }
  ) throws -> StudyStore {
    let store = try StudyStore(folder: folder, study: study, programVersion: "0.0.0-test")
    for index in order ?? Array(study.cells.indices) {
      let cell = study.cells[index]
      guard let result = outcome(cell) else { continue }
      try store.record(
        CellOutcome(cell: cell, result: result, startedAt: 1_795_000_000 + Double(index), seconds: 12.5))
    }
    return store
  }

  static func result(_ cell: Cell) -> CellResult {
    let n = Double(cell.sampleSize ?? 0)
    guard case .fit(let task) = cell.task else { return CellResult(metrics: [], converged: false) }
    let dataStream = cell.dataStream(task.data)
    let level = (["gaussian": 1.25, "group-lasso": 1.1] as [String: Double])[cell.slab] ?? 1
    let noise: Double = 0.12 * normal(dataStream) + 0.05 * normal(cell.fitStream)
    let radius: Double = 0.05 * level * pow(n / 1000, -0.5) * exp(noise)
    let converged = unit(cell.fitStream.child("converged")) > 0.08
    let trace = stride(from: 50, through: 6000, by: 50).map { step -> CellResult.TracePoint in
      let progress = Double(step) / (converged ? 600 : 2500)
      let noise: Double = 0.002 * n * normal(cell.fitStream.child(step))
      let settled: Double = (converged ? 0.87 : 0.85) * n + 25 * normal(dataStream) + noise
      let logLikelihood: Double = settled - 60 * n * exp(-4 * progress)
      let kl: Double = 120 + 60 * level + 60 * exp(-progress)
      return CellResult.TracePoint(
        step: step, elbo: logLikelihood - kl, logLikelihood: logLikelihood, kl: kl,
        effectiveNodes: 5 + 15 * exp(-2 * progress))
    }
    return CellResult(
      metrics: [
        .init(name: "radius_median", value: radius), .init(name: "radius_95", value: 1.4 * radius),
        .init(name: "rmse_mean", value: 0.8 * radius),
        .init(name: "active_nodes", value: 5 + floor(2 * unit(cell.fitStream.child("nodes")))),
        .init(name: "coverage_95", value: 0.9 + 0.08 * unit(cell.fitStream.child("coverage"))),
        .init(name: "precision", value: cell.replicate == 1 ? nil : 1),
        .init(name: "elbo", value: trace.last?.elbo),
      ],
      trace: trace, converged: converged)
  }

  static func failure(_ message: String) -> Result<CellResult, CellFailure> { .failure(CellFailure(message: message)) }

  /// A number in [0, 1) from a key.
  static func unit(_ key: StreamKey) -> Double { Double(key.value >> 11) * 0x1p-53 }

  /// Nearly standard normal: a sum of twelve uniform numbers, less six.
  private static func normal(_ key: StreamKey) -> Double {
    (0..<12).reduce(-6.0) { $0 + unit(key.child("normal").child($1)) }
  }
}
