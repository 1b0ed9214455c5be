/// The numbers that steps change, in place: the parameters, the optimiser's moments and the average of the last iterates.
///
/// A `StartState` is what they are loaded from and what they are put back into; between the two only pointers move.
final class TrainingArena<Scalar: NetworkScalar> {
  let count: Int
  let parameters: UnsafeMutablePointer<Scalar>
  /// The gradient's running average; for momentum its running sum v.
  let first: UnsafeMutablePointer<Scalar>
  /// The squared gradient's running average; unused for momentum.
  let second: UnsafeMutablePointer<Scalar>
  /// Sums of the parameters over the steps that are averaged.
  let sums: UnsafeMutablePointer<Double>

  private let memory = ScratchMemory<Scalar>()

  init(count: Int) {
    self.count = count
    (parameters, first, second) = (memory.take(count), memory.take(count), memory.take(count))
    sums = memory.take(count, of: Double.self, repeating: 0)
  }

  /// Writes an array over one of the four; an empty one leaves it.
  static func load<Number>(_ numbers: [Number], into place: UnsafeMutablePointer<Number>) {
    numbers.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      place.update(from: base, count: source.count)
    }
  }

  static func numbers<Number>(_ place: UnsafeMutablePointer<Number>, _ count: Int) -> [Number] {
    Array(UnsafeBufferPointer(start: place, count: count))
  }
}
