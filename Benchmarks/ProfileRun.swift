import NetworkShape
import Priors
import SparseNetworks

/// Nothing but steps of one network (horseshoe, weight sampling), for a profiler to look into:
///
///     perf record .build/release/Benchmarks profile a
struct ProfileRun {
  private let step: StepCase
  private var activation = Activation.silu
  private var liveShare: Double?

  /// `network`, or `network share activation`; nil for anything else.
  init?(_ words: some Collection<String>) {
    let words = Array(words)
    guard let network = words.first.flatMap(StepCase.Network.init) else { return nil }
    step = StepCase(network: network, slab: .groupHorseshoe, estimator: .weightSampling)
    switch words.count {
    case 1: break
    case 3:
      guard let share = Double(words[1]), let activation = Activation(rawValue: words[2]) else { return nil }
      (self.activation, liveShare) = (activation, share)
    default: return nil
    }
  }

  /// - Parameter seconds: about how long it takes.
  func run(seconds: Double = 4) throws {
    var timer = try StepTimer(step, activation: activation, liveShare: liveShare)
    let steps = step.steps(of: .ours)
    var rounds = Rounds()
    while rounds.values.reduce(0, +) * Double(steps) < seconds * 1e6 {
      rounds.add(try timer.microseconds(steps: steps))
    }
    let (median, least) = (MarkdownTable.number(rounds.median), MarkdownTable.number(rounds.values.min() ?? .nan))
    print("\(step.name): \(median) µs a step, \(least) in the fastest round")
  }
}
