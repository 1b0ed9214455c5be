import GSL

/// Why no slope of log radius against log n can be estimated.
public enum LogLogSlopeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The arguments' lengths: sample sizes, and radii or their standard errors.
  case lengthsDiffer(sampleSizes: Int, others: Int)
  /// How many different sample sizes there are; a line needs two.
  case tooFewSampleSizes(Int)
  case invalidSampleSize(Double)
  /// One replicate has no standard error, so that its sample size has no weight.
  case tooFewReplicates(sampleSize: Double, count: Int)
  /// All replicates agree, so that their standard error is 0 and the weight infinite.
  case identicalReplicates(sampleSize: Double)
  /// A posterior that sits on the truth has no log radius.
  case zeroRadius(sampleSize: Double)
  /// A log radius that is NaN or +∞.
  case notFinite(sampleSize: Double)
  case invalidStandardError(sampleSize: Double, value: Double)
  /// The level of an interval that is not between 0 and 1, or a number of resamples that is below 1.
  case invalidOption(name: String, value: Double)
  /// A special function gave up, which takes weights near the ends of double precision.
  case numerical(GSLError)

  public var description: String {
    switch self {
    case .lengthsDiffer(let sizes, let others): "\(sizes) sample sizes but \(others) entries for them"
    case .tooFewSampleSizes(let count): "\(count) different sample sizes; a slope needs at least 2"
    case .invalidSampleSize(let size): "sample size \(size); it must be positive and finite"
    case .tooFewReplicates(let size, let count):
      "\(count) \(count == 1 ? "replicate" : "replicates") at n = \(format(size)); a standard error needs at least 2"
    case .identicalReplicates(let size): "all replicates at n = \(format(size)) agree; their standard error is 0"
    case .zeroRadius(let size): "a radius at n = \(format(size)) is 0; its logarithm is infinite"
    case .notFinite(let size): "a log radius at n = \(format(size)) is not finite"
    case .invalidStandardError(let size, let value):
      "the standard error at n = \(format(size)) is \(value); it must be positive and finite"
    case .invalidOption(let name, let value): "\(name) = \(value) is out of range"
    case .numerical(let error): error.description
    }
  }

  private func format(_ size: Double) -> String { Int(exactly: size).map(String.init) ?? "\(size)" }
}
