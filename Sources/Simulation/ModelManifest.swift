import NetworkShape
import Priors
import SparseNetworks

/// `model.json`: all of a fitted table model but its parameters, and what it came from.
public struct ModelManifest: Codable, Sendable, Equatable {
  public static let currentFormat = 2

  public let formatVersion: Int
  public let programVersion: String
  public let target: String
  /// The classes' names in the order of the network's outputs; none where the target is a number.
  public let labels: [String]?
  public let inputs: [String]
  public let network: Network
  public let recipe: TrainingRecipe
  /// As text: 64 bits do not survive every reader of JSON numbers.
  public let seed: String
  public let standardisation: Standardisation
  public let trainingRows: Int
  public let testRows: Int
  public let scores: TestScores
  public let evidenceBound: Double
  public let converged: Bool
  /// Of the file of parameters that belongs to this one.
  public let checksum: String

  public init(
    model: TableModel, recipe: TrainingRecipe, seed: UInt64, trainingRows: Int, testRows: Int, scores: TestScores,
    evidenceBound: Double, converged: Bool, programVersion: String
  ) {
    formatVersion = Self.currentFormat
    self.programVersion = programVersion
    target = model.targetName
    labels = model.labels
    inputs = model.inputNames
    network = Network(model.posterior.model)
    self.recipe = recipe
    self.seed = String(seed)
    standardisation = model.standardisation
    self.trainingRows = trainingRows
    self.testRows = testRows
    self.scores = scores
    self.evidenceBound = evidenceBound
    self.converged = converged
    checksum = Checkpoint(model.posterior).checksumText
  }

  /// `NetworkModel` as it is written; reading it back goes through the model's own checks.
  public struct Network: Codable, Sendable, Equatable {
    public let widths: [Int]
    public let activation: Activation
    public let slab: SlabPrior
    public let spike: SpikePrior
    public let parametrisation: Parametrisation
    public let scaleFamily: ScaleFamily
    public let likelihood: Likelihood

    init(_ model: NetworkModel) {
      widths = model.topology.widths
      activation = model.activation
      slab = model.slab
      spike = model.spike
      parametrisation = model.parametrisation
      scaleFamily = model.scaleFamily
      likelihood = model.likelihood
    }

    /// - Throws: `ShapeError` or `ModelError`.
    func model() throws -> NetworkModel {
      try NetworkModel(
        topology: Topology(widths: widths), activation: activation, slab: slab, spike: spike,
        parametrisation: parametrisation, scaleFamily: scaleFamily, likelihood: likelihood)
    }
  }
}
