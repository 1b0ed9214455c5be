import Priors
import SparseNetworks

/// Training steps, ours and the peers' in turns, all single-threaded on one core.
enum StepBenchmark {
  /// Of a network's steps: short ones can have more.
  static func rounds(_ network: StepCase.Network) -> Int { network.isLarge ? 7 : 15 }

  @MainActor static func rows(
    _ cases: [StepCase], peaks: MachinePeaks, peers: Peers?, core: PinnedCore
  ) throws -> [StepRow] {
    var rows = [StepRow]()
    for step in cases {
      let done = try core.run { try row(step, peaks, peers) }
      rows.append(done)
      let times = [done.microseconds, done.jax?.median, done.torch?.median].map(MarkdownTable.number)
      Progress.show(
        "step \(rows.count) of \(cases.count), \(step.name) \(step.slab.rawValue) \(step.estimator.rawValue): "
          + "ours \(times[0]) µs, JAX \(times[1]) µs, PyTorch \(times[2]) µs")
    }
    return rows
  }

  private static func row(_ step: StepCase, _ peaks: MachinePeaks, _ peers: Peers?) throws -> StepRow {
    var timer = try StepTimer(step)
    var horseshoeTimer = step.isHeldAgainstHorseshoe ? try StepTimer(step.withHorseshoe) : nil
    let yardstick = MatrixProductYardstick(widths: step.network.widths, rows: step.network.batch)
    let limit = StepLimit(step)
    let torch = step.isTimedWithTorch ? peers : nil
    let steps = step.steps(of: .ours)
    // Caches, clocks and compilers warm up first.
    _ = try timer.microseconds(steps: steps)
    _ = try horseshoeTimer?.microseconds(steps: steps)
    _ = try peers?.microseconds(.jax, step)
    _ = try torch?.microseconds(.torch, step)
    var (ours, jaxRounds, torchRounds, products, limits) = (Rounds(), Rounds(), Rounds(), Rounds(), Rounds())
    var horseshoe = Rounds()
    for _ in 0..<rounds(step.network) {
      ours.add(try timer.microseconds(steps: steps))
      if let time = try horseshoeTimer?.microseconds(steps: steps) { horseshoe.add(time) }
      products.add(Stopwatch.seconds { yardstick.run(steps: steps) } / Double(steps) * 1e6)
      limits.add(limit.microseconds(at: peaks.again()))
      if let peers { jaxRounds.add(try peers.microseconds(.jax, step)) }
      if let torch { torchRounds.add(try torch.microseconds(.torch, step)) }
    }
    // The yardstick multiplies means alone; local reparameterisation multiplies variances too, in the same shapes.
    let copies = step.estimator == .localReparameterisation ? 2.0 : 1
    return StepRow(
      step: step, ours: ours, jax: peers.map { _ in jaxRounds }, torch: torch.map { _ in torchRounds },
      limits: limits, productOperations: limit.productOperations, bytes: limit.bytes,
      sgemmMicroseconds: copies * products.median, horseshoe: horseshoeTimer.map { _ in horseshoe })
  }

  static func table(_ rows: [StepRow]) -> String {
    var table = MarkdownTable(
      [
        "case", "slab", "estimator", "asked", "met", "≤ limit", "step (µs)", "spread", "limit (µs)", "step/limit",
        "JAX (µs)", "× JAX", "PyTorch (µs)", "× PyTorch", "GFLOP/s", "sgemm GFLOP/s",
      ], texts: 6)
    for row in rows {
      table.add(
        [
          row.step.name, row.step.slab.rawValue, row.step.estimator.rawValue, row.rule ?? "–",
          MarkdownTable.verdict(row.meetsTarget), MarkdownTable.verdict(row.withinBound),
        ]
          + [
            MarkdownTable.number(row.microseconds), MarkdownTable.percent(row.ours.spread),
            MarkdownTable.number(row.limitMicroseconds),
            MarkdownTable.number(row.overLimit),
            MarkdownTable.number(row.jax?.median), MarkdownTable.number(row.ratioJax),
            MarkdownTable.number(row.torch?.median), MarkdownTable.number(row.ratioTorch),
            MarkdownTable.number(row.gflops), MarkdownTable.number(row.sgemmGflopsAtShape),
          ])
    }
    return table.text
  }
}
