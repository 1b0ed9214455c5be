/// How many iterates the arena's sums hold: the average of the parameters over the last steps of a stage (Polyak &
/// Juditsky 1992).
///
/// A step's minibatch moves the parameters about, and the last iterate keeps that noise; the average loses most of it.
/// At n = 32000 with minibatches of 256 it is what keeps the fit from stopping short of the posterior.
struct IterateAverage: Codable, Equatable, Sendable {
  private(set) var count = 0

  /// Adds the arena's parameters to its sums.
  mutating func add<Scalar: NetworkScalar>(_ arena: TrainingArena<Scalar>) {
    for i in 0..<arena.count { arena.sums[i] += Double(arena.parameters[i]) }
    count += 1
  }

  /// Puts the mean in the parameters' place, and forgets what it was of. Without an iterate they stay.
  mutating func finish<Scalar: NetworkScalar>(_ arena: TrainingArena<Scalar>) {
    guard count > 0 else { return }
    for i in 0..<arena.count { arena.parameters[i] = Scalar(arena.sums[i] / Double(count)) }
    arena.sums.update(repeating: 0, count: arena.count)
    count = 0
  }
}
