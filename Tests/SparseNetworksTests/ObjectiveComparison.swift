import GSL
import NetworkShape

@testable import SparseNetworks

/// One random network, noise and minibatch, for `ReferenceObjective` and for `MinibatchObjective`.
struct ObjectiveComparison {
  static let trainingRows = 23
  private static let temperature = 0.6

  let model: NetworkModel
  let estimator: GradientEstimator
  let relaxation: Relaxation
  let gates: GateStage
  let rows: Int
  let divergenceWeight: Double
  let arena: [Double]
  let layout: ParameterLayout
  private let key: StreamKey
  private let inputs: [[Double]]
  private let targets: ReferenceObjective.Targets

  init(
    _ model: NetworkModel, estimator: GradientEstimator, relaxation: Relaxation, gates: GateStage = .learned,
    rows: Int = 3, divergenceWeight: Double = 1, seed: UInt64
  ) {
    self.model = model
    self.estimator = estimator
    self.relaxation = relaxation
    self.gates = gates
    self.rows = rows
    self.divergenceWeight = divergenceWeight
    layout = ParameterLayout(model)
    key = StreamKey(seed: seed)
    let generator = RandomGenerator(key: key.child("comparison"))
    func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * generator.uniform() }
    func vector(_ count: Int, _ low: Double, _ high: Double) -> [Double] {
      (0..<count).map { _ in uniform(low, high) }
    }
    var arena = vector(layout.count, -1, 1)
    func fill(_ range: Range<Int>?, _ low: Double, _ high: Double) {
      for place in range ?? 0..<0 { arena[place] = uniform(low, high) }
    }
    fill(layout.rhos, -2, 1)
    for scale in layout.layers.flatMap(\.scales) + layout.shared.map(\.scale) {
      fill(scale.location, -1, 1)
      fill(scale.rho, -2, 0)
    }
    fill(layout.inclusionLogits, -1, 2)
    self.arena = arena
    inputs = (0..<rows).map { _ in vector(model.topology.inputCount, -1, 1) }
    let outputs = model.topology.outputCount
    targets =
      switch model.likelihood {
      case .gaussian: .real((0..<rows).map { _ in vector(outputs, -1, 1) })
      case .categorical: .classes((0..<rows).map { $0 % outputs })
      case .bernoulli: .classes((0..<rows).map { $0 % 2 })
      }
  }

  /// The same settings with other numbers.
  func with(seed: UInt64) -> ObjectiveComparison {
    ObjectiveComparison(
      model, estimator: estimator, relaxation: relaxation, gates: gates, rows: rows, divergenceWeight: divergenceWeight,
      seed: seed)
  }

  func objective<Scalar: NetworkScalar>(
    _ type: Scalar.Type, capacity: Int? = nil, level: CPULevel = .current
  ) -> MinibatchObjective<Scalar> {
    MinibatchObjective(
      model: model, estimator: estimator, relaxation: relaxation, temperature: Self.temperature,
      capacity: capacity ?? rows, trainingRows: Self.trainingRows, level: level)
  }

  /// The fused step's numbers.
  struct Step: Equatable {
    let loss: Double
    let parts: ObjectiveValue
    let outputs: [[Double]]
    let gradient: [Double]
  }

  func step<Scalar: NetworkScalar>(
    _ objective: MinibatchObjective<Scalar>, at arena: [Double]? = nil
  ) throws -> Step {
    load(into: objective)
    try objective.evaluate((arena ?? self.arena).map { Scalar($0) }, gates: gates)
    return Step(
      loss: objective.loss, parts: objective.value,
      outputs: (0..<rows).map { row in
        (0..<model.topology.outputCount).map { Double(objective.output(row: row, output: $0)) }
      },
      gradient: (0..<layout.count).map { Double(objective.gradient[$0]) })
  }

  private func load<Scalar: NetworkScalar>(into objective: MinibatchObjective<Scalar>) {
    objective.divergenceWeight = divergenceWeight
    objective.rows = rows
    objective.noise.draw(key: key, step: 7)
    func write(_ table: [[Double]], to place: UnsafeMutablePointer<Scalar>) {
      for (row, numbers) in table.enumerated() {
        for (column, number) in numbers.enumerated() { place[column * objective.lanes + row] = Scalar(number) }
      }
    }
    write(inputs, to: objective.inputs)
    switch targets {
    case .real(let values):
      write(values, to: objective.realTargets)
    case .classes(let classes):
      for (place, number) in classes.enumerated() { objective.classTargets[place] = Int32(number) }
    }
  }

  func reference() -> ReferenceObjective {
    let objective = objective(Double.self)
    load(into: objective)
    objective.noise.drawTheRest(rows: rows)
    return ReferenceObjective(
      model: model, estimator: estimator, relaxation: relaxation, temperature: Self.temperature,
      trainingRowCount: Self.trainingRows, gates: gates, noise: objective.noise, inputs: inputs, targets: targets)
  }

  // MARK: - The two held against each other

  /// The largest difference of the step's values from the reference's, relative to their size or to 1.
  func valueError<Scalar: NetworkScalar>(_ type: Scalar.Type) throws -> Double {
    let got = try step(objective(type, capacity: rows + 2))
    let expected = try reference().value(arena)
    func numbers(_ value: ObjectiveValue) -> [Double] {
      value.layers.flatMap { [$0.inclusion, $0.slab, $0.scale[0], $0.scale[1]] }
        + value.shared.indices.map { value.shared[$0] } + [value.negativeLogLikelihood]
    }
    let loss = expected.nll + divergenceWeight * expected.divergence.divergence / Double(Self.trainingRows)
    return deviation(
      [got.loss] + numbers(got.parts) + got.outputs.flatMap { $0 },
      [loss] + numbers(expected.divergence) + expected.output.flatMap { $0 })
  }

  /// The gradient of the reference's loss by central differences of fourth order; nil where it has none: with
  /// straight-through indicators, the logit of a node that is off in front of a kink. Logits that don't learn have 0.
  func numericalGradient() throws -> [Double?] {
    let reference = reference()
    func loss(_ place: Int, _ shift: Double) throws -> Double {
      var moved = arena
      moved[place] += shift
      let value = try reference.value(moved, around: arena)
      return value.nll + divergenceWeight * value.divergence.divergence / Double(Self.trainingRows)
    }
    let hasKink = relaxation == .straightThrough && [.relu, .leakyRelu].contains(model.activation)
    // h⁴/30 of a fifth derivative of order 10⁴ at most, and 10⁻¹³ of rounding over h.
    let h = 5e-4
    return try arena.indices.map { place in
      if layout.inclusionLogits.contains(place) {
        if gates != .learned { return 0 }
        if hasKink { return nil }
      }
      let first = try loss(place, h) - loss(place, -h)
      let second = try loss(place, 2 * h) - loss(place, -2 * h)
      return (8 * first - second) / (12 * h)
    }
  }

  func deviation(_ got: [Double], _ expected: [Double]) -> Double {
    // A NaN compares as nothing; here it must be the worst of all.
    zip(got, expected).map { abs($0 - $1).isNaN ? .infinity : abs($0 - $1) / max(1, abs($1)) }.max() ?? .infinity
  }
}
