import Foundation
import StudyEngine

/// The combinations of a study with several factors beside slab and sample size, in lexicographic order: the first
/// factor slowest.
struct FactorialDesign {
  struct Measurement {
    let value: Double
    /// ± 2 Monte Carlo standard errors; nil for a mean of one number.
    let interval: (lower: Double, upper: Double)?
    let count: Int
  }

  /// Of those factors the ones that vary, with the levels that occur.
  let factors: [(name: String, levels: [String])]
  /// A level of each factor.
  let combinations: [[FactorValue]]
  let slabs: [String]
  /// In ascending order.
  let sampleSizes: [Int]

  private struct Place: Hashable {
    let factors: [FactorValue]
    let slab: String
    let sampleSize: Int?
  }

  private let entries: [Place: [StudyTable.Entry]]

  /// nil unless two factors vary, and not side by side.
  init?(_ study: Study, _ entries: [StudyTable.Entry]) {
    let groups = entries.map { CellGroup($0.cell) }
    let present = Set(groups.flatMap(\.factors))
    let factors = study.factors.compactMap { factor -> (name: String, levels: [String])? in
      let levels = factor.levels.filter { present.contains(FactorValue(name: factor.name, value: $0)) }
      return levels.count > 1 ? (factor.name, levels) : nil
    }
    let names = Set(factors.map(\.name))
    func varying(_ group: CellGroup) -> [FactorValue] { group.factors.filter { names.contains($0.name) } }
    let ranks = Dictionary(
      factors.flatMap { factor in factor.levels.enumerated().map { (FactorValue(name: factor.name, value: $1), $0) } },
      uniquingKeysWith: { first, _ in first })
    let combinations = Set(groups.map(varying)).sorted { one, other in
      one.map { ranks[$0] ?? 0 }.lexicographicallyPrecedes(other.map { ranks[$0] ?? 0 })
    }
    guard factors.count > 1, combinations.count > factors.map(\.levels.count).max() ?? 0 else { return nil }
    self.factors = factors
    self.combinations = combinations
    slabs = groups.map(\.slab).uniqued
    sampleSizes = Set(entries.compactMap(\.cell.sampleSize)).sorted()
    self.entries = Dictionary(grouping: entries) {
      Place(factors: varying(CellGroup($0.cell)), slab: $0.cell.slab, sampleSize: $0.cell.sampleSize)
    }
  }

  /// - Parameter isRatio: of a positive metric the geometric mean, whose errors are factors.
  func measurement(
    _ metric: String, _ factors: [FactorValue], slab: String, sampleSize: Int?, isRatio: Bool
  ) -> Measurement? {
    let values = (entries[Place(factors: factors, slab: slab, sampleSize: sampleSize)] ?? [])
      .filter { Self.isComparable($0.cell, metric) }.compactMap { $0.value(of: metric) }
    guard isRatio else {
      return Estimate(meanOf: values).map { mean in
        let interval = mean.standardError.map { (mean.value - 2 * $0, mean.value + 2 * $0) }
        return Measurement(value: mean.value, interval: interval, count: mean.count)
      }
    }
    return Estimate(meanOf: values.filter { $0 > 0 }.map { log($0) }).map { mean in
      let interval = mean.standardError.map { (exp(mean.value - 2 * $0), exp(mean.value + 2 * $0)) }
      return Measurement(value: exp(mean.value), interval: interval, count: mean.count)
    }
  }

  /// How many cells' values of a metric a logarithmic axis cannot show.
  func nonPositive(_ metric: String) -> Int {
    entries.values.joined().count { ($0.value(of: metric) ?? 1) <= 0 }
  }

  /// Whether a cell's evidence bound is one: a point is charged a density, not a KL.
  static func isComparable(_ cell: Cell, _ metric: String) -> Bool {
    guard metric == "elbo", case .fit(let task) = cell.task else { return true }
    return task.model.scaleFamily != .point || task.model.slab.kind == .gaussian
  }

  /// How many cells' numbers are no evidence bounds.
  var incomparable: Int { entries.values.joined().count { !Self.isComparable($0.cell, "elbo") } }

  /// Whether data differ between combinations, so that evidence bounds cannot be held against each other.
  var variesData: Bool { factors.contains { $0.name.hasPrefix("data.") } }

  /// No longer than `length`, its end given up where it is.
  static func cut(_ text: String, _ length: Int) -> String {
    text.count <= length ? text : text.prefix(length - 1) + "…"
  }
}

extension FactorValue {
  /// The level where that says what it is, such as `centred`; else with the end of the factor's name, `noise = 0.1`.
  var shortLabel: String {
    guard let first = value.first, first.isLetter, value != "true", value != "false" else {
      return "\(name.split(separator: ".").last.map(String.init) ?? name) = \(value)"
    }
    return value
  }
}
