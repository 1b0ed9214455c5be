/// A study, decoded and checked: every cell of it can run.
package struct Study: Sendable, Equatable {
  /// The folder's name: letters, digits, `-`, `_`.
  package let name: String
  package let title: String
  package let kind: StudyKind
  /// The root of every random stream.
  package let seed: UInt64
  package let factors: [Factor]
  /// Groups of factors that go through their levels side by side, by name.
  package let zips: [[String]]
  /// Combinations left out, each a value for some of the factors.
  package let exclusions: [[FactorValue]]
  package let replicates: Int
  /// What the Monte Carlo standard errors of the slopes shall be at most (`StudyPrecision`); a run then adds replicates. It
  /// changes no cell.
  package let precision: Double?
  /// In the order of every table: factors as listed, the first slowest, replicates fastest.
  package let cells: [Cell]
  /// The study file, verbatim.
  package let source: String
  /// The `--set` options, `KEY=VALUE` each.
  package let overrides: [String]

  /// Names of the factor columns: the factors other than slab and sample size, which have their own.
  package var factorColumns: [String] {
    factors.filter { $0.path != kind.slabPath && $0.path != kind.sampleSizePath }.map(\.name)
  }

  /// The columns of a group of cells: a factor that is zipped with slab or sample size follows from them.
  package var groupColumns: [String] {
    let followers = kind.followers(factors, zips)
    return factorColumns.filter { !followers.contains($0) }
  }

  /// How many combinations the factors have, excluded ones included.
  package var combinationCount: Int {
    let tied = Set(zips.flatMap { $0.dropFirst() })
    return factors.filter { !tied.contains($0.name) }.reduce(1) { $0 * $1.levels.count }
  }

  /// What the cells follow from, a line each: two studies with the same lines have the same cells. Title, comments,
  /// order of keys and theory may differ.
  var canonicalLines: [CanonicalText.Line] {
    typealias Line = CanonicalText.Line
    var lines = [Line(key: "study", value: name), Line(key: "kind", value: kind.rawValue)]
    if kind.isRandom { lines.append(Line(key: "seed", value: String(seed))) }
    // What the factors leave alone is the same in every cell, but for what follows from them.
    let paths = factors.map { $0.path.joined(separator: ".") }
    lines += (cells.first?.task.canonicalLines ?? []).filter { line in
      !paths.contains { line.key == $0 || line.key.hasPrefix("\($0).") || line.key.hasPrefix("\($0)[") }
    }
    lines += factors.map { Line(key: "factors.\($0.name)", value: "[\($0.levels.joined(separator: ", "))]") }
    lines += zips.enumerated().map { Line(key: "zip[\($0 + 1)]", value: "[\($1.joined(separator: ", "))]") }
    lines += exclusions.enumerated().map { index, exclusion in
      let pairs = exclusion.map { "\($0.name): \($0.value)" }
      return Line(key: "exclude[\(index + 1)]", value: "{\(pairs.joined(separator: ", "))}")
    }
    if kind.isRandom { lines.append(Line(key: "replicates", value: String(replicates))) }
    lines.append(Line(key: "result-version", value: String(Cell.resultVersion)))
    return lines
  }

  var canonicalText: String { CanonicalText.text(canonicalLines) }

  /// SHA-256 over the hashes of the cells, in order.
  package var contentHash: String { SHA256.hex(cells.map(\.contentHash).joined(separator: "\n")) }
}
