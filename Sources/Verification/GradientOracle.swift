import Foundation
import NetworkShape
import Priors
import SparseNetworks

/// The quantities of an oracle file `elbo_gradients`: one minibatch's loss, KL terms and gradients with all noise
/// given, by the training step itself in the number type `Scalar`.
package enum GradientOracle<Scalar: NetworkScalar> {
  package static func evaluate(inputs: JSONValue) throws -> JSONValue {
    let model = try model(inputs)
    let rows = try inputs.array("x").count
    let trainingRows = try inputs.integer("n")
    guard rows > 0, trainingRows > 0 else {
      throw JSONValueError.unexpected(key: "x, n", found: "\(rows) rows of \(trainingRows)", expected: "at least 1")
    }
    guard let relaxation = Relaxation(rawValue: try dashed("relaxation", of: inputs)),
      let estimator = GradientEstimator(rawValue: try dashed("estimator", of: inputs))
    else {
      throw JSONValueError.unexpected(
        key: "relaxation, estimator", found: "names that are not known",
        expected: "soft or straight_through; weight_sampling or local_reparameterisation")
    }
    let objective = MinibatchObjective<Scalar>(
      model: model, estimator: estimator, relaxation: relaxation, temperature: try inputs.number("temperature"),
      capacity: rows, trainingRows: trainingRows)
    let slices = OracleSlices(layout: objective.layout, model: model)
    var parameters = [Scalar](repeating: 0, count: objective.layout.count)
    try slices.forEach { slice in
      let numbers = try inputs.value("parameters").numbers(along: slice.path)
      guard numbers.count == slice.places.count else {
        throw JSONValueError.unexpected(
          key: slice.path.joined(separator: "."), found: "\(numbers.count) numbers", expected: "\(slice.places.count)")
      }
      for (index, number) in zip(slice.places, numbers) { parameters[index] = Scalar(number) }
    }
    try fill(objective, from: inputs, rows: rows)

    let stage: GateStage = .learned
    try objective.evaluate(&parameters, gates: stage)
    let (value, loss) = (objective.value, objective.loss)
    let biases = objective.layout.layers.indices.map { objective.slabDivergenceOfBiases(&parameters, layer: $0) }
    let gradient = slices.tree { Double(objective.gradient[$0]) }
    let outputs = (0..<rows).map { row in
      JSONValue.array((0..<model.topology.outputCount).map { .number(Double(objective.output(row: row, output: $0))) })
    }
    objective.divergenceWeight = 0
    try objective.evaluate(&parameters, gates: stage)
    return .object([
      "output": .array(outputs),
      "nll": .number(value.negativeLogLikelihood),
      "kl": divergences(value, biases: biases, slab: model.slab.kind),
      "kl_total": .number(value.divergence),
      "loss": .number(loss),
      "gradient": gradient,
      "gradient_nll": slices.tree { Double(objective.gradient[$0]) },
    ])
  }

  // MARK: - Reading

  private static func dashed(_ key: String, of inputs: JSONValue) throws -> String {
    try inputs.string(key).replacingOccurrences(of: "_", with: "-")
  }

  private static func model(_ inputs: JSONValue) throws -> NetworkModel {
    let deviation = try inputs.number("sigma0")
    let slab: SlabPrior
    switch try inputs.string("prior") {
    case "ig": slab = .gaussian(standardDeviation: deviation)
    case "gl":
      let rate = try inputs.value("rate")
      let kind = try rate.string("kind")
      let parameter: SlabPrior.RateParameter =
        kind == "fixed"
        ? .fixed(try rate.number("varsigma2"))
        : .hyperprior(shape: try rate.number("prior_shape"), rate: try rate.number("prior_rate"))
      slab = .groupLasso(standardDeviation: deviation, rateParameter: parameter)
    case "ghs":
      slab = .groupHorseshoe(
        standardDeviation: deviation, localScale: try inputs.number("local_scale"),
        globalScale: try inputs.number("global_scale"), cap: SlabPrior.Cap(try inputs.numberOrNull("c")))
    case let other: throw JSONValueError.unexpected(key: "prior", found: "'\(other)'", expected: "ig, gl or ghs")
    }
    guard let activation = Activation(rawValue: try inputs.string("activation")) else {
      throw JSONValueError.unexpected(key: "activation", found: "an unknown name", expected: "relu, tanh or silu")
    }
    let likelihood: Likelihood
    switch try inputs.string("likelihood") {
    case "categorical": likelihood = .categorical
    case "gaussian": likelihood = .gaussian(noise: .known(standardDeviation: try inputs.number("noise_sd")))
    case let other:
      throw JSONValueError.unexpected(key: "likelihood", found: "'\(other)'", expected: "gaussian or categorical")
    }
    let widths = try inputs.integers("widths")
    guard widths.allSatisfy({ (1...10_000).contains($0) }) else {
      throw JSONValueError.unexpected(key: "widths", found: "\(widths)", expected: "widths from 1 to 10000")
    }
    return try NetworkModel(
      topology: Topology(widths: widths), activation: activation, slab: slab,
      spike: inputs.bool("spike") ? .node(negativeLog: inputs.numbers("prior_inclusion").map { -log($0) }) : .none,
      likelihood: likelihood)
  }

  /// The minibatch and its noise. Every array is as long as the network says: the arena is not checked again.
  private static func fill(_ objective: MinibatchObjective<Scalar>, from inputs: JSONValue, rows: Int) throws {
    let model = objective.model
    objective.rows = rows
    let inputCount = model.topology.inputCount
    for (row, values) in try inputs.array("x").enumerated() {
      for (column, value) in try values.numbers(inputCount, of: "x.\(row)").enumerated() {
        objective.inputs[column * objective.lanes + row] = Scalar(value)
      }
    }
    if model.likelihood == .categorical {
      for (row, value) in try inputs.value("y").numbers(rows, of: "y").enumerated() {
        guard let label = Int32(exactly: value), (0..<model.topology.outputCount).contains(Int(label)) else {
          throw JSONValueError.unexpected(
            key: "y.\(row)", found: "\(value)", expected: "a class from 0 to \(model.topology.outputCount - 1)")
        }
        objective.classTargets[row] = label
      }
    } else {
      let outputs = model.topology.outputCount
      for (index, value) in try inputs.value("y").numbers(rows * outputs, of: "y").enumerated() {
        objective.realTargets[index % outputs * objective.lanes + index / outputs] = Scalar(value)
      }
    }
    let noise = try inputs.value("noise")
    let layers = try noise.array("layers")
    guard layers.count == objective.layout.layers.count else {
      throw JSONValueError.unexpected(
        key: "noise.layers", found: "\(layers.count) layers", expected: "\(objective.layout.layers.count)")
    }
    for (l, (layer, place)) in zip(layers, objective.layout.layers).enumerated() {
      func draws(_ key: String, _ count: Int) throws -> [Double] {
        try layer.value(key).numbers(count, of: "noise.layers.\(l).\(key)")
      }
      if let logits = place.inclusionLogits {
        let first = logits.lowerBound - objective.layout.inclusionLogits.lowerBound
        for (index, value) in try draws("indicator", place.nodeCount).enumerated() {
          objective.noise.uniforms[first + index] = Scalar(value)
        }
      }
      if !place.scales.isEmpty {
        for (node, value) in zip(place.nodes, try draws("scale", place.nodeCount)) {
          objective.noise.scales[node] = Scalar(value)
        }
      }
      switch objective.estimator {
      case .weightSampling:
        let values = try draws("bias", place.nodeCount) + draws("weight", place.weights.count - place.nodeCount)
        let places = OracleSlices.biases(place) + OracleSlices.weights(place)
        for (index, value) in zip(places, values) { objective.noise.weights[index] = Scalar(value) }
      case .localReparameterisation:
        for (index, value) in try draws("preactivation", rows * place.nodeCount).enumerated() {
          let (row, node) = index.quotientAndRemainder(dividingBy: place.nodeCount)
          objective.noise.preactivations[l][node * objective.noise.preactivationStride + row] = Scalar(value)
        }
      }
    }
    if noise.has("global") { objective.noise.scales[objective.layout.nodeCount] = Scalar(try noise.number("global")) }
  }

  // MARK: - Writing

  private static func divergences(_ value: ObjectiveValue, biases: [Double], slab: SlabKind) -> JSONValue {
    func scaleTerms(_ terms: some SIMD<Double>, single: String) -> [String: JSONValue] {
      switch slab {
      case .gaussian: [:]
      case .groupLasso: [single: .number(terms[0])]
      case .groupHorseshoe: ["scale_a": .number(terms[0]), "scale_b": .number(terms[1])]
      }
    }
    let layers = zip(value.layers, biases).map { layer, biases -> JSONValue in
      let terms: [String: JSONValue] = [
        "inclusion": .number(layer.inclusion), "slab_weights": .number(layer.slab - biases),
        "slab_biases": .number(biases),
      ]
      return .object(terms.merging(scaleTerms(layer.scale, single: "scale")) { first, _ in first })
    }
    return .object(["layers": .array(layers), "global": .object(scaleTerms(value.shared, single: "rate"))])
  }
}
