import Foundation
import NetworkShape

/// The additive function 5g₁(x₁) + 3g₂(x₂) + 4g₃(x₃) + 6g₄(x₄) on [0, 1]ᵖ of Lin & Zhang (Ann. Statist. 2006).
///
///     g₁(t) = t,  g₂(t) = (2t − 1)²,  g₃(t) = sin(2πt)/(2 − sin(2πt)),
///     g₄(t) = 0.1 sin(2πt) + 0.2 cos(2πt) + 0.3 sin²(2πt) + 0.4 cos³(2πt) + 0.5 sin³(2πt)
///
/// Inputs after the fourth do nothing. The usual noise has variance 1.74, a signal-to-noise ratio of 3 in standard
/// deviations.
public struct AdditiveSmooth: Teacher, Equatable {
  public let inputCount: Int
  public var domain: InputDomain { .unit }

  /// - Throws: `ShapeError` for fewer than 4 inputs.
  public init(inputCount: Int) throws(ShapeError) {
    guard inputCount >= 4 else {
      throw ShapeError(
        name: "the number of inputs of the additive teacher", value: "\(inputCount)", needs: "at least 4")
    }
    self.inputCount = inputCount
  }

  public func value(at x: ArraySlice<Double>) -> Double {
    let i = x.startIndex
    let ramp = x[i]
    let parabola = (2 * x[i + 1] - 1) * (2 * x[i + 1] - 1)
    let wave = sin(2 * .pi * x[i + 2])
    let s = sin(2 * .pi * x[i + 3])
    let c = cos(2 * .pi * x[i + 3])
    let series = 0.1 * s + 0.2 * c + 0.3 * s * s + 0.4 * c * c * c + 0.5 * s * s * s
    return 5 * ramp + 3 * parabola + 4 * wave / (2 - wave) + 6 * series
  }
}
