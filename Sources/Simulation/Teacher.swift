/// A known regression function f₀: ℝᵖ → ℝ that generates data, so that distances from the truth can be measured.
public protocol Teacher: Sendable {
  /// p.
  var inputCount: Int { get }
  /// Where each input lies in the designs meant for this teacher.
  var domain: InputDomain { get }
  /// f₀(x).
  ///
  /// - Precondition: x has p numbers.
  func value(at x: ArraySlice<Double>) -> Double
}

extension Teacher {
  /// f₀ at each row of row-major inputs, p numbers a row.
  public func values(at inputs: [Double]) -> [Double] {
    stride(from: 0, to: inputs.count, by: inputCount).map { value(at: inputs[$0..<($0 + inputCount)]) }
  }
}

/// The interval that each input of a bounded design fills.
public enum InputDomain: String, CaseIterable, Sendable {
  /// [−1, 1].
  case symmetric
  /// [0, 1].
  case unit

  public var bounds: ClosedRange<Double> {
    switch self {
    case .symmetric: -1...1
    case .unit: 0...1
    }
  }
}
