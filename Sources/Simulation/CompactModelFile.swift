import Foundation
import SparseNetworks

/// `compact.safetensors`: a table model's compact network with all that a program needs to run it on raw inputs.
///
/// Tensors `layers.0.weight` (outputs × inputs), `layers.0.bias`, `layers.1.weight`, … as PyTorch's `Linear` has them;
/// a layer may have no nodes. Each entry of the metadata is JSON in a text:
///
/// | entry | what |
/// |---|---|
/// | `activation` | of the hidden layers, by the name that a user types: `"relu"`, `"leaky-relu"`, … |
/// | `likelihood` | `"gaussian"`; `"categorical"`, whose outputs are the scores before the softmax; `"bernoulli"`, with one output, the logit of the second class |
/// | `input_names` | the columns, in the order of the inputs |
/// | `input_means`, `input_factors` | the first layer takes (x − mean) · factor; the factor of a constant column is 0 |
/// | `target_name` | the column that is foretold |
/// | `target_mean`, `target_factor` | Gaussian: the target is mean + factor · output |
/// | `labels` | the classes, in the order of the outputs |
struct CompactModelFile {
  let bytes: [UInt8]

  /// - Throws: `FitError` when a parameter is outside of its domain.
  init(_ model: TableModel) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    func json(_ value: some Encodable) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
    let scale = model.standardisation
    let network = try model.compactNetwork().network
    var metadata = [
      "activation": try json(network.activation.rawValue), "input_names": try json(model.inputNames),
      "input_means": try json(scale.inputMeans),
      // JSON has no infinity, which 1/s is for s below 10⁻³⁰⁸.
      "input_factors": try json(scale.inputDeviations.map { $0 > 0 ? min(1 / $0, .greatestFiniteMagnitude) : 0 }),
      "target_name": try json(model.targetName),
    ]
    switch network.likelihood {
    case .gaussian:
      metadata["likelihood"] = try json("gaussian")
      metadata["target_mean"] = try json(scale.originalTarget(0))
      metadata["target_factor"] = try json(scale.targetScale())
    case .categorical, .bernoulli:
      metadata["likelihood"] = try json(network.likelihood == .bernoulli ? "bernoulli" : "categorical")
      metadata["labels"] = try json(model.labels ?? [])
    }
    let tensors = network.layers.enumerated().flatMap { l, layer in
      [
        SafetensorsFile.Tensor(
          name: "layers.\(l).weight", shape: [layer.outputCount, layer.inputCount], values: layer.weights),
        SafetensorsFile.Tensor(name: "layers.\(l).bias", shape: [layer.outputCount], values: layer.biases),
      ]
    }
    bytes = try SafetensorsFile(metadata: metadata, tensors: tensors).bytes
  }
}
