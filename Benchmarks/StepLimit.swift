import Priors
import SparseNetworks

/// What one step cannot do without: the products' operations, the normals it draws and the bytes it moves; and from the
/// machine's measured peaks the time that these alone would take.
struct StepLimit {
  /// Floating-point operations of the matrix products: forward, gradient of the weights and, above the first layer,
  /// of the inputs; local reparameterisation has all of them twice, for means and variances.
  let productOperations: Double
  let normals: Double
  /// Moved between memory and processor where not everything stays in the second-level cache.
  let bytes: Double
  /// Of everything a step touches.
  let workingSet: Double

  /// - Parameters:
  ///   - liveShare: of each hidden layer's nodes.
  ///   - offNodesAreWeighed: whether nodes that are off need their pre-activations, for the gradient of their indicators.
  init(_ step: StepCase, liveShare: Double = 1, offNodesAreWeighed: Bool = false) {
    let (widths, rows) = (step.network.widths.map(Double.init), Double(step.network.batch))
    let isLocal = step.estimator == .localReparameterisation
    let (inputs, outputs) = (widths.dropLast(), widths.dropFirst())
    // What is on of each layer, and what has pre-activations.
    let live = widths.indices.map { [0, widths.count - 1].contains($0) ? widths[$0] : liveShare * widths[$0] }
    let weighed = offNodesAreWeighed ? widths : live
    var operations = 0.0
    var drawn = 0.0
    for layer in inputs.indices {
      let input = live[layer] + 1
      // Forward, the gradient of the weights and, above the first layer, that of the inputs.
      operations += 2 * rows * input * (weighed[layer + 1] + live[layer + 1])
      if layer > 0 { operations += 2 * rows * weighed[layer] * live[layer + 1] }
      drawn += input * weighed[layer + 1]
    }
    productOperations = isLocal ? 2 * operations : operations

    let weights = zip(inputs, outputs).map { ($0 + 1) * $1 }.reduce(0, +)
    let nodes = outputs.reduce(0, +)
    let scales: Double =
      switch step.slab {
      case .gaussian: 0
      case .groupLasso: nodes
      case .groupHorseshoe: nodes + 1
      }
    normals = (isLocal ? rows * weighed.dropFirst().reduce(0, +) : drawn) + scales

    // Per weight: mean, deviation and Adam's two moments of each are read and written; what the products read (a drawn
    // weight, or a variance beside the mean) is written once and read twice, its gradient written and read.
    let (perWeight, perProduct) = (Float.bytes * 12, Float.bytes * (isLocal ? 3 + 2 + 2 * 2 : 3 + 2))
    // Per row: each layer's inputs are written and read twice; so is what comes back to it, but for the data.
    let perRow = Float.bytes * (3 * live.dropLast().reduce(0, +) + 3 * weighed.dropFirst().reduce(0, +))
    bytes = perWeight * weights + perProduct * drawn + perRow * rows
    workingSet = Float.bytes * ((isLocal ? 9 : 8) * weights + rows * (inputs.reduce(0, +) + nodes))
  }

  /// Microseconds at the machine's peaks: products at the best rate of `sgemm`, the cheapest normals, and, where the
  /// working set exceeds the second-level cache, its bytes at the bandwidth of where they fit.
  func microseconds(at peaks: MachinePeaks) -> Double {
    let products = productOperations / (peaks.sgemmGflops * 1e3)
    let noise = normals * peaks.normalNanoseconds / 1e3
    guard workingSet > peaks.secondLevelBytes else { return products + noise }
    let bandwidth = workingSet > peaks.thirdLevelBytes ? peaks.memoryGigabytesPerSecond : peaks.cacheGigabytesPerSecond
    return products + noise + bytes / (bandwidth * 1e3)
  }
}

extension Float {
  /// As a number that byte counts can be multiplied by.
  fileprivate static let bytes = Double(MemoryLayout<Float>.size)
}
