import StudyEngine

/// The figures of a study of fits, in the order of a paper: those of the whole study, then for each combination of the
/// factors other than slab and sample size its own.
struct FitFigures {
  let findings: StudyFindings

  var figures: [Figure] {
    let combinations = findings.combinations
    return contraction(combinations) + traces(combinations)
  }

  private var styles: [String: FigureStyle] { FigureStyle.styles(of: findings.groups.map(\.slab)) }

  private func contraction(_ combinations: [[FactorValue]]) -> [Figure] {
    combinations.enumerated().compactMap { index, factors -> Figure? in
      let curves = findings.curves.filter { $0.group.factors == factors }
      guard !curves.isEmpty else { return nil }
      return ContractionFigure(curves: curves, styles: styles, title: combinations.count > 1 ? factors.figureTitle : "")
        .figure(name: Figure.name("contraction", index, of: combinations.count, factors.label))
    }
  }

  private func traces(_ combinations: [[FactorValue]]) -> [Figure] {
    combinations.enumerated().compactMap { index, factors -> Figure? in
      let cells = zip(findings.table.entries, findings.traces).filter { CellGroup($0.0.cell).factors == factors }
      return TraceFigure(
        cells: cells.map { ($0, $1) }, styles: styles, title: combinations.count > 1 ? factors.figureTitle : ""
      ).figure(name: Figure.name("elbo-traces", index, of: combinations.count, factors.label))
    }
  }
}
