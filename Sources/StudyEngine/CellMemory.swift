import Foundation
import SparseNetworks

/// The memory that a fit takes, roughly: what decides whether it can run at all, not what to the byte.
package struct CellMemory {
  /// In `Double`, since the products of absurd sizes have to be numbers too.
  package let bytes: Double

  /// Of a fit to a table.
  ///
  /// - Parameters:
  ///   - widths: inputs, hidden layers, outputs.
  ///   - rows: those of the table.
  package init(widths: [Int], rows: Int, batch: Int) {
    bytes = Self.table(rows: Double(rows), inputs: Double(widths[0]))
      + Self.network(widths.map(Double.init), batch: Double(min(batch, rows)))
  }

  /// Of a cell: evaluation points and their draws come on top.
  init(_ task: FitTask) {
    let (data, model, training, measure) = (task.data, task.model, task.training, task.measure)
    let inputs = Double(data.teacher.inputCount)
    let widths = [inputs] + model.hidden.map(Double.init) + [1]
    let points = Double(measure.points)
    let draws = measure.metrics.contains(.coverage) ? Double(measure.posteriorDraws) : 1
    let evaluation = 8 * points * (1.5 * inputs + draws + 2)
    bytes = Self.table(rows: Double(data.sampleSize), inputs: inputs) + evaluation
      + Self.network(widths, batch: Double(min(training.batch, data.sampleSize)))
  }

  /// In double and float.
  private static func table(rows: Double, inputs: Double) -> Double { 12 * rows * (inputs + 2) }

  /// Means, rhos, gradient, two Adam averages, average, noise; and a minibatch's values.
  private static func network(_ widths: [Double], batch: Double) -> Double {
    let weights = zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
    return 12 * 4 * 2 * weights + 4 * 8 * batch * widths.reduce(0, +)
  }

  /// Physical memory of this machine.
  package static var available: Double { Double(ProcessInfo.processInfo.physicalMemory) }

  /// `12.3 GB`.
  package static func text(_ bytes: Double) -> String { String(format: "%.1f GB", bytes / 1e9) }
}
