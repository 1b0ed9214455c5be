import Foundation
import GSL
import NetworkShape
import Simulation
import SparseNetworks

/// The truth and the data of one cell.
struct Experiment {
  let task: FitTask
  let cell: Cell
  /// The teacher, where it is a network.
  let networkTeacher: SparseNetworkTeacher?
  /// s_0, …, s_{L−1} of a network teacher.
  var teacherActiveNodes: [Int]? { networkTeacher?.activeNodes.dropLast().map(\.count) }
  let training: Dataset
  let points: EvaluationPoints

  init(_ task: FitTask, of cell: Cell) throws {
    self.task = task
    self.cell = cell
    let data = task.data
    let key = cell.dataStream(data)
    let teacher: any Teacher
    switch data.teacher {
    case .reference:
      // Its seed is the replicate, so that other programs can make the same rows.
      let regression = try ReferenceRegression(seed: UInt64(cell.replicate), noiseStandardDeviation: data.noise)
      training = regression.trainingData(rowCount: data.sampleSize).dataset
      points = regression.testPoints(count: task.measure.points)
      networkTeacher = regression.teacher
      return
    case .sparseNetwork(let network):
      let topology = try Topology(widths: network.widths)
      let drawn = try SparseNetworkTeacher(
        topology: topology,
        bounds: WeightBounds(
          hiddenActiveNodes: network.active, rowNorms: network.rowNorms, topology: topology),
        activation: network.activation, key: key.child("teacher"))
      (teacher, networkTeacher) = (drawn, drawn)
    case .friedman1(let inputs):
      (teacher, networkTeacher) = (try Friedman1(inputCount: inputs), nil)
    case .additive(let inputs):
      (teacher, networkTeacher) = (try AdditiveSmooth(inputCount: inputs), nil)
    case .formula(let formula):
      (teacher, networkTeacher) = (formula, nil)
    }
    let generator = try DataGenerator(
      teacher: teacher, design: data.design, noiseStandardDeviation: data.noise)
    training = try generator.sample(rowCount: data.sampleSize, key: key).dataset
    points = try generator.evaluationPoints(count: task.measure.points, key: key.child("points"))
  }

  /// The student, with its prior.
  func model() throws -> NetworkModel {
    let section = task.model
    let topology = try Topology(widths: [training.inputCount] + section.hidden + [1])
    let noise: Likelihood.Noise =
      switch section.noise {
      case .known: .known(standardDeviation: task.data.noise)
      case .standardDeviation(let value): .known(standardDeviation: value)
      case .learned: .learned(initialStandardDeviation: targetStandardDeviation)
      }
    return try NetworkModel(
      topology: topology, activation: section.activation, slab: section.slab,
      spike: section.spikePrior(topology, sampleSize: task.data.sampleSize) { try TheoryCurve.rate(task) },
      parametrisation: section.parametrisation, scaleFamily: section.scaleFamily,
      likelihood: .gaussian(noise: noise))
  }

  private var targetStandardDeviation: Double {
    guard case .real(let values, _) = training.targets else { return 1 }
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return max((square / Double(values.count)).squareRoot(), task.data.noise)
  }
}
