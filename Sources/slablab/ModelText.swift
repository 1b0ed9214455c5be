import Foundation
import Publishing
import SparseNetworks

/// `slablab train --explain`: the model as a table.
enum ModelText {
  static func text(_ explanation: ModelExplanation) -> String {
    var table = TextTable(
      [
        "layer", "inputs", "nodes", "weights", "scale", "inclusion", "parameters", "KL inclusion", "KL weights",
        "KL scales",
      ],
      leftAligned: [0, 3, 4, 5])
    for layer in explanation.layers {
      let kl = layer.divergence
      table.add([
        layer.name, "\(layer.inputs)", "\(layer.nodes)", layer.weights, layer.scale.isEmpty ? "–" : layer.scale,
        layer.inclusion.isEmpty ? "–" : layer.inclusion, "\(layer.parameterCount)", number(kl.inclusion),
        number(kl.slab), number(kl.scale[0] + kl.scale[1]),
      ])
    }
    var lines = [table.text(indentation: "")]
    for one in explanation.shared { lines.append("shared: \(one.scale), KL \(number(one.divergence))") }
    lines.append("likelihood: \(explanation.likelihood)")
    lines.append("q: \(explanation.approximation)")
    if explanation.hasPoints {
      lines.append("points are charged minus the prior's log density of log τ², which stands in the place of their KL")
    }
    lines.append(
      "in all \(explanation.parameterCount) parameters, KL \(number(explanation.divergence)) nats at the start of training"
    )
    return lines.joined(separator: "\n")
  }

  static func json(_ explanation: ModelExplanation) -> JSONText {
    .object([
      "layers": .array(
        explanation.layers.map { layer in
          .object([
            "layer": .string(layer.name), "inputs": .integer(layer.inputs), "nodes": .integer(layer.nodes),
            "weights": .string(layer.weights), "scale": .string(layer.scale), "inclusion": .string(layer.inclusion),
            "parameters": .integer(layer.parameterCount), "kl": kl(layer),
          ])
        }),
      "shared": .array(
        explanation.shared.map { .object(["scale": .string($0.scale), "kl": .number($0.divergence)]) }),
      "likelihood": .string(explanation.likelihood), "approximation": .string(explanation.approximation),
      "parameters": .integer(explanation.parameterCount), "kl": .number(explanation.divergence),
    ])
  }

  private static func kl(_ layer: ModelExplanation.Layer) -> JSONText {
    let divergence = layer.divergence
    return .object([
      "inclusion": .number(divergence.inclusion),
      "weights": .number(divergence.slab - layer.biasDivergence), "biases": .number(layer.biasDivergence),
      "scales": .number(divergence.scale[0] + divergence.scale[1]),
    ])
  }

  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
