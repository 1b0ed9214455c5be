import Foundation

extension TrainingRecipe {
  /// A learning rate's ends; how it goes from one to the other is `ScheduleShape`'s matter.
  public struct Schedule: Codable, Hashable, Sendable {
    public let start: Double
    public let end: Double

    public init(start: Double, end: Double) {
      self.start = start
      self.end = end
    }

    /// The rate at `step` of `steps`, counted from 0.
    func rate(step: Int, of steps: Int, shape: ScheduleShape = .cosine) -> Double {
      switch shape {
      case .cosine: end + 0.5 * (start - end) * (1 + cos(Double.pi * Double(step) / Double(steps)))
      case .constant: start
      case .step(let factor, let every): start * pow(factor, (Double(step) / (every * Double(steps))).rounded(.down))
      }
    }
  }

  /// How learning rates go along a stage.
  public enum ScheduleShape: Codable, Hashable, Sendable {
    /// From start to end along half a cosine.
    case cosine
    /// The start throughout; the end is not used.
    case constant
    /// From the start, times `factor` in (0, 1] each time that a further share `every` in (0, 1] of the stage is done;
    /// the end is not used.
    case step(factor: Double, every: Double)
  }
}
