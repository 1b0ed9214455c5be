import Foundation
import StudyEngine

/// A study that trains networks: slopes of the radius against the theory's, active nodes, evidence bounds.
struct FitPresentation: StudyPresentation {
  let findings: StudyFindings

  let summaryHeading = "Rates"

  /// A row a group of cells.
  var summary: SummaryTable {
    let sizes = findings.sampleSizes
    let ends = sizes.count > 1 ? [sizes[0], sizes[sizes.count - 1]] : sizes
    let hasActiveNodes = !findings.activeNodeMetrics.isEmpty
    let header =
      ["slab"] + study.groupColumns + (findings.curves.isEmpty ? [] : ["slope", "95 % interval", "theory slope"])
      + (findings.curves.isEmpty ? [] : ends.map { "radius at n = \($0)" })
      + (hasActiveNodes ? ["active nodes"] : []) + ["converged", "failed"]
    let entries = Dictionary(grouping: findings.table.entries) { CellGroup($0.cell) }
    let rows = findings.groups.map { group in
      var row = [group.slab] + group.factors.map(\.value)
      if let curve = findings.curves.first(where: { $0.group == group }) {
        let slope = curve.slope?.slope?.interval
        row += [
          NumberText.fixed(slope?.estimate), slope.map { NumberText.interval($0.lower, $0.upper) } ?? "–",
          NumberText.fixed(curve.slope?.theorySlope),
        ]
        row += ends.map { size in
          let radius = curve.points.first { $0.sampleSize == size }?.radius
          return NumberText.estimate(radius?.value, error: radius?.standardError)
        }
      }
      let cells = entries[group] ?? []
      if let metric = findings.activeNodeMetrics.first {
        let mean = Estimate(meanOf: cells.compactMap { $0.value(of: metric) })
        row.append(NumberText.fixed(mean?.value, 1))
      }
      let counts = CellCounts(cells)
      return row + ["\(counts.converged)/\(counts.total)", "\(counts.failed)"]
    }
    return SummaryTable(header: header, textColumns: 1 + study.groupColumns.count, rows: rows)
  }

  var tables: [PublishedTable] {
    let tables = StudyTables(findings: findings)
    let optimisation = PublishedTable(
      name: "optimisation.csv", content: tables.optimisation,
      meaning: "evidence bounds against certificates, fits from the teacher and other starts")
    return [
      PublishedTable(
        name: "summary.csv", content: tables.summary, meaning: "averages over replicates with Monte Carlo errors"),
      PublishedTable(name: "slopes.csv", content: tables.slopes, meaning: "slopes with intervals, beside the theory's"),
      PublishedTable(
        name: "contrasts.csv", content: tables.contrasts,
        meaning: "slabs against each other on the same replicates, with intervals"),
      PublishedTable(name: "theory.csv", content: tables.theory, meaning: "ε_n"),
      PublishedTable(
        name: "traces.csv", content: tables.traces,
        meaning: "the evidence bound and the expected number of active nodes along training"),
    ] + (findings.optimisation.rows.isEmpty ? [] : [optimisation])
  }

  var figures: [Figure] { FitFigures(findings: findings).figures }

  func addFindings(to document: inout Document) {
    addRates(to: &document)
    addContrasts(to: &document)
    addRadii(to: &document)
    addActiveNodes(to: &document)
  }

  func addReservations(to document: inout Document) {
    addTheory(to: &document)
    addPrecision(to: &document)
    OptimisationSection(findings: findings).add(to: &document)
    addTrust(to: &document)
  }

  var sentences: [String] { FitSentences(findings: findings).sentences }

  // MARK: Parts of the report

  private func addRates(to document: inout Document) {
    guard !findings.curves.isEmpty else {
      document.add(.paragraph("No radius was measured, so there is no rate."))
      return
    }
    let activeNodes = findings.activeNodeMetrics.isEmpty ? "" : " Active nodes: mean over all cells."
    document.add(.paragraph(rateCaption + activeNodes))
    if findings.curves.allSatisfy({ $0.slope == nil }) {
      document.add(.paragraph("One sample size, so there are no slopes."))
    } else {
      for curve in findings.curves { document.add(.paragraph(reading(curve))) }
    }
  }

  /// What one interval says about the theory, and no more.
  private func reading(_ curve: RadiusCurve) -> String {
    let name = curve.group.description
    guard let row = curve.slope else { return "\(name): one sample size, so there is no slope." }
    guard let slope = row.slope?.interval else { return "\(name): no slope, because \(row.note ?? "it cannot be estimated")." }
    let interval = NumberText.interval(slope.lower, slope.upper)
    var text: String
    if let theory = row.theorySlope {
      text =
        switch theory {
        case ..<slope.lower: "\(name): the radius shrinks more slowly than ε_n; the interval \(interval) lies above"
        case slope.lower...slope.upper where slope.lower <= 0 && slope.upper >= 0:
          "\(name): nothing can be said; the interval \(interval) holds 0 as well as"
        case slope.lower...slope.upper: "\(name): no difference from the theory is seen; the interval \(interval) holds"
        default: "\(name): the radius shrinks faster than ε_n; the interval \(interval) lies below"
        }
      text += " the theory slope \(NumberText.fixed(theory))."
    } else {
      text = "\(name): slope \(NumberText.fixed(slope.estimate)) \(interval); no theory slope, because "
      text += "\(row.theoryNote ?? "it is undefined")."
    }
    if let p = row.weighted?.lackOfFitPValue {
      text += " Lack of fit of a straight line: p \(p < 0.001 ? "< 0.001" : "= \(NumberText.fixed(p))")."
      if p < 0.05 { text += " That is small: one slope may not describe these points." }
    }
    let limited = OptimisationSection(findings: findings).limited.count { CellGroup($0.cell) == curve.group }
    if limited > 0 {
      text += " \(limited) of its fits \(limited == 1 ? "is" : "are") limited by optimisation (see Optimisation error): do "
      text += "not read a slow slope as slow contraction."
    }
    return text
  }

  /// Differences of slopes, and ratios of radii at the largest sample size.
  private func addContrasts(to document: inout Document) {
    guard let contrasts = contrastTable else { return }
    document.add(.heading("Slabs compared"))
    document.add(.paragraph(contrasts.caption + " contrasts.csv has every sample size."))
    document.add(.table(contrasts.table))
  }

  private var contrastTable: ReportTable? {
    guard let metric = findings.curves.first?.metric else { return nil }
    let largest = findings.sampleSizes.last
    let rows = findings.contrasts.rows.filter { row in
      row.metric == metric && (row.quantity == .slope || row.quantity == largest.map { .logRadius(sampleSize: $0) })
    }
    guard !rows.isEmpty else { return nil }
    let caption =
      "On the same data, replicate by replicate, with 95 % t intervals. A slope difference below 0: the first slab's "
      + "radius shrinks faster. A ratio of radii below 1: the first slab is nearer to the truth. p: adjusted by Holm's "
      + "method over all pairs of slabs (ratios: and sample sizes), within each combination of the other factors."
    let header = ["slab", "against"] + study.groupColumns + ["what", "estimate", "95 % interval", "p", "pairs"]
    let table = Document.Table(
          header: header, textColumns: 3 + study.groupColumns.count,
          rows: rows.map { row in
            let contrast = row.contrast
            let isRatio = row.quantity != .slope
            func text(_ value: Double?) -> String { NumberText.fixed(value.map { isRatio ? exp($0) : $0 }) }
            let interval = (contrast?.interval).map { bounds in
              let (lower, upper) = isRatio ? (exp(bounds.lower), exp(bounds.upper)) : (bounds.lower, bounds.upper)
              return NumberText.interval(lower, upper)
            }
            let p = contrast.map { $0.adjustedPValue < 0.001 ? "< 0.001" : NumberText.fixed($0.adjustedPValue) }
            return [row.first, row.second] + row.factors.map(\.value)
              + [isRatio ? "radius ratio, n = \(largest ?? 0)" : "slope difference"]
              + [contrast == nil ? row.note ?? "–" : text(contrast?.interval.estimate), interval ?? "–", p ?? "–", "\(row.pairs)"]
          })
    return ReportTable(name: "contrasts", caption: caption, table: table)
  }

  private func addRadii(to document: inout Document) {
    guard let radii = radiusTable else { return }
    document.add(.heading("Radius by sample size"))
    document.add(.paragraph(radii.caption))
    document.add(.table(radii.table))
  }

  private var radiusTable: ReportTable? {
    guard let metric = findings.curves.first?.metric else { return nil }
    let name = ContractionFigure.axisLabel(metric).capitalisedFirst
    return ReportTable(
      name: "radius", caption: "\(name), mean ± Monte Carlo standard error.", table: RadiusTable(findings: findings).table)
  }

  private func addActiveNodes(to document: inout Document) {
    if !findings.activeNodeMetrics.isEmpty { document.add(.heading("Active nodes by sample size")) }
    for active in activeNodeTables {
      document.add(.paragraph(active.caption))
      document.add(.table(active.table))
    }
  }

  private var activeNodeTables: [ReportTable] {
    findings.activeNodeMetrics.map { metric in
      let table = bySampleSize { group, size in
        let row = findings.summary.rows.first {
          $0.group == group && $0.sampleSize == size && $0.metric == metric
        }
        return NumberText.estimate(row?.mean?.value, error: row?.mean?.standardError)
      }
      return ReportTable(
        name: metric.replacing("_", with: "-"), caption: "\(metric), mean ± Monte Carlo standard error.", table: table)
    }
  }

  var reportTables: [ReportTable] {
    let activeNodes = findings.activeNodeMetrics.isEmpty ? "" : " Active nodes: mean over all cells."
    let caption =
      findings.curves.isEmpty
      ? "Cells that converged and failed." + activeNodes : rateCaption + activeNodes
    return [summaryTable(caption)] + [contrastTable, radiusTable].compactMap { $0 } + activeNodeTables
  }

  private var rateCaption: String {
    let metric = findings.curves.first?.metric ?? ""
    return "Slope: of log \(metric) on log n, by least squares, every replicate counting the same, with Welch's 95 % t "
      + "interval. Theory slope: of log ε_n over the same n, log factors included. Radius: mean ± Monte Carlo "
      + "standard error."
  }

  private func bySampleSize(_ value: (CellGroup, Int) -> String) -> Document.Table {
    Document.Table(findings, bySampleSize: value)
  }

  private func addTheory(to document: inout Document) {
    guard !findings.curves.isEmpty else { return }
    document.add(.heading("Theory"))
    let available = findings.curves.filter { $0.theory.isSuccess }
    if !available.isEmpty {
      document.add(
        .paragraph(
          "ε_n is the bound's contraction rate for the student's topology with the teacher's active nodes and norms."))
      document.add(.table(bySampleSize { group, size in
        NumberText.short(available.first { $0.group == group }?.epsilon(at: size))
      }))
      let epsilons = available.flatMap { curve in curve.points.map { curve.epsilon(at: $0.sampleSize) } }
      let void = epsilons.count { $0.map { $0 >= 1 } ?? true }
      if void == epsilons.count {
        document.add(
          .paragraph("ε_n is above 1 at all of these n: the bound is void there. Compare slopes, never levels."))
      } else if void > 0 {
        document.add(
          .paragraph("Where ε_n is 1 or more, or undefined, the bound is void. Compare slopes, never levels."))
      } else {
        document.add(.paragraph("The bound leaves a constant open: compare slopes, never levels."))
      }
    }
    for curve in findings.curves {
      guard case .failure(let unavailable) = curve.theory else { continue }
      document.add(.paragraph("\(curve.group): no ε_n, because \(unavailable.reason)."))
    }
  }

  /// By which rule the number of replicates was chosen, where results chose it.
  private func addPrecision(to document: inout Document) {
    guard let target = study.precision else { return }
    let precision = StudyPrecision(findings.table, replicates: study.replicates)
    document.add(.heading("Precision"))
    let what = findings.sampleSizes.count == 1 ? "mean log \(precision.metric ?? "radius")" : "slope of \(precision.metric ?? "radius")"
    let (were, was, asked) = precision.isMet(target) ? ("were", "was", "asked") : ("are to be", "is", "asks")
    var text = """
      Replicates \(were) added until the standard error of every group's \(what) \(was) at most \(NumberText.short(target)), at \
      first to \(StudyPrecision.fewestReplicates), then to as many as the largest \(asked) for, at most doubling them. 
      """
    if let worst = precision.worst, let error = worst.standardError {
      text += precision.isMet(target) ? "That is met" : "That is not met yet"
      text += " with \(study.replicates) replicates: the largest is \(NumberText.short(error)), of \(worst.group). "
    } else {
      text += "With \(study.replicates) replicates it cannot be judged"
      if let part = precision.parts.first(where: { $0.note != nil }), let note = part.note { text += ", because of \(part.group): \(note)" }
      text += ". "
    }
    text += "Simulated, intervals after this rule cover as they do without it (docs/statistics.md)."
    document.add(.paragraph(text))
  }

  private func addTrust(to document: inout Document) {
    document.add(.heading("Convergence and failures"))
    let counts = CellCounts(findings.table.entries)
    document.add(
      .paragraph(
        "\(counts.converged) of \(counts.total) cells converged, \(counts.done - counts.converged) ran without "
          + "converging, \(counts.failed) failed, \(counts.missing) have not run. Cells that did not converge are in "
          + "every number above; failed ones are in none."))
    let rises = findings.table.entries.compactMap { $0.value(of: "elbo_rise") }
    if let mean = Estimate(meanOf: rises), let largest = rises.max() {
      document.add(
        .paragraph(
          "Converged means: one more fine-tuning, its learning rate started afresh, raised the evidence bound over all "
            + "training rows by no more than 1 % of the KL, beyond two Monte Carlo standard errors. It changed it by "
            + "\(NumberText.fixed(mean.value, 2)) nats on average, at most "
            + "\(NumberText.fixed(largest, 2))."))
    }
    let flagged = findings.table.entries.compactMap { entry -> [String]? in
      guard let stored = entry.stored, stored.converged != true else { return nil }
      let cell = entry.cell
      let what = stored.error.map { "failed: \($0)" } ?? "not converged"
      return ["\(cell.index)", cell.slab] + cell.factors.map(\.value)
        + [cell.sampleSize.map(String.init) ?? "", "\(cell.replicate)", what]
    }
    let header = ["cell", "slab"] + study.factorColumns + ["n", "replicate", "state"]
    if !flagged.isEmpty {
      document.add(.table(.init(header: header, textColumns: header.count, rows: Array(flagged.prefix(50)))))
      if flagged.count > 50 { document.add(.paragraph("… and \(flagged.count - 50) more.")) }
    }
    let tasks = study.cells.compactMap { cell -> FitTask? in
      if case .fit(let task) = cell.task { task } else { nil }
    }
    func add(_ text: String, where holds: (FitTask) -> Bool) {
      guard tasks.contains(where: holds) else { return }
      document.add(.paragraph(text))
    }
    let hasSpike = { (task: FitTask) in task.model.spike != .none }
    add(
      "Gates are frozen on or off after the first stage of training. Radii, intervals and bands are those of the "
        + "posterior given that structure: they hold no uncertainty about which nodes are active."
    ) { hasSpike($0) && $0.training.structure != .free && $0.training.releaseSteps == 0 }
    add(
      "Where release-steps is above 0, gates were frozen, and then freed for a last stage: bands hold what uncertainty "
        + "about the structure the gates kept."
    ) { hasSpike($0) && $0.training.structure != .free && $0.training.releaseSteps > 0 }
    add("Where structure is free, gates are drawn to the end, and bands hold the structure's uncertainty.") {
      hasSpike($0) && $0.training.structure == .free
    }
    add("Where spike is none, all nodes are active: there is no structure to be uncertain of.") { !hasSpike($0) }
    add(
      "Where scale-family is point, the number called evidence bound is a penalised log-likelihood, no bound: it cannot "
        + "be compared with the others'."
    ) { $0.model.scaleFamily == .point && $0.model.slab.kind != .gaussian }
  }

}

extension Result {
  var isSuccess: Bool {
    if case .success = self { return true }
    return false
  }
}
