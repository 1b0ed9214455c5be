import Foundation
import GSL

/// The horseshoe's scale t = τs under the cap c: t̃ = ct/√(c² + t²) (THEORY.md 2.3, 3.9).
public struct RegularisedScale: Equatable, Sendable {
  /// t̃; t itself without a cap.
  public let value: Double
  /// ∂ log t̃/∂ log τ = c²/(c² + t²) and ∂ log t̃/∂ log c = t²/(c² + t²); they add up to 1.
  public let dLogLocal, dLogCap: Double

  /// - Parameters:
  ///   - local: τ of the node.
  ///   - global: s of the network.
  ///   - cap: c; nil stands for ∞.
  /// - Throws: `GSLError.domain` unless all are positive and finite.
  public init(local: Double, global: Double, cap: Double?) throws(GSLError) {
    try requirePositive(local, "local scale")
    try requirePositive(global, "global scale")
    let t = local * global
    guard let cap else {
      (value, dLogLocal, dLogCap) = (t, 1, 0)
      return
    }
    try requirePositive(cap, "cap of a horseshoe")
    value = t <= cap ? t / hypot(1, t / cap) : cap / hypot(1, cap / t)
    let twiceLogRatio = 2 * (log(local) + log(global) - log(cap))
    dLogLocal = sigmoid(-twiceLogRatio)
    dLogCap = sigmoid(twiceLogRatio)
  }
}
