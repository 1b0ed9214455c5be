import StudyEngine

/// The mean radius of each group of cells by sample size, the slab with the smallest in bold among those that saw the
/// same data. Whether it is more than the luck of these replicates is the paired tests' to say: a dagger.
struct RadiusTable {
  let findings: StudyFindings

  /// Of the tests, after Holm's adjustment.
  private static let level = 0.05

  var table: Document.Table {
    var table = Document.Table(findings, bySampleSize: { group, size in
      let radius = radius(group, size)
      return NumberText.estimate(radius?.value, error: radius?.standardError)
    })
    let groups = findings.groups
    for (number, size) in findings.sampleSizes.enumerated() {
      for factors in findings.combinations {
        let rivals = groups.indices.compactMap { row in
          groups[row].factors == factors ? radius(groups[row], size).map { (row: row, mean: $0.value) } : nil
        }
        guard rivals.count > 1, let least = rivals.map(\.mean).min() else { continue }
        let best = rivals.filter { $0.mean == least }
        let isConfirmed = best.count == 1 && isConfirmed(groups[best[0].row].slab, of: rivals.count, factors, size)
        for one in best {
          table.emphasis[.init(row: one.row, column: table.textColumns + number)] = isConfirmed ? .boldDagger : .bold
        }
      }
    }
    table.note = note(table.emphasis.values)
    return table
  }

  private func radius(_ group: CellGroup, _ size: Int) -> Estimate? {
    findings.curves.first { $0.group == group }?.points.first { $0.sampleSize == size }?.radius
  }

  /// Whether the slab's log radius is below every other's, each by a test of its own on the same replicates.
  private func isConfirmed(_ slab: String, of count: Int, _ factors: [FactorValue], _ size: Int) -> Bool {
    let metric = findings.curves.first?.metric
    let rows = findings.contrasts.rows.filter { row in
      row.metric == metric && row.factors == factors && row.quantity == .logRadius(sampleSize: size)
        && (row.first == slab || row.second == slab)
    }
    return rows.count == count - 1
      && rows.allSatisfy { row in
        guard let contrast = row.contrast else { return false }
        let difference = row.first == slab ? contrast.interval.estimate : -contrast.interval.estimate
        return difference < 0 && contrast.adjustedPValue < Self.level
      }
  }

  /// nil where nothing was compared.
  private func note(_ emphasis: some Collection<Document.Table.Emphasis>) -> String? {
    guard !emphasis.isEmpty else { return nil }
    let among = study.groupColumns.isEmpty ? "of its column" : "of its column among slabs on the same data"
    let tests = "paired t tests of log radius against every other slab, Holm-adjusted over all pairs and sample sizes"
    return emphasis.contains(.boldDagger)
      ? "Bold: smallest mean \(among). †: \(tests), all have p < \(Self.level)."
      : "Bold: smallest mean \(among). None is confirmed: \(tests), have p ≥ \(Self.level) somewhere."
  }

  private var study: Study { findings.study }
}

extension Document.Table {
  /// A row a group of cells, a column a sample size.
  init(_ findings: StudyFindings, bySampleSize value: (CellGroup, Int) -> String) {
    let (factors, sizes) = (findings.study.groupColumns, findings.sampleSizes)
    self.init(
      header: ["slab"] + factors + sizes.map { "n = \($0)" }, textColumns: 1 + factors.count,
      rows: findings.groups.map { group in
        [group.slab] + group.factors.map(\.value) + sizes.map { value(group, $0) }
      })
  }
}
