import Foundation
import GSL
import NetworkShape
import Simulation
import SparseNetworks

/// The truth and the data of one cell.
struct Experiment {
  let cell: Cell
  /// s_0, …, s_{L−1} of a sparse-network teacher.
  let teacherActiveNodes: [Int]?
  let training: Dataset
  let points: EvaluationPoints

  init(_ cell: Cell) throws {
    self.cell = cell
    let key = cell.dataStream
    let teacher: any Teacher
    switch cell.data.teacher {
    case .reference:
      // Its seed is the replicate, so that other programs can make the same rows.
      let regression = try ReferenceRegression(seed: UInt64(cell.replicate), noiseStandardDeviation: cell.data.noise)
      training = regression.trainingData(rowCount: cell.sampleSize).dataset
      points = regression.testPoints(count: cell.measure.points)
      teacherActiveNodes = [ReferenceRegression.hiddenNodeCount]
      return
    case .sparseNetwork(let network):
      let topology = try Topology(widths: network.widths)
      teacher = try SparseNetworkTeacher(
        topology: topology,
        bounds: WeightBounds(
          hiddenActiveNodes: network.active, rowNorms: network.rowNorms, topology: topology),
        activation: network.activation, key: key.child("teacher"))
      teacherActiveNodes = network.active
    case .friedman1(let inputs):
      teacher = try Friedman1(inputCount: inputs)
      teacherActiveNodes = nil
    case .additive(let inputs):
      teacher = try AdditiveSmooth(inputCount: inputs)
      teacherActiveNodes = nil
    }
    let generator = try DataGenerator(
      teacher: teacher, design: cell.data.design, noiseStandardDeviation: cell.data.noise)
    training = try generator.sample(rowCount: cell.sampleSize, key: key).dataset
    points = try generator.evaluationPoints(count: cell.measure.points, key: key.child("points"))
  }

  /// The student, with its prior.
  func model() throws -> NetworkModel {
    let section = cell.model
    let topology = try Topology(widths: [training.inputCount] + section.hidden + [1])
    let noise: Likelihood.Noise =
      switch section.noise {
      case .known: .known(standardDeviation: cell.data.noise)
      case .learned: .learned(initialStandardDeviation: targetStandardDeviation)
      }
    return try NetworkModel(
      topology: topology, activation: section.activation, slab: section.slab,
      negativeLogInclusion: section.spike ? try negativeLogInclusion(topology) : nil,
      likelihood: .gaussian(noise: noise))
  }

  /// −log λ_l for each hidden layer.
  private func negativeLogInclusion(_ topology: Topology) throws -> [Double] {
    switch cell.model.inclusion {
    case .probability(let probability): return cell.model.hidden.map { _ in -log(probability) }
    case .logarithm(let logarithm): return cell.model.hidden.map { _ in -logarithm }
    case .theorem:
      let rate = try TheoryCurve.rate(cell.model, cell.data, inclusionConstant: cell.inclusionConstant ?? 1)
      return try rate.bound(at: Double(cell.sampleSize)).layers.dropLast().map { layer in
        guard let value = layer.negativeLogInclusion, value > 0 else {
          throw TheoryCurve.Unavailable(reason: "the theorem's λ_l is void at n = \(cell.sampleSize)")
        }
        return value
      }
    }
  }

  private var targetStandardDeviation: Double {
    guard case .real(let values, _) = training.targets else { return 1 }
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return max((square / Double(values.count)).squareRoot(), cell.data.noise)
  }
}
