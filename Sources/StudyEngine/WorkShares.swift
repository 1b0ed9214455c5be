/// How cells are dealt out to tasks that cannot speak to each other.
enum WorkShares {
  /// The cells' indices, a list for each task, each in ascending order; a fixed function of its arguments.
  ///
  /// The longest cell goes first, each to the task with the least work so far: the heaviest task then has at most 4/3 of
  /// the least possible (Graham 1969). As many tasks as cells at most.
  static func deal(_ cells: [Cell], tasks: Int, _ runner: some CellRunning) -> [[Int]] {
    var shares = [[Int]](repeating: [], count: min(tasks, cells.count))
    // A cell that is thought to cost nothing still counts, so that they are dealt out evenly.
    let pending = cells.map { (index: $0.index, cost: max(1e-9, runner.estimatedSeconds(for: $0))) }
      .sorted { ($1.cost, $0.index) < ($0.cost, $1.index) }
    var loads = [Double](repeating: 0, count: shares.count)
    for cell in pending {
      var lightest = 0
      for task in loads.indices where loads[task] < loads[lightest] { lightest = task }
      loads[lightest] += cell.cost
      shares[lightest].append(cell.index)
    }
    return shares.map { $0.sorted() }
  }
}
