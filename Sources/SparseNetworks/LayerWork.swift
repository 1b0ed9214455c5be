/// One layer as the hot loops see it: numbers and pointers only, so that a step counts no references.
struct LayerWork<Scalar: NetworkScalar> {
  typealias Vector = UnsafeMutablePointer<Scalar>

  /// As in `ParameterLayout.Layer`: the size of a node's group, the nodes and the first one's number in the network, the
  /// first of the layer's weights and how many they are.
  let groupSize, nodeCount, firstNode, start, weightCount: Int
  /// The first of the layer's inclusion logits; nil without.
  let firstLogit: Int?
  /// Whether it is the layer's weights that have indicators.
  let isOfEdges: Bool
  let isOutput: Bool
  // Per node, one number per minibatch row; inputs and outputs begin with a node that is always 1. ∂loss/∂h of the inputs takes
  // their place, or with local reparameterisation, which needs them after it, that of `inputDelta`.
  let inputs, squaredInputs, inputDelta, outputs, preactivation, variance, slope: Vector
}
