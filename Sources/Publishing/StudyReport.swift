import Foundation
import StudyEngine

/// What was asked, what came out and how far it can be trusted: the content of `summary.md` and `report.html`.
struct StudyReport {
  let findings: StudyFindings
  /// What the results rest on, as rows of a table.
  let provenance: [[String]]
  let drawings: [Gnuplot.Drawing]
  /// Why figures are missing; nil if none is.
  let figureProblem: PublishingError?

  private var study: Study { findings.study }

  var document: Document {
    let title = oneLine(study.title).trimmingCharacters(in: .whitespaces)
    var document = Document(title: title.isEmpty ? study.name : title)
    addQuestion(to: &document)
    addRates(to: &document)
    addRadii(to: &document)
    addActiveNodes(to: &document)
    addFigures(to: &document)
    addTheory(to: &document)
    addTrust(to: &document)
    addRepetition(to: &document)
    return document
  }

  // MARK: Parts

  private func addQuestion(to document: inout Document) {
    var rows = [["study", study.name], ["seed", "\(study.seed)"], ["replicates", "\(study.replicates)"]]
    rows += study.factors.map { [$0.name, $0.levels.joined(separator: ", ")] }
    if !study.factors.contains(where: { $0.path == ["data", "sample-size"] }) {
      rows.append(["sample-size", findings.sampleSizes.map(String.init).joined(separator: ", ")])
    }
    rows.append(["cells", "\(study.cells.count)"])
    document.add(.heading("What was asked"))
    document.add(.table(.init(header: ["setting", "value"], textColumns: 2, rows: rows)))
  }

  private func addRates(to document: inout Document) {
    document.add(.heading("Rates"))
    let counts = CellCounts(findings.table.entries)
    if counts.missing > 0 {
      document.add(.warning("Interim results: of \(counts.total) cells, \(counts.missing) have not run."))
    }
    let table = RateTable(findings)
    document.add(.table(.init(header: table.header, textColumns: table.textColumns, rows: table.rows)))
    guard let metric = findings.curves.first?.metric else {
      document.add(.paragraph("No radius was measured, so there is no rate."))
      return
    }
    let activeNodes = findings.activeNodeMetrics.isEmpty ? "" : " Active nodes: mean over all cells."
    document.add(
      .paragraph(
        "Slope: of log \(metric) on log n, by weighted least squares over the means of the replicates, with a 95 % t "
          + "interval. Theory slope: of log ε_n over the same n, log factors included. Radius: mean ± Monte Carlo "
          + "standard error." + activeNodes))
    for curve in findings.curves { document.add(.paragraph(reading(curve))) }
  }

  /// What one interval says about the theory, and no more.
  private func reading(_ curve: RadiusCurve) -> String {
    let name = groupName(curve.group)
    guard let row = curve.slope else { return "\(name): one sample size, so there is no slope." }
    guard let slope = row.slope else { return "\(name): no slope, because \(row.note ?? "it cannot be estimated")." }
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
      text = "\(name): slope \(NumberText.fixed(slope.fit.slope)) \(interval); no theory slope, because "
      text += "\(row.theoryNote ?? "it is undefined")."
    }
    if let p = slope.lackOfFitPValue {
      text += " Lack of fit of a straight line: p \(p < 0.001 ? "< 0.001" : "= \(NumberText.fixed(p))")."
      if p < 0.05 { text += " That is small: one slope may not describe these points." }
    }
    return text
  }

  private func addRadii(to document: inout Document) {
    guard let metric = findings.curves.first?.metric else { return }
    document.add(.heading("Radius by sample size"))
    let name = ContractionFigure.axisLabel(metric).capitalisedFirst
    document.add(.paragraph("\(name), mean ± Monte Carlo standard error."))
    document.add(.table(bySampleSize { group, size in
      let radius = findings.curves.first { $0.group == group }?.points.first { $0.sampleSize == size }?.radius
      return NumberText.estimate(radius?.value, error: radius?.standardError)
    }))
  }

  private func addActiveNodes(to document: inout Document) {
    if !findings.activeNodeMetrics.isEmpty { document.add(.heading("Active nodes by sample size")) }
    for metric in findings.activeNodeMetrics {
      document.add(.paragraph("\(metric), mean ± Monte Carlo standard error."))
      document.add(.table(bySampleSize { group, size in
        let row = findings.summary.rows.first {
          $0.group == group && $0.sampleSize == size && $0.metric == metric
        }
        return NumberText.estimate(row?.mean?.value, error: row?.mean?.standardError)
      }))
    }
  }

  private func bySampleSize(_ value: (CellGroup, Int) -> String) -> Document.Table {
    let sizes = findings.sampleSizes
    return Document.Table(
      header: ["slab"] + study.factorColumns + sizes.map { "n = \($0)" }, textColumns: 1 + study.factorColumns.count,
      rows: findings.groups.map { group in
        [group.slab] + group.factors.map(\.value) + sizes.map { value(group, $0) }
      })
  }

  private func addFigures(to document: inout Document) {
    guard !drawings.isEmpty || figureProblem != nil else { return }
    document.add(.heading("Figures"))
    for drawing in drawings { document.add(.figure(drawing)) }
    if let figureProblem { document.add(.warning("\(figureProblem.description.capitalisedFirst).")) }
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
      document.add(.paragraph("\(groupName(curve.group)): no ε_n, because \(unavailable.reason)."))
    }
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
        + ["\(cell.sampleSize)", "\(cell.replicate)", what]
    }
    let header = ["cell", "slab"] + study.factorColumns + ["n", "replicate", "state"]
    if !flagged.isEmpty {
      document.add(.table(.init(header: header, textColumns: header.count, rows: Array(flagged.prefix(50)))))
      if flagged.count > 50 { document.add(.paragraph("… and \(flagged.count - 50) more.")) }
    }
    let spikes = Set(study.cells.map(\.model.spike))
    if spikes.contains(true) {
      document.add(
        .paragraph(
          "Gates are frozen on or off after the first stage of training. Radii, intervals and bands are those of the "
            + "posterior given that structure: they hold no uncertainty about which nodes are active."))
    }
    if spikes.contains(false) {
      document.add(.paragraph("Where spike is false, all nodes are active: there is no structure to be uncertain of."))
    }
  }

  private func addRepetition(to document: inout Document) {
    document.add(.heading("How to repeat it"))
    let options = study.overrides.map { " --set \(Self.shellQuoted($0))" }.joined()
    document.add(.code("slablab run study.yaml\(options)"))
    document.add(.paragraph("study.yaml lies in this folder. One cell alone: slablab run study.yaml --cell N."))
    var files = [
      ["tables/metrics.csv", "a row for each metric of each cell"],
      ["tables/summary.csv", "averages over replicates with Monte Carlo errors"],
      ["tables/slopes.csv", "slopes with intervals, beside the theory's"],
      ["tables/theory.csv", "ε_n"],
      ["tables/traces.csv", "the evidence bound along training"],
    ]
    files += drawings.map { ["figures/\($0.figure.name).svg, .pdf", "figure"] }
    files += [
      ["report.html", "this summary with its figures, in one page"], ["store.sqlite", "every result"],
      ["timings.csv", "seconds and dates, which the tables leave out"],
    ]
    document.add(.table(.init(header: ["file", "content"], textColumns: 2, rows: files)))
    let rows = [["study hash", study.contentHash]] + provenance
    document.add(.table(.init(header: ["provenance", ""], textColumns: 2, rows: rows)))
  }

  /// The rows of a study folder's manifest; none if it has no manifest, and a row that says so if it cannot be read.
  static func provenance(of folder: StudyFolder) -> [[String]] {
    guard let data = try? Data(contentsOf: folder.manifest) else { return [] }
    do {
      let manifest = try JSONDecoder().decode(ProvenanceManifest.self, from: data)
      return [
        ["slablab", manifest.programVersion], ["Swift", manifest.swiftVersion], ["system", manifest.operatingSystem],
        ["processor", manifest.processor], ["BLAS", "\(manifest.blasConfiguration), kernel \(manifest.blasKernel)"],
        ["GSL", manifest.gslVersion],
      ]
    } catch {
      return [["manifest.json", "is not a manifest of this version"]]
    }
  }

  private func groupName(_ group: CellGroup) -> String {
    group.factors.isEmpty ? group.slab : "\(group.slab) (\(group.factors.label))"
  }

  /// One word for a POSIX shell.
  private static func shellQuoted(_ text: String) -> String {
    let safe = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=,:+@%".contains($0)) }
    return safe && !text.isEmpty ? text : "'\(text.replacing("'", with: "'\\''"))'"
  }
}

extension Result {
  var isSuccess: Bool {
    if case .success = self { return true }
    return false
  }
}
