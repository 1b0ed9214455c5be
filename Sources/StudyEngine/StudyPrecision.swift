import Foundation
import Simulation

/// How exact a study's answer is: the Monte Carlo standard error of each group's slope of the study's first radius metric;
/// of a group with one sample size, that of its mean log radius, which is the radius's relative error.
///
///     let precision = StudyPrecision(table, replicates: study.replicates)
///     if let more = try precision.replicates(for: 0.02) { … }   // nil: it is met
///
/// The rule by which `run --until-precision` stops: replicates are added until no standard error is above the target, at
/// first to `fewestReplicates`, then to as many as the largest error asks for, but at most twice as many as there are.
package struct StudyPrecision: Sendable, Equatable {
  /// Fewer say too little about a standard error.
  package static let fewestReplicates = 5
  /// Where a target out of reach stops.
  package static let mostReplicates = 1000

  package struct Part: Sendable, Equatable {
    package let group: CellGroup
    /// nil where there is none; `note` says why.
    package let standardError: Double?
    package let note: String?
  }

  /// nil if no radius was measured.
  package let metric: String?
  /// In the order of the study.
  package let parts: [Part]
  package let replicates: Int

  package init(_ table: StudyTable, replicates: Int) {
    let measured = Set(table.metricNames)
    metric = SlopeSummary.radiusMetrics.first(where: measured.contains)
    self.replicates = replicates
    parts = metric.map { metric in table.groups.map { Self.part($0.key, $0.sampleSizes, metric) } } ?? []
  }

  private static func part(
    _ group: CellGroup, _ sampleSizes: [(value: Int, entries: [StudyTable.Entry])], _ metric: String
  ) -> Part {
    let logRadii = sampleSizes.map { $0.entries.compactMap { $0.value(of: metric) }.map { log($0) } }
    do {
      let error =
        if sampleSizes.count == 1 { try PairedContrast(logRadii[0]).interval.standardError } else {
          try StudentisedSlope(sampleSizes: sampleSizes.map { Double($0.value) }, values: logRadii).interval.standardError
        }
      return Part(group: group, standardError: error, note: nil)
    } catch { return Part(group: group, standardError: nil, note: "\(error)") }
  }

  /// The least exact group; nil while some group has no standard error.
  package var worst: Part? {
    guard parts.allSatisfy({ $0.standardError != nil }) else { return nil }
    return parts.max { ($0.standardError ?? 0) < ($1.standardError ?? 0) }
  }

  package func isMet(_ target: Double) -> Bool {
    replicates >= Self.fewestReplicates && (worst?.standardError).map { $0 <= target } ?? false
  }

  /// About how many replicates meet the target, were their spread what it is so far; nil while there is no standard error.
  package func replicatesNeeded(for target: Double) -> Double? {
    (worst?.standardError).map { Self.needed(replicates, $0, target) }
  }

  /// Whether a study's cells measure the radii that precision is of.
  package static func canBeHad(of study: Study) -> Bool {
    study.cells.contains { cell in
      if case .fit(let task) = cell.task { task.measure.metrics.contains(.radius) } else { false }
    }
  }

  /// How many replicates the study should have next; nil once the target is met.
  /// - Throws: `StudyPrecisionError` if more would not help, or too many are needed.
  package func replicates(for target: Double) throws(StudyPrecisionError) -> Int? {
    guard replicates >= Self.fewestReplicates else { return Self.fewestReplicates }
    guard metric != nil else { throw .noRadius }
    guard let error = worst?.standardError else {
      throw .undefined(parts.compactMap { part in part.note.map { "\(part.group.description): \($0)" } })
    }
    guard let next = Self.next(after: replicates, standardError: error, target: target) else { return nil }
    // So many more than there may be that no luck will do.
    let needed = Self.needed(replicates, error, target)
    guard replicates < Self.mostReplicates, needed < 2 * Double(Self.mostReplicates) else {
      throw .tooMany(replicates: replicates, standardError: error, target: target, needed: needed)
    }
    return min(next, Self.mostReplicates)
  }

  /// The rule: how many replicates come after some that have a standard error; nil where that is small enough.
  static func next(after replicates: Int, standardError: Double, target: Double) -> Int? {
    guard standardError > target else { return nil }
    let needed = Self.needed(replicates, standardError, target)
    return Int(min(max(needed, Double(replicates + 1)), Double(2 * replicates)))
  }

  private static func needed(_ replicates: Int, _ standardError: Double, _ target: Double) -> Double {
    let ratio = standardError / target
    return max(Double(fewestReplicates), (Double(replicates) * ratio * ratio).rounded(.up))
  }
}

/// Why more replicates don't bring a study to the wanted precision.
package enum StudyPrecisionError: Error, Equatable, CustomStringConvertible {
  /// No cell has a radius.
  case noRadius
  /// Groups that have no standard error, with the reason.
  case undefined([String])
  case tooMany(replicates: Int, standardError: Double, target: Double, needed: Double)

  package var description: String {
    switch self {
    case .noRadius: "no cell has a radius, so the precision of slopes cannot be had; look at 'slablab status'"
    case .undefined(let reasons): "the precision cannot be had: \(reasons.joined(separator: "; "))"
    case .tooMany(let replicates, let error, let target, let needed):
      "with \(replicates) replicates the largest standard error is \(error); \(target) takes about \(Int(min(needed, 1e15))), and "
        + "at most \(StudyPrecision.mostReplicates) are run; wish for less"
    }
  }
}
