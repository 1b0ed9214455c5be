import CKernels
import Foundation
import GSL
import NetworkShape
import Priors

/// The loss of one minibatch and its gradient, in four named pieces: noise (`StepNoise`, `prepare`), `forward`, `backward`,
/// `divergence`. The fifth piece of a step is `Optimiser`.
///
///     loss = −(1/m) Σ_rows log p(y | θ(ε)) + KL(q ‖ prior) / n
///
/// The gradient is written by hand into one arena with the parameters' own layout. `ReferenceObjective` computes the
/// same loss in plain loops; the tests hold one against the other. Matrices are node-major (`network_kernels.h`). Nodes
/// that are off in a draw are left out of it exactly (`LiveNodes`). Not `Sendable`: one instance a cell.
package final class MinibatchObjective<Scalar: NetworkScalar> {
  package typealias Vector = UnsafeMutablePointer<Scalar>
  package typealias Constant = UnsafePointer<Scalar>

  package let model: NetworkModel
  package let layout: ParameterLayout
  package let estimator: GradientEstimator
  package let relaxation: Relaxation
  /// The largest minibatch that fits.
  package let capacity: Int
  /// n, the number of rows that the likelihood of the whole bound has.
  package let trainingRows: Int

  /// What changes from step to step: behind a pointer, so that no step asks whether somebody else is at it.
  private struct Changing {
    var temperature: Double
    var divergenceWeight = 1.0
    var skipsNodesThatAreOff = true
    var rows, lanes: Int
    var negativeLogLikelihood = 0.0
    var shared = SIMD4(0.0, 0.0, 0.0, 0.0)
  }
  private let changing: UnsafeMutablePointer<Changing>

  /// Of the relaxed indicators.
  package var temperature: Double {
    get { changing.pointee.temperature }
    set { changing.pointee.temperature = newValue }
  }
  /// What multiplies the KL in loss and gradient; 1 is the evidence bound.
  package var divergenceWeight: Double {
    get { changing.pointee.divergenceWeight }
    set { changing.pointee.divergenceWeight = newValue }
  }
  /// Whether nodes that are off are left out. Who reads `weights` needs them all.
  package var skipsNodesThatAreOff: Bool {
    get { changing.pointee.skipsNodesThatAreOff }
    set { changing.pointee.skipsNodesThatAreOff = newValue }
  }
  /// Rows of the minibatch at hand; to be set before `inputs` and targets are written.
  package var rows: Int {
    get { changing.pointee.rows }
    set {
      precondition(newValue > 0 && newValue <= capacity, "a minibatch of \(newValue) rows in room for \(capacity)")
      changing.pointee.rows = newValue
      if newValue.wholeLanes != lanes { layOut() }
    }
  }
  /// What lies between two nodes' values: the rows, made whole vectors.
  package var lanes: Int { changing.pointee.lanes }

  /// ∂loss/∂parameter after `evaluate`.
  package let gradient: Vector
  /// x, input by input: input i of row r at i · `lanes` + r; the caller writes it.
  package var inputs: Vector { work[0].inputs + lanes }
  /// y likewise, for a Gaussian likelihood; the caller writes it.
  package let realTargets: Vector
  /// One class a row, for a categorical or Bernoulli likelihood; the caller writes it.
  package let classTargets: UnsafeMutablePointer<Int32>
  /// The draws that the next `prepare` and `forward` use.
  package let noise: StepNoise<Scalar>

  let kernels: UnsafePointer<slab_kernels>
  let memory = ScratchMemory<Scalar>()
  // Per weight: s = softplus(rho), its slope, the sampled weights (with local reparameterisation z m, where edges have the
  // spike), s² for local reparameterisation.
  let deviation, deviationSlope, weights, squaredDeviation: Vector
  // Of a layer in which nodes are left out: weights (or their means) and s² as `LiveNodes` orders the nodes, and the
  // likelihood's gradient of both.
  let packedWeights, packedSquares, packedGradient, packedVarianceGradient: Vector
  /// Of some nodes' weights (`prepareBlock`).
  let blockNoise, blockWeights, blockDeviation, blockSlope: Vector
  /// Each layer, as the hot loops see it.
  let work: UnsafeMutablePointer<LayerWork<Scalar>>
  let layerCount: Int
  /// ∂loss/∂f, and what the variances of the layer at hand add to that of the hidden values below.
  let outputDelta, varianceDelta: Vector
  // Per node of the network.
  let indicator, indicatorSlope, inclusion, gate, gateGradient, divergenceFactor, precision, ones: Vector
  // ½ precision Σ(m² + s²) − Σ log s of each node's weights and, of a centred slab, Σ m² + s².
  let columnCosts, columnSquares: Vector
  // Per weight of the hidden layers, where edges have the spike; squares and log s each.
  let edgeIndicator, edgeSlope, edgeInclusion, edgeFactor, edgePrecision, edgeSquares, edgeLogs: Vector
  /// Gates of a layer in the order of `nodes`, and its gate gradient.
  let orderedGate, orderedGateGradient, biasGradient: Vector
  /// Of inputs, hidden layers and outputs.
  let nodes: UnsafeMutablePointer<LiveNodes>
  /// As `LiveNodes.place` of nodes that are off.
  let noRows: UnsafeMutablePointer<Int32>
  let scales: NodeScales<Scalar>
  /// The KL of each layer.
  let layerDivergences: UnsafeMutablePointer<ObjectiveValue.LayerDivergence>
  let slabPrecision, logSlabDeviation: Double
  /// Of nodes that have indicators: whether ψ(0) = 0; and ψ'(0).
  let offNodesHandOnNothing: Bool
  let offSlope: Double
  let activationCode: Int32
  // Of the model, so that a step asks no enumeration with an array in it.
  let hasEdges, isCentred: Bool
  /// −log λ and −log(1 − λ) of each hidden layer; or the parameters of the Beta that λ follows.
  let inclusionCosts: UnsafeMutablePointer<SIMD2<Double>>
  let inclusionBeta: SIMD2<Double>?
  /// The numbers of the minibatch's rows in the data.
  let rowNumbers: UnsafeMutableBufferPointer<Int32>

  package init(
    model: NetworkModel, estimator: GradientEstimator, relaxation: Relaxation, temperature: Double, capacity: Int,
    trainingRows: Int, level: CPULevel = .current
  ) {
    _ = BLAS.useOneThread
    self.model = model
    let layout = ParameterLayout(model)
    self.layout = layout
    self.estimator = estimator
    self.relaxation = relaxation
    self.capacity = capacity
    self.trainingRows = trainingRows
    kernels = Scalar.kernels(level)
    let memory = memory
    func take(_ count: Int) -> Vector { memory.take(count) }
    let local = estimator == .localReparameterisation
    let ofEdges = model.spike.isOfEdges
    let widths = model.topology.widths
    let (widest, room) = (widths.max() ?? 1, capacity.wholeLanes)
    gradient = take(layout.count)
    realTargets = take(room * model.topology.outputCount)
    classTargets = memory.take(room, of: Int32.self, repeating: 0)
    deviation = take(layout.weightCount)
    deviationSlope = take(layout.weightCount)
    weights = take(layout.weightCount)
    squaredDeviation = take(local ? layout.weightCount : 0)
    // The kernels read and write up to a vector behind the end.
    let packedCount = ofEdges ? 0 : layout.weightCount + Int(SLAB_LANE_MULTIPLE)
    (packedWeights, packedGradient) = (take(packedCount), take(packedCount))
    (packedSquares, packedVarianceGradient) = (take(local ? packedCount : 0), take(local ? packedCount : 0))
    let largestBlock = packedCount == 0 ? 0 : max(Self.blockSize, (widths.max() ?? 0) + 1)
    (blockNoise, blockWeights) = (take(largestBlock), take(largestBlock))
    (blockDeviation, blockSlope) = (take(largestBlock), take(largestBlock))
    layerCount = layout.layers.count
    work = .allocate(capacity: layerCount)
    let hidden = widths.map { take(room * ($0 + 1)) }
    let deltas = [take(local ? room * widest : 0), take(local ? room * widest : 0)]
    for (l, layer) in layout.layers.enumerated() {
      let perNode = room * layer.nodeCount
      (work + l).initialize(
        to: LayerWork(
          groupSize: layer.groupSize, nodeCount: layer.nodeCount, firstNode: layer.firstNode,
          start: layer.weights.lowerBound, weightCount: layer.weights.count,
          firstLogit: layer.inclusionLogits?.lowerBound, isOfEdges: ofEdges && layer.inclusionLogits != nil,
          isOutput: l == model.topology.hiddenLayerCount, inputs: hidden[l],
          squaredInputs: take(local ? room * layer.groupSize : 0),
          inputDelta: deltas[l % 2], outputs: hidden[l + 1],
          preactivation: take(perNode), variance: take(local ? perNode : 0), slope: take(perNode)))
    }
    outputDelta = take(room * model.topology.outputCount)
    varianceDelta = take(local ? room * widest : 0)
    func perNode(_ value: Scalar) -> Vector { memory.take(layout.nodeCount, of: Scalar.self, repeating: value) }
    (indicator, indicatorSlope, inclusion, gate) = (perNode(1), perNode(0), perNode(1), perNode(1))
    (gateGradient, divergenceFactor, ones) = (perNode(0), perNode(0), perNode(1))
    (columnCosts, columnSquares) = (perNode(0), perNode(0))
    let edges = ofEdges ? layout.inclusionLogits.count : 0
    (edgeIndicator, edgeSlope, edgeInclusion) = (take(edges), take(edges), take(edges))
    (edgeFactor, edgePrecision, edgeSquares, edgeLogs) = (take(edges), take(edges), take(edges), take(edges))
    (orderedGate, orderedGateGradient, biasGradient) = (take(widest), take(widest), take(widest))
    noRows = memory.take(widest, of: Int32.self, repeating: -1)
    nodes = .allocate(capacity: widths.count)
    for (place, width) in widths.enumerated() {
      (nodes + place).initialize(to: LiveNodes(count: width, memory: memory))
    }
    slabPrecision = 1 / (model.slab.standardDeviation * model.slab.standardDeviation)
    precision = perNode(Scalar(slabPrecision))  // of a centred slab the scales' expectations change it
    logSlabDeviation = log(model.slab.standardDeviation)
    activationCode = model.activation.code
    (hasEdges, isCentred) = (ofEdges, model.isCentred)
    inclusionCosts = memory.take(layout.layers.count, of: SIMD2<Double>.self, repeating: .zero)
    if case .beta(let a, let b)? = model.spike.inclusion { inclusionBeta = SIMD2(a, b) } else { inclusionBeta = nil }
    if case .fixed(let negativeLog)? = model.spike.inclusion {
      for (l, cost) in negativeLog.enumerated() { inclusionCosts[l] = SIMD2(cost, -log1mExp(cost)) }
    }
    offNodesHandOnNothing = !ofEdges && model.activation.value(at: 0) == 0
    offSlope = model.activation.derivative(at: 0)
    rowNumbers = UnsafeMutableBufferPointer(
      start: memory.take(capacity, of: Int32.self, repeating: 0), count: capacity)
    noise = StepNoise(model: model, layout: layout, estimator: estimator, capacity: capacity, kernels: kernels)
    scales = NodeScales(model: model, layout: layout, kernels: kernels)
    layerDivergences = memory.take(
      layout.layers.count, of: ObjectiveValue.LayerDivergence.self, repeating: .init())
    changing = memory.take(
      1, of: Changing.self, repeating: Changing(temperature: temperature, rows: capacity, lanes: 0))
    layOut()
  }

  deinit {
    nodes.deallocate()
    work.deallocate()
  }

  /// Nodes move when the rows between them change: the one that is always 1 has to be written again.
  private func layOut() {
    changing.pointee.lanes = rows.wholeLanes
    for l in 0..<layerCount {
      work[l].inputs.update(repeating: 1, count: lanes)
      work[l].outputs.update(repeating: 1, count: lanes)
    }
  }

  /// Takes the listed rows of a table, rows × inputs, for the minibatch.
  func takeInputs(_ table: [Scalar], rows list: UnsafePointer<Int32>) {
    table.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      kernels.pointee.gather(rows, list, model.topology.inputCount, base, lanes, inputs)
    }
  }

  /// The loss's parts and, in `gradient`, its derivatives, at `parameters` (in this layout) on the `rows` rows of `inputs`
  /// and of the targets, with the draws in `noise`.
  ///
  /// - Parameter move: follows the weights' gradient at once; `gradient` then holds that of the other parameters alone.
  /// - Throws: `GSLError` when a parameter has left its domain (training diverged).
  package func evaluate(_ parameters: Constant, gates: GateStage, move: slab_adam? = nil) throws(GSLError) {
    try prepare(parameters, gates: gates, move: move)
    try evaluatePrepared(parameters, gates: gates, move: move)
  }

  /// The same, with the weights of the last `prepare`, which must have had the same `move`: with one it has left weights of
  /// nodes that are off to nobody else.
  func evaluatePrepared(_ parameters: Constant, gates: GateStage, move: slab_adam? = nil) throws(GSLError) {
    forward(parameters)
    changing.pointee.negativeLogLikelihood = likelihood(parameters)
    backward(parameters, gates: gates)
    try divergence(parameters, gates: gates, move: move)
  }

  /// The mean negative log-likelihood of the minibatch under the weights of the last `prepare`.
  package func negativeLogLikelihood(_ parameters: Constant) -> Double {
    forward(parameters)
    return likelihood(parameters)
  }

  package var loss: Double { meanNegativeLogLikelihood + divergenceParts.sum() * perRow }

  /// −log p(y | θ(ε)), a row's mean, in the last evaluation.
  package var meanNegativeLogLikelihood: Double { changing.pointee.negativeLogLikelihood }

  /// The parts of the last evaluation.
  package var value: ObjectiveValue {
    var value = ObjectiveValue(layerCount: layerCount)
    value.negativeLogLikelihood = changing.pointee.negativeLogLikelihood
    for l in 0..<layerCount { value.layers[l] = layerDivergences[l] }
    value.shared = sharedDivergence
    return value
  }

  /// The KL of indicators, of slab weights, of nodes' scales and of the scales that nodes share.
  var divergenceParts: SIMD4<Double> {
    var parts = SIMD4(0, 0, 0, sharedDivergence.sum())
    for l in 0..<layerCount {
      let layer = layerDivergences[l]
      parts += SIMD4(layer.inclusion, layer.slab, layer.scale.sum(), 0)
    }
    return parts
  }

  /// The KL of the scales that the network shares.
  var sharedDivergence: SIMD4<Double> {
    get { changing.pointee.shared }
    set { changing.pointee.shared = newValue }
  }

  var perRow: Double { divergenceWeight / Double(trainingRows) }

  /// Σ γ of each hidden layer: of its nodes, or of its weights where edges have the spike.
  package var effectiveNodes: [Double] {
    layout.layers.prefix(model.topology.hiddenLayerCount).map { layer in
      let (first, range) = hasEdges ? (edgeInclusion, layer.weights) : (inclusion, layer.nodes)
      return range.reduce(0) { $0 + Double(first[$1]) }
    }
  }

  /// What multiplies a layer's inputs (their means with local reparameterisation), and how far its rows are apart.
  func productWeights(_ parameters: Constant, layer l: Int) -> (weights: Constant, stride: Int) {
    let layer = work[l]
    let start = layer.start
    guard nodes[l].isWhole && nodes[l + 1].isWhole else { return (Constant(packedWeights) + start, 1 + nodes[l].needed) }
    let areMeans = estimator == .localReparameterisation && !layer.isOfEdges
    return ((areMeans ? parameters : Constant(weights)) + start, layer.groupSize)
  }

  /// The squared deviations that multiply a layer's squared inputs, laid out as `productWeights`.
  func productSquares(layer l: Int) -> Constant {
    let isWhole = nodes[l].isWhole && nodes[l + 1].isWhole
    return Constant(isWhole ? squaredDeviation : packedSquares) + work[l].start
  }

  /// C (m × lanes) = A B: by the small kernels, or by BLAS where they are slower.
  func multiply(
    m: Int, k: Int, _ a: Constant, stride: Int, isTransposed: Bool, _ b: Constant, into c: Vector
  ) {
    // Few lanes of B stay in the second-level cache while all of A passes by.
    if k == 0 || m * k * lanes <= (lanes <= 256 ? Self.largestNarrowProduct : Self.largestSmallProduct) {
      kernels.pointee.multiply(
        m, lanes, k, a, isTransposed ? 1 : stride, isTransposed ? stride : 1, b, lanes, c, lanes)
    } else {
      Scalar.blas(
        m: m, n: lanes, k: k, a, stride, aIsTransposed: isTransposed, b, lanes, bIsTransposed: false, into: c, lanes)
    }
  }

  /// C (m × n) = A Bᵀ over the rows of the minibatch.
  func multiplyTransposed(m: Int, n: Int, _ a: Constant, _ b: Constant, into c: Vector, stride: Int) {
    if m * n * lanes <= Self.largestSmallProduct {
      kernels.pointee.multiply_transposed(m, n, lanes, a, lanes, b, lanes, c, stride)
    } else {
      Scalar.blas(
        m: m, n: n, k: lanes, a, lanes, aIsTransposed: false, b, lanes, bIsTransposed: true, into: c, stride)
    }
  }

  /// Multiplications up to which BLAS is the slower one (measured: docs/performance.md).
  private static var largestSmallProduct: Int { 1 << 18 }
  private static var largestNarrowProduct: Int { 1 << 26 }
}
