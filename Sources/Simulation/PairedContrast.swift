import Foundation
import GSL

/// What two methods differ by on the same data: the mean of the replicates' differences with Student's t interval.
///
/// Exact for normal differences. Pairing takes out what the methods share, such as a teacher that is hard for both.
public struct PairedContrast: Sendable, Equatable {
  /// The mean difference, with pairs − 1 degrees of freedom.
  public let interval: StudentInterval

  /// - Parameters:
  ///   - differences: one a replicate, at least two, finite, not all the same.
  ///   - level: 1 − α of the interval, in (0, 1).
  /// - Throws: `PairedContrastError` naming what is wrong.
  public init(_ differences: [Double], level: Double = 0.95) throws(PairedContrastError) {
    guard level > 0, level < 1 else { throw .invalidLevel(level) }
    guard differences.count >= 2 else { throw .tooFewPairs(differences.count) }
    guard differences.allSatisfy(\.isFinite) else { throw .notFinite }
    let count = Double(differences.count)
    // Sums of deviations from the first value, so that values which agree have a variance of exactly 0.
    let shift = differences.reduce(0) { $0 + ($1 - differences[0]) } / count
    let mean = differences[0] + shift
    let squares = differences.reduce(0) { $0 + ($1 - differences[0] - shift) * ($1 - differences[0] - shift) }
    guard squares > 0 else { throw .identicalDifferences(mean) }
    do {
      interval = try StudentInterval(
        estimate: mean, standardError: (squares / (count - 1) / count).squareRoot(), degreesOfFreedom: count - 1,
        level: level)
    } catch { throw .numerical(error) }
  }
}

/// Why two methods cannot be compared.
public enum PairedContrastError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A standard error needs two pairs.
  case tooFewPairs(Int)
  /// Every pair differs by the same, so that the standard error is 0.
  case identicalDifferences(Double)
  case notFinite
  case invalidLevel(Double)
  case numerical(GSLError)

  public var description: String {
    switch self {
    case .tooFewPairs(let count): "\(count) \(count == 1 ? "pair" : "pairs") of replicates; a standard error needs at least 2"
    case .identicalDifferences(let value): "all pairs of replicates differ by \(value); the standard error is 0"
    case .notFinite: "a difference is not finite"
    case .invalidLevel(let level): "the level \(level) is not between 0 and 1"
    case .numerical(let error): error.description
    }
  }
}

/// P values made larger so that all of a family below α together are wrong about one with probability α at most (Holm,
/// Scandinavian Journal of Statistics 1979); in the order given.
public func holmAdjusted(_ pValues: [Double]) -> [Double] {
  var adjusted = pValues
  var largest = 0.0
  for (rank, index) in pValues.indices.sorted(by: { (pValues[$0], $0) < (pValues[$1], $1) }).enumerated() {
    largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
    adjusted[index] = largest
  }
  return adjusted
}
