import StudyEngine

/// The figures of a study of fits, in the order of a paper: those of the whole study, then for each combination of the
/// factors other than slab and sample size its own.
struct FitFigures {
  let findings: StudyFindings

  var figures: [Figure] {
    contraction + slopes + compression + factorial + recovery + coverage + sparsity + traces
  }

  private var styles: [String: FigureStyle] { FigureStyle.styles(of: findings.groups.map(\.slab)) }

  private var contraction: [Figure] {
    perCombination("contraction") { combination in
      let curves = findings.curves.filter { $0.group.factors == combination.factors }
      guard !curves.isEmpty else { return nil }
      return ContractionFigure(curves: curves, styles: styles, title: combination.title).figure(name: combination.name)
    }
  }

  private var compression: [Figure] {
    let figure = AccuracyCompressionFigure(findings: findings, styles: styles).figure(name: "accuracy-compression")
    return [figure].compactMap { $0 }
  }

  private var slopes: [Figure] {
    let metric = findings.curves.first?.metric
    let comparison = SlopeComparisonFigure(
      rows: findings.slopes.rows.filter { $0.metric == metric }, sampleSizes: findings.sampleSizes, styles: styles)
    return [comparison.figure(name: "slope-comparison")].compactMap { $0 }
  }

  private var factorial: [Figure] {
    let measured = findings.table.metricNames
    guard let design = FactorialDesign(findings.study, findings.table.entries) else { return [] }
    let lolly = FactorialLollyFigure(design: design, metricNames: measured, styles: styles)
      .figure(name: "factorial-lolly")
    let primary = (SlopeSummary.radiusMetrics + ["active_nodes", "coverage_pointwise"]).first { measured.contains($0) }
    let loop = primary.flatMap { metric in
      NestedLoopFigure(design: design, metric: metric, styles: styles).figure(name: "nested-loop")
    }
    return [lolly, loop].compactMap { $0 }
  }

  private var recovery: [Figure] {
    perCombination("node-recovery") { combination in
      NodeRecoveryFigure(
        entries: combination.entries.map(\.entry), styles: styles, title: combination.title
      ).figure(name: combination.name)
    }
  }

  private var coverage: [Figure] {
    perCombination("coverage-zip") { combination in
      CoverageZipFigure(
        entries: combination.entries.map(\.entry), styles: styles, title: combination.title
      ).figure(name: combination.name)
    }
  }

  private var sparsity: [Figure] {
    perCombination("sparsity-path") { combination in
      let shown = combination.firstReplicates
      let figure = SparsityPathFigure(cells: shown.cells, styles: styles, title: combination.title)
        .figure(name: combination.name)
      return figure.map { $0.captioned($0.caption + shown.note) }
    }
  }

  private var traces: [Figure] {
    perCombination("elbo-traces") { combination in
      let shown = combination.firstReplicates
      let figure = TraceFigure(cells: shown.cells, styles: styles, title: combination.title).figure(name: combination.name)
      return figure.map { $0.captioned($0.caption + shown.note) }
    }
  }

  private struct Combination {
    let factors: [FactorValue]
    /// Empty for a study with one.
    let title: String
    /// Of the figure.
    let name: String
    let entries: [(entry: StudyTable.Entry, trace: [CellResult.TracePoint])]

    /// More lines in a panel are a smear, and megabytes; with what a caption says of those that are left out.
    var firstReplicates: (cells: [(entry: StudyTable.Entry, trace: [CellResult.TracePoint])], note: String) {
      let most = 30
      let first = Set(Set(entries.map(\.entry.cell.replicate)).sorted().prefix(most))
      let cells = entries.filter { first.contains($0.entry.cell.replicate) }
      return (cells, cells.count < entries.count ? " Shown: the first \(most) replicates." : "")
    }
  }

  private func perCombination(_ base: String, _ figure: (Combination) -> Figure?) -> [Figure] {
    let combinations = findings.combinations
    let cells = Dictionary(grouping: zip(findings.table.entries, findings.traces)) { CellGroup($0.0.cell).factors }
    return combinations.enumerated().compactMap { index, factors in
      figure(
        Combination(
          factors: factors, title: combinations.count > 1 ? factors.figureTitle : "",
          name: Figure.name(base, index, of: combinations.count, factors.label),
          entries: (cells[factors] ?? []).map { ($0.0, $0.1) }))
    }
  }
}
