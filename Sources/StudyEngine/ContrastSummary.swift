import Foundation
import GSL
import Priors
import Simulation

/// Slabs against each other on the same data: for each pair of slabs, what their slopes differ by, and their log radii
/// at each sample size.
///
/// Replicates are paired: teacher, design and noise are the same for every slab. P values are adjusted by Holm's method
/// over a family: all pairs of slabs for the slopes, all pairs and sample sizes for the radii, a metric and a combination
/// of the other factors each.
package struct ContrastSummary: Sendable, Equatable {
  package enum Quantity: Sendable, Hashable {
    /// The slope of log radius on log n.
    case slope
    /// log radius at one sample size: a difference of it is the logarithm of a ratio of radii.
    case logRadius(sampleSize: Int)
  }

  /// First minus second slab.
  package struct Contrast: Sendable, Equatable {
    package let interval: StudentInterval
    /// Holm's.
    package let adjustedPValue: Double
  }

  package struct Row: Sendable, Equatable {
    package let first: String
    package let second: String
    /// The factors other than slab and sample size.
    package let factors: [FactorValue]
    package let metric: String
    package let quantity: Quantity
    /// nil where there is none; `note` says why.
    package let contrast: Contrast?
    package let note: String?
    /// The smallest number of pairs that a sample size rests on.
    package let pairs: Int
    /// Replicates of which one slab or both have no value.
    package let unpaired: Int
  }

  /// In the order of the study.
  package let rows: [Row]

  package init(_ table: StudyTable) {
    let measured = Set(table.metricNames)
    let metrics = SlopeSummary.radiusMetrics.filter { measured.contains($0) }
    var combinations = [[FactorValue]]()
    let groups = table.groups
    for group in groups where !combinations.contains(group.key.factors) { combinations.append(group.key.factors) }
    var rows = [Row]()
    for factors in combinations {
      let slabs = groups.filter { $0.key.factors == factors }
      for metric in metrics {
        var slopes = [Tested]()
        var radii = [Tested]()
        for (index, first) in slabs.enumerated() {
          for second in slabs[(index + 1)...] {
            let pairs = Self.pairs(first.sampleSizes, second.sampleSizes, metric)
            let names = (first.key.slab, second.key.slab)
            if pairs.count > 1 { slopes.append(Tested(slope: pairs, of: names)) }
            radii += pairs.map { Tested(radius: $0, of: names) }
          }
        }
        rows += (Self.adjusted(slopes) + Self.adjusted(radii)).map { tested, adjusted in
          Row(
            first: tested.slabs.first, second: tested.slabs.second, factors: factors, metric: metric,
            quantity: tested.quantity, contrast: tested.contrast(adjusted), note: tested.note, pairs: tested.pairs,
            unpaired: tested.unpaired)
        }
      }
    }
    self.rows = rows
  }

  /// The differences of log radius at one sample size.
  private struct Pairs {
    let sampleSize: Int
    let differences: [Double]
    let unpaired: Int
    /// Whether a radius is 0, which has no logarithm.
    let hasZero: Bool
  }

  private typealias SampleSizes = [(value: Int, entries: [StudyTable.Entry])]

  private static func pairs(_ first: SampleSizes, _ second: SampleSizes, _ metric: String) -> [Pairs] {
    first.compactMap { size in
      guard let other = second.first(where: { $0.value == size.value }) else { return nil }
      let others = Dictionary(
        other.entries.map { ($0.cell.replicate, $0.value(of: metric)) }, uniquingKeysWith: { first, _ in first })
      let values = size.entries.compactMap { entry -> (Double, Double)? in
        guard let one = entry.value(of: metric), let two = others[entry.cell.replicate] ?? nil else { return nil }
        return (one, two)
      }
      let hasZero = values.contains { $0.0 == 0 || $0.1 == 0 }
      return Pairs(
        sampleSize: size.value, differences: hasZero ? [] : values.map { log($0.0) - log($0.1) },
        unpaired: max(size.entries.count, other.entries.count) - values.count, hasZero: hasZero)
    }
  }

  /// One test of a family, or why there is none.
  private struct Tested {
    let slabs: (first: String, second: String)
    let quantity: Quantity
    let pairs: Int
    let unpaired: Int
    var found: StudentInterval?
    var note: String?

    init(slope sizes: [Pairs], of slabs: (String, String)) {
      self.slabs = slabs
      quantity = .slope
      pairs = sizes.map(\.differences.count).min() ?? 0
      unpaired = sizes.map(\.unpaired).reduce(0, +)
      if let zero = sizes.first(where: \.hasZero) {
        note = LogLogSlopeError.zeroRadius(sampleSize: Double(zero.sampleSize)).description
        return
      }
      do {
        found = try StudentisedSlope(
          sampleSizes: sizes.map { Double($0.sampleSize) }, values: sizes.map(\.differences)).interval
      } catch { note = error.description }
    }

    init(radius size: Pairs, of slabs: (String, String)) {
      self.slabs = slabs
      quantity = .logRadius(sampleSize: size.sampleSize)
      pairs = size.differences.count
      unpaired = size.unpaired
      if size.hasZero {
        note = LogLogSlopeError.zeroRadius(sampleSize: Double(size.sampleSize)).description
        return
      }
      do {
        found = try PairedContrast(size.differences).interval
      } catch { note = error.description }
    }

    func contrast(_ adjusted: Double?) -> Contrast? {
      guard let found, let adjusted else { return nil }
      return Contrast(interval: found, adjustedPValue: adjusted)
    }
  }

  /// Each test of a family with its adjusted p value; those that could not be made don't count.
  private static func adjusted(_ family: [Tested]) -> [(Tested, Double?)] {
    var values = holmAdjusted(family.compactMap { $0.found?.pValue })[...]
    return family.map { ($0, $0.found == nil ? nil : values.popFirst()) }
  }
}
