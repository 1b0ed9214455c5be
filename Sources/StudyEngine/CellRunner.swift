/// Runs the cells of every kind of study.
package struct CellRunner: CellRunning {
  private let networks: NetworkCellRunner

  package init(networks: NetworkCellRunner = NetworkCellRunner()) {
    self.networks = networks
  }

  /// A runner whose estimates suit this machine: for a study that trains networks, a short fit is timed.
  package static func calibrated(for study: Study) throws -> CellRunner {
    CellRunner(networks: study.kind == .fit ? try .calibrated() : NetworkCellRunner())
  }

  package func estimatedSeconds(for cell: Cell) -> Double {
    switch cell.task {
    case .fit(let task): networks.estimatedSeconds(for: task)
    case .rate(let task): task.budget == nil ? 1e-4 : 1e-2
    case .nodeCost: 1e-3
    case .logNormalError: 1e-2
    }
  }

  package func run(_ cell: Cell, progress: CellProgress) throws -> CellResult {
    switch cell.task {
    case .fit(let task): try networks.run(task, of: cell, progress: progress)
    case .rate(let task): try task.result()
    case .nodeCost(let task): try task.result()
    case .logNormalError(let task): try task.result()
    }
  }
}
