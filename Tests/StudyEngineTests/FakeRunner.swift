import Foundation
import GSL
import Synchronization

@testable import StudyEngine

/// A runner whose results follow from the cell's stream key, in no time.
final class FakeRunner: CellRunning {
  struct Diverged: Error, CustomStringConvertible {
    let cell: Int
    var description: String { "cell \(cell) diverged at step 3: the ELBO is NaN" }
  }

  /// Indices of the cells that throw.
  private let failing: Set<Int>
  /// Called before each cell, on the worker's thread.
  private let before: @Sendable (Cell) throws -> Void
  private let order = Mutex([Int]())

  init(failing: Set<Int> = [], before: @escaping @Sendable (Cell) throws -> Void = { _ in }) {
    self.failing = failing
    self.before = before
  }

  /// The cells that ran, in the order in which they started.
  var cellsRun: [Int] { order.withLock { $0 } }

  func estimatedSeconds(for cell: Cell) -> Double { Double(cell.sampleSize ?? 0) }

  func run(_ cell: Cell, progress: CellProgress) throws -> CellResult {
    order.withLock { $0.append(cell.index) }
    try before(cell)
    if failing.contains(cell.index) { throw Diverged(cell: cell.index) }
    progress.report(1, 2, -1)
    return CellResult(
      metrics: [
        .init(name: "radius_median", value: Self.radius(cell)),
        .init(name: "elbo", value: -Self.unit(cell.fitStream) * 1000),
        .init(name: "false_positives", value: cell.replicate == 1 ? .nan : Double(cell.replicate)),
      ],
      trace: [
        .init(step: 0, elbo: -2, logLikelihood: -1, kl: 1, effectiveNodes: 9.5),
        .init(step: 10, elbo: .nan, logLikelihood: -0.5, kl: 1, effectiveNodes: 4),
      ],
      converged: cell.replicate != 2)
  }

  /// 3 n^−½ times a factor near 1, the same for all slabs.
  static func radius(_ cell: Cell) -> Double {
    guard case .fit(let task) = cell.task else { return .nan }
    return 3 / Double(task.data.sampleSize).squareRoot() * (0.9 + 0.2 * unit(cell.dataStream(task.data)))
  }

  /// A number in [0, 1) from a key.
  static func unit(_ key: StreamKey) -> Double { Double(key.value >> 11) * 0x1p-53 }
}
