import Foundation
import SparseNetworks

/// The memory that a cell takes, roughly: what decides whether it can run at all, not what to the byte.
struct CellMemory {
  /// In `Double`, since the products of absurd sizes have to be numbers too.
  let bytes: Double

  init(_ task: FitTask) {
    let (data, model, training, measure) = (task.data, task.model, task.training, task.measure)
    let inputs = Double(data.teacher.inputCount)
    let widths = [inputs] + model.hidden.map(Double.init) + [1]
    let weights = zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
    let rows = Double(data.sampleSize)
    let points = Double(measure.points)
    let draws = measure.metrics.contains(.coverage) ? Double(measure.posteriorDraws) : 1
    // The table in double and float; points with their draws; means, rhos, gradient, two Adam averages, average, noise.
    let tables = 12 * rows * (inputs + 2)
    let evaluation = 8 * points * (1.5 * inputs + draws + 2)
    let network = 12 * 4 * 2 * weights + 4 * 8 * Double(min(training.batch, data.sampleSize)) * widths.reduce(0, +)
    bytes = tables + evaluation + network
  }

  /// Physical memory of this machine.
  static var available: Double { Double(ProcessInfo.processInfo.physicalMemory) }

  /// `12.3 GB`.
  static func text(_ bytes: Double) -> String { String(format: "%.1f GB", bytes / 1e9) }
}
