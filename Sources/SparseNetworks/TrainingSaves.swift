/// When a training saves its state, and where to.
public struct TrainingSaves {
  public enum Interval: Sendable {
    case seconds(Double)
    /// Gradient steps, for tests: which step a clock would pick is chance.
    case steps(Int)
  }

  public let interval: Interval
  /// Hears the state between two steps. A state that cannot be written is the writer's to report: training goes on.
  public let write: (TrainingState) -> Void

  public init(every interval: Interval = .seconds(10), write: @escaping (TrainingState) -> Void) {
    self.interval = interval
    self.write = write
  }
}

/// Says when a save is due.
struct SaveClock {
  private let interval: TrainingSaves.Interval
  private var last = ContinuousClock.now

  init(_ interval: TrainingSaves.Interval) { self.interval = interval }

  func isDue(step: Int) -> Bool {
    switch interval {
    case .steps(let steps): step > 0 && step.isMultiple(of: steps)
    case .seconds(let seconds): last.duration(to: .now) >= .seconds(seconds)
    }
  }

  /// Counts from the end of a save, so that slow ones leave time to train.
  mutating func hasSaved() { last = .now }
}
