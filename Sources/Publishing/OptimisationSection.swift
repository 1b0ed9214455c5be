import StudyEngine

/// The part of a report that keeps bad fits from being read as slow contraction.
struct OptimisationSection {
  let findings: StudyFindings

  private var rows: [OptimisationSummary.Row] { findings.optimisation.rows }
  private var study: Study { findings.study }

  /// The cells below their certificate or the fit from the teacher.
  var limited: [StudyTable.Entry] {
    let metrics = OptimisationSummary.Comparison.allCases.compactMap(\.belowMetric)
    return findings.table.entries.filter { entry in metrics.contains { entry.value(of: $0) == 1 } }
  }

  /// Nothing where no cell has what to compare.
  func add(to document: inout Document) {
    guard !rows.isEmpty else { return }
    document.add(.heading("Optimisation error"))
    document.add(
      .paragraph(
        "A radius is the posterior's only where training found it. The certificate is the evidence bound of the q that the "
          + "theorem's proof builds around the teacher (THEORY.md 7), and a good fit beats it by far, since the proof leaves "
          + "room. A fit below it, or below a fit that started at the teacher, by more than two Monte Carlo standard errors "
          + "and 1 % of its KL, is limited by optimisation: its radius is not to be read as slow contraction. Gaps: the fit's "
          + "bound less the other's in nats, mean ± Monte Carlo standard error; between restarts, the best start's less the "
          + "second best's."))
    document.add(.table(table))
    addLimited(to: &document)
    let earlier = findings.table.entries.count { $0.stored?.lacks(.certificates) == true }
    if earlier > 0 {
      document.add(
        .warning(
          "\(earlier) cells are from a version of SlabLab without certificates, and in no number of this table. A study "
            + "in a new folder has them all."))
    }
  }

  private var table: Document.Table {
    let header = ["slab"] + study.factorColumns + ["against", "n", "gap", "smallest", "below", "not compared"]
    let shown = rows.map { row -> [String] in
      let other = [
        (row.undefined, row.note ?? "undefined"), (row.earlier, "of an earlier version"), (row.failed, "failed"),
        (row.missing, "not run"),
      ].filter { $0.0 > 0 }.map { "\($0.0): \($0.1)" }
      let count = row.gap?.count ?? 0
      return [row.group.slab] + row.group.factors.map(\.value)
        + [Self.name(row.comparison), "\(row.sampleSize)", NumberText.estimate(row.gap?.value, error: row.gap?.standardError)]
        + [NumberText.fixed(row.smallestGap, 1), row.below.map { "\($0) of \(count)" } ?? "–"]
        + [other.isEmpty ? "–" : other.joined(separator: "; ")]
    }
    return Document.Table(header: header, textColumns: 2 + study.factorColumns.count, rows: shown)
  }

  private func addLimited(to document: inout Document) {
    let limited = limited
    let compared = findings.table.entries.count { entry in
      OptimisationSummary.Comparison.allCases.contains { comparison in
        comparison.belowMetric != nil && entry.value(of: comparison.gapMetric) != nil
      }
    }
    guard !limited.isEmpty else {
      document.add(
        .paragraph(
          compared == 0
            ? "There is nothing that a fit must not be below, so that a bad fit cannot be told from slow contraction here."
            : "None of the \(compared) fits that can be compared is limited by optimisation."))
      return
    }
    document.add(
      .warning(
        "\(limited.count) of the \(compared) fits that can be compared are limited by optimisation; more restarts or steps "
          + "may help. They are in every number above."))
    let header = ["cell", "slab"] + study.factorColumns + ["n", "replicate", "below certificate", "below fit from teacher"]
    let shown = limited.prefix(50).map { entry -> [String] in
      let cell = entry.cell
      func shortfall(_ comparison: OptimisationSummary.Comparison) -> String {
        guard let metric = comparison.belowMetric, entry.value(of: metric) == 1 else { return "–" }
        return "by \(NumberText.fixed(entry.value(of: comparison.gapMetric).map { -$0 }, 1)) nats"
      }
      return ["\(cell.index)", cell.slab] + cell.factors.map(\.value)
        + [cell.sampleSize.map(String.init) ?? "", "\(cell.replicate)", shortfall(.certificate), shortfall(.teacherStart)]
    }
    document.add(.table(.init(header: header, textColumns: header.count, rows: Array(shown))))
    if limited.count > 50 { document.add(.paragraph("… and \(limited.count - 50) more.")) }
  }

  private static func name(_ comparison: OptimisationSummary.Comparison) -> String {
    switch comparison {
    case .certificate: "certificate"
    case .teacherStart: "fit from the teacher"
    case .restart: "second best start"
    }
  }
}
