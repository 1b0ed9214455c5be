import GSL
import SparseNetworks

/// Generates data y = f₀(x) + N(0, σ²), x ~ P_X (THEORY.md 1.3).
///
///     let generator = try DataGenerator(teacher: teacher, design: .uniform, noiseStandardDeviation: 0.1)
///     let data = try generator.sample(rowCount: 1000, key: key.child(replicate))
///     let points = try generator.evaluationPoints(count: 4096, key: key.child("evaluation"))
public struct DataGenerator: Sendable {
  public let teacher: any Teacher
  public let design: InputDesign
  /// σ.
  public let noiseStandardDeviation: Double

  /// M₂ = E‖X‖².
  public var secondMoment: Double { design.secondMoment(inputCount: teacher.inputCount, domain: teacher.domain) }

  /// - Throws: `SimulationError` unless the design fits the teacher's domain and σ > 0.
  public init(
    teacher: any Teacher, design: InputDesign, noiseStandardDeviation: Double
  ) throws(SimulationError) {
    try design.validate(on: teacher.domain)
    try SimulationError.requirePositive(noiseStandardDeviation, "noise standard deviation")
    self.teacher = teacher
    self.design = design
    self.noiseStandardDeviation = noiseStandardDeviation
  }

  /// `rowCount` rows from the streams `design` and `noise` below `key`.
  ///
  /// - Throws: `SimulationError` for no rows, or where f₀ is not finite.
  public func sample(rowCount: Int, key: StreamKey) throws(SimulationError) -> SimulatedData {
    guard rowCount > 0 else {
      throw SimulationError(name: "number of rows", value: "\(rowCount)", needs: "at least 1")
    }
    let inputs = try design.sample(
      count: rowCount, inputCount: teacher.inputCount, domain: teacher.domain, key: key.child("design"))
    let noise = RandomGenerator(key: key.child("noise"))
    let truth = try truth(at: inputs)
    let targets = truth.map { $0 + noiseStandardDeviation * noise.gaussian() }
    return SimulatedData(
      dataset: Dataset(unchecked: inputs, inputCount: teacher.inputCount, targets: .real(targets, outputs: 1)),
      truth: truth)
  }

  /// Points of the design at which to compare a fit with the truth: Sobol's, or beyond 40 inputs, where there are none,
  /// random ones from the stream `key`; `construction` says which.
  ///
  /// - Throws: `SimulationError` for no points, or where f₀ is not finite.
  public func evaluationPoints(count: Int, key: StreamKey) throws(SimulationError) -> EvaluationPoints {
    guard count > 0 else {
      throw SimulationError(name: "number of evaluation points", value: "\(count)", needs: "at least 1")
    }
    let p = teacher.inputCount
    let isSobol = SobolSequence.supportedDimensions.contains(p)
    let inputs =
      isSobol
      ? try design.sobolPoints(count: count, inputCount: p, domain: teacher.domain)
      : try design.sample(count: count, inputCount: p, domain: teacher.domain, key: key)
    return EvaluationPoints(
      inputs: inputs, inputCount: p, truth: try truth(at: inputs), construction: isSobol ? .sobol : .random)
  }

  private func truth(at inputs: [Double]) throws(SimulationError) -> [Double] {
    let values = teacher.values(at: inputs)
    guard let row = values.firstIndex(where: { !$0.isFinite }) else { return values }
    let p = teacher.inputCount
    let shown = inputs[(row * p)..<(row * p + min(p, 5))].map { "\($0)" } + (p > 5 ? ["…"] : [])
    throw SimulationError(
      name: "the regression function at x = (\(shown.joined(separator: ", ")))", value: values[row].isNaN ? "not a number" : "\(values[row])",
      needs: "finite at every point of the design")
  }
}

/// A table with the regression function's values at its rows.
public struct SimulatedData: Sendable, Equatable {
  public let dataset: Dataset
  /// f₀(x_i), without noise.
  public let truth: [Double]
}

/// Points at which the truth is known.
public struct EvaluationPoints: Sendable, Equatable {
  public enum Construction: String, Sendable {
    case sobol
    /// Pseudo-random: the error of an average over them falls as N^−½ only.
    case random
  }

  /// Row-major, `inputCount` numbers a row.
  public let inputs: [Double]
  public let inputCount: Int
  /// f₀(x_k).
  public let truth: [Double]
  public let construction: Construction

  public var count: Int { truth.count }
}
