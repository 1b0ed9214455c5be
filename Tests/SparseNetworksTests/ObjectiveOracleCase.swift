import Foundation
import NetworkShape
import Priors
import SparseNetworks

/// A case of Tests/Fixtures/oracle/elbo_gradients.json: a model, parameters, noise, data and what should come out.
struct ObjectiveOracleCase: Decodable, CustomStringConvertible {
  let name: String
  let inputs: Inputs
  let expected: Expected
  let rtol, atol: Double

  var description: String { name }

  static let all: [ObjectiveOracleCase] = {
    struct File: Decodable { let cases: [ObjectiveOracleCase] }
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let file = folder.appending(path: "Fixtures/oracle/elbo_gradients.json")
    // An unreadable fixture gives no cases, which a test counts.
    return (try? decoder.decode(File.self, from: Data(contentsOf: file)))?.cases ?? []
  }()

  struct Inputs: Decodable {
    let prior, likelihood, activation, relaxation, estimator: String
    let spike: Bool
    let widths: [Int]
    let n: Int
    let temperature, sigma0: Double
    let noiseSd, c, localScale, globalScale: Double?
    let priorInclusion: [Double]?
    let rate: Rate?
    let parameters: Parameters
    let noise: Noise
    let x: [[Double]]
    let y: Targets
  }

  struct Rate: Decodable {
    let kind: String
    let varsigma2, priorShape, priorRate: Double?
  }

  struct Parameters: Decodable {
    struct Layer: Decodable {
      let weightMean, weightRho: [[Double]]
      let biasMean, biasRho: [Double]
      let inclusionLogit, scaleMean, scaleRho, scaleAMean, scaleARho, scaleBMean, scaleBRho: [Double]?
    }
    struct Global: Decodable {
      let rateMean, rateRho, globalAMean, globalARho, globalBMean, globalBRho: Double?
    }
    let layers: [Layer]
    let global: Global
  }

  struct Noise: Decodable {
    struct Layer: Decodable {
      let indicator, bias, scale: [Double]?
      let weight, preactivation: [[Double]]?
    }
    let layers: [Layer]
    let global: Double?
  }

  enum Targets: Decodable {
    case real([[Double]])
    case classes([Int])
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let classes = try? container.decode([Int].self) {
        self = .classes(classes)
      } else {
        self = .real(try container.decode([[Double]].self))
      }
    }
  }

  struct Expected: Decodable {
    struct KL: Decodable {
      let layers: [[String: Double]]
      let global: [String: Double]
    }
    let output: [[Double]]
    let nll, klTotal, loss: Double
    let kl: KL
    let gradient, gradientNll: Parameters
  }
}

extension ReferenceObjective {
  /// The model of an oracle case.
  init(_ inputs: ObjectiveOracleCase.Inputs) throws {
    let slab: SlabPrior =
      switch (inputs.prior, inputs.rate?.kind) {
      case ("ig", _): .gaussian(standardDeviation: inputs.sigma0)
      case ("gl", "fixed"):
        .groupLasso(standardDeviation: inputs.sigma0, rateParameter: .fixed(inputs.rate?.varsigma2 ?? .nan))
      case ("gl", "log_normal"):
        .groupLasso(
          standardDeviation: inputs.sigma0,
          rateParameter: .hyperprior(shape: inputs.rate?.priorShape ?? .nan, rate: inputs.rate?.priorRate ?? .nan))
      case ("ghs", _):
        .groupHorseshoe(
          standardDeviation: inputs.sigma0, localScale: inputs.localScale ?? .nan,
          globalScale: inputs.globalScale ?? .nan, cap: inputs.c)
      default: throw ShapeError(name: "prior", value: inputs.prior, needs: "ig, gl or ghs")
      }
    try self.init(
      topology: Topology(widths: inputs.widths), activation: Activation(name: inputs.activation), slab: slab,
      negativeLogInclusion: inputs.spike ? inputs.priorInclusion?.map { -log($0) } : nil,
      likelihood: inputs.likelihood == "categorical"
        ? .categorical : .gaussian(noise: .known(standardDeviation: inputs.noiseSd ?? .nan)),
      relaxation: inputs.relaxation == "soft" ? .soft : .straightThrough,
      estimator: inputs.estimator == "weight_sampling" ? .weightSampling : .localReparameterisation,
      temperature: inputs.temperature, trainingRowCount: inputs.n)
  }

  func evaluate(_ inputs: ObjectiveOracleCase.Inputs) throws -> Evaluation {
    let targets: Targets =
      switch inputs.y {
      case .real(let values): .real(values)
      case .classes(let classes): .classes(classes)
      }
    return try evaluate(
      Parameters(inputs.parameters), noise: Noise(inputs.noise), inputs: inputs.x, targets: targets)
  }
}

extension ReferenceObjective.Parameters {
  init(_ oracle: ObjectiveOracleCase.Parameters) {
    self.init(
      layers: oracle.layers.map {
        Layer(
          weightMean: $0.weightMean, weightRho: $0.weightRho, biasMean: $0.biasMean, biasRho: $0.biasRho,
          inclusionLogit: $0.inclusionLogit ?? [], scaleMean: $0.scaleMean ?? [], scaleRho: $0.scaleRho ?? [],
          scaleAMean: $0.scaleAMean ?? [], scaleARho: $0.scaleARho ?? [], scaleBMean: $0.scaleBMean ?? [],
          scaleBRho: $0.scaleBRho ?? [])
      })
    global.rateMean = oracle.global.rateMean ?? 0
    global.rateRho = oracle.global.rateRho ?? 0
    global.globalAMean = oracle.global.globalAMean ?? 0
    global.globalARho = oracle.global.globalARho ?? 0
    global.globalBMean = oracle.global.globalBMean ?? 0
    global.globalBRho = oracle.global.globalBRho ?? 0
  }

  /// Each array with its name, as `layers[0].weightMean`; globals are arrays of one.
  var named: [String: [Double]] {
    var arrays: [String: [Double]] = [:]
    for (index, layer) in layers.enumerated() {
      for child in Mirror(reflecting: layer).children {
        guard let label = child.label else { continue }
        arrays["layers[\(index)].\(label)"] =
          (child.value as? [[Double]])?.flatMap { $0 } ?? (child.value as? [Double])
      }
    }
    for child in Mirror(reflecting: global).children {
      guard let label = child.label, let value = child.value as? Double else { continue }
      arrays["global.\(label)"] = [value]
    }
    return arrays
  }
}

extension ReferenceObjective.Noise {
  init(_ oracle: ObjectiveOracleCase.Noise) {
    self.init(
      layers: oracle.layers.map {
        Layer(
          indicator: $0.indicator ?? [], weight: $0.weight ?? [], bias: $0.bias ?? [],
          preactivation: $0.preactivation ?? [], scale: $0.scale ?? [])
      }, global: oracle.global ?? 0)
  }
}
