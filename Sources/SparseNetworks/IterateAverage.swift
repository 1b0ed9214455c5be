/// The average of the parameters over the last steps of a stage (Polyak & Juditsky 1992).
///
/// A step's minibatch moves the parameters about, and the last iterate keeps that noise; the average loses most of it.
/// At n = 32000 with minibatches of 256 it is what keeps the fit from stopping short of the posterior.
struct IterateAverage: Codable, Equatable, Sendable {
  private(set) var sums: PackedNumbers<Double>
  private var count = 0

  init(count: Int) { sums = PackedNumbers(Array(repeating: 0, count: count)) }

  mutating func add(_ values: [Float]) {
    for index in values.indices { sums.numbers[index] += Double(values[index]) }
    count += 1
  }

  /// nil before the first `add`.
  var mean: [Float]? { count == 0 ? nil : sums.numbers.map { Float($0 / Double(count)) } }
}
