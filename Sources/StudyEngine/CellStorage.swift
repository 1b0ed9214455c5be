import SparseNetworks

/// The disk that a cell takes in a study's folder, roughly: store and tables.
package struct CellStorage {
  package let bytes: Double

  /// Rows cost what they did in the store of `quickstart`: 120 bytes a trace's point, 110 a metric; tables two thirds on top.
  package init(_ cell: Cell) {
    var tracePoints = 0.0
    if case .fit(let task) = cell.task {
      let recipe = task.training
      // Fine-tunings that stay in the trace: the first, the last, and about a quarter of those that a search may make.
      let tunings = 2 + Double(recipe.largestSearchRounds) / 4
      tracePoints = (Double(recipe.steps + recipe.releaseSteps) + tunings * Double(recipe.tuneSteps)) / Double(TrainingTrace.blockSize)
    }
    bytes = 5 / 3 * (500 + 25 * 110 + 120 * tracePoints)
  }
}
