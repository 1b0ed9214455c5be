import ArgumentParser
import Contraction
import NetworkShape
import Priors

/// The flags of `rate` that describe a network class and what the theory asks of it.
struct RateOptions: ParsableArguments {
  @Option(help: "k_0,…,k_{L+1}: inputs, hidden layers, outputs.", transform: ArgumentParsing.integers)
  var widths: [Int]?

  @Option(help: "s_0,…,s_{L-1}: active nodes of each hidden layer.", transform: ArgumentParsing.integers)
  var active: [Int]?

  @Option(
    help: "B_0,…,B_L: the largest norm of a node's incoming weights, a number a layer.",
    transform: ArgumentParsing.numbers)
  var bounds: [Double]?

  @Option(help: "n, at least 2. (default: 1000)", transform: ArgumentParsing.number)
  var samples: Double?

  @Option(
    help: "Many n, even in log n, rounded to whole numbers: first:last:count, as 1e2:1e6:25.",
    transform: ArgumentParsing.logarithmicGrid)
  var sweep: [Double]?

  @Option(
    help: "ξ, the squared sup-norm error of the best network in the class. (default: 0)",
    transform: ArgumentParsing.number)
  var xi: Double?

  @Option(
    help: "C_l of −log λ_l: one number, or one a hidden layer. (default: 1)", transform: ArgumentParsing.numbers)
  var inclusionConstant: [Double]?

  @Option(
    help: "\(Activation.allCases.map(\.rawValue).joined(separator: ", ")). (default: relu)",
    transform: Activation.init(name:))
  var activation: Activation?

  @Option(help: "M₂, a bound on ‖x‖². (default: k_0)", transform: ArgumentParsing.number)
  var inputMoment: Double?

  @Option(help: "c_min of the conditions on λ_l. (default: 0.001)", transform: ArgumentParsing.number)
  var cMin: Double?

  @Option(help: "c_max of the conditions on λ_l. (default: 10)", transform: ArgumentParsing.number)
  var cMax: Double?

  /// The rate under each slab.
  func rates(under slabs: [SlabPrior]) throws -> [ContractionRate] {
    let topology = try Topology(widths: given(widths, "widths"))
    let weightBounds = try WeightBounds(
      hiddenActiveNodes: given(active, "active"), rowNorms: given(bounds, "bounds"), topology: topology)
    let constants = inclusionConstant.map { given in
      given.count == 1 ? Array(repeating: given[0], count: topology.hiddenLayerCount) : given
    }
    return try slabs.map { slab in
      try ContractionRate(
        topology: topology, weightBounds: weightBounds, slab: slab, approximationError: xi ?? 0,
        inclusionConstants: constants, inputMoment: inputMoment, activation: activation ?? .relu,
        minimumConstant: cMin ?? 1e-3, maximumConstant: cMax ?? 10)
    }
  }

  func sampleSizes() throws(ArgumentError) -> [Double] {
    guard let sweep else {
      let n = samples ?? 1000
      guard n >= 2, n == n.rounded() else {
        throw ArgumentError("--samples is \(n); it must be a whole number from 2 on")
      }
      return [n]
    }
    guard samples == nil else { throw ArgumentError("--samples and --sweep exclude each other; give one of them") }
    guard sweep[0] >= 2 else { throw ArgumentError("--sweep starts at \(sweep[0]); it must start at 2 or more") }
    return ArgumentParsing.wholes(sweep)
  }

  private func given<Value>(_ value: Value?, _ flag: String) throws(ArgumentError) -> Value {
    guard let value else {
      throw ArgumentError("there is no --\(flag); give it, or a --file that has it (see slablab rate --help)")
    }
    return value
  }
}
