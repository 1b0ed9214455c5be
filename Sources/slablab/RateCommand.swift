import ArgumentParser
import Contraction
import Foundation
import NetworkShape
import Priors

/// `slablab rate`: the contraction rate of one topology.
struct RateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rate",
    abstract: "The contraction rate of one topology, its parts and the conditions it rests on.",
    discussion: """
      Example: 20 inputs, hidden layers of 30 and 15 nodes with 5 and 4 of them active, one output:

        slablab rate --widths 20,30,15,1 --active 5,4 --bounds 3,2,2 --samples 1000
        slablab rate --widths 20,30,15,1 --active 5,4 --bounds 3,2,2 --sweep 1e2:1e9:29 --csv > rate.csv
      """)

  @Option(help: "k_0,…,k_{L+1}: inputs, hidden layers, outputs.", transform: ArgumentParsing.integers)
  var widths: [Int]

  @Option(help: "s_0,…,s_{L-1}: active nodes of each hidden layer.", transform: ArgumentParsing.integers)
  var active: [Int]

  @Option(
    help: "B_0,…,B_L: the largest norm of a node's incoming weights, a number a layer.",
    transform: ArgumentParsing.numbers)
  var bounds: [Double]

  @Option(help: "n, at least 2. (default: 1000)", transform: ArgumentParsing.number)
  var samples: Double?

  @Option(
    help: "Many n, even in log n, rounded to whole numbers: first:last:count, as 1e2:1e6:25.",
    transform: ArgumentParsing.logarithmicGrid)
  var sweep: [Double]?

  @OptionGroup(title: "Prior") var prior: PriorOptions

  @Option(
    help: "ξ, the squared sup-norm error of the best network in the class. (default: 0)",
    transform: ArgumentParsing.number)
  var xi = 0.0

  @Option(
    help: "C_l of −log λ_l: one number, or one a hidden layer. (default: 1)", transform: ArgumentParsing.numbers)
  var inclusionConstant: [Double]?

  @Option(
    help: "\(Activation.allCases.map(\.rawValue).joined(separator: ", ")). (default: relu)",
    transform: Activation.init(name:))
  var activation = Activation.relu

  @Option(help: "M₂, a bound on ‖x‖². (default: k_0)", transform: ArgumentParsing.number)
  var inputMoment: Double?

  @Option(help: "c_min of the conditions on λ_l. (default: 0.001)", transform: ArgumentParsing.number)
  var cMin = 1e-3

  @Option(help: "c_max of the conditions on λ_l. (default: 10)", transform: ArgumentParsing.number)
  var cMax = 10.0

  @Flag(help: "Print one JSON document.") var json = false
  @Flag(help: "Print CSV, a line for each slab and n.") var csv = false

  func run() throws {
    print(try output())
  }

  /// What goes to stdout.
  func output() throws -> String {
    guard !(json && csv) else { throw ArgumentError("--json and --csv exclude each other; give one of them") }
    let sizes = try sampleSizes()
    let results = try rates().map { try Result(of: $0, at: sizes) }
    if csv { return RateText.csv(results) }
    if json {
      let crossovers = try crossovers()
      let documents = sizes.indices.map { RateText.json(results, crossovers, sizeIndex: $0) }
      return (sweep == nil ? documents[0] : .array(documents)).text()
    }
    return sweep == nil ? RateText.report(results, try crossovers()) : RateText.sweepTable(results)
  }

  /// One slab's rate at each sample size, with what is shown beside it.
  struct Result {
    let rate: ContractionRate
    let bounds: [RateBound]
    let localSlopes: [Double?]
    /// The least-squares slope over all of them; nil for a single one.
    let sweepSlope: Double?
    let conditions: [[RegularityCondition]]

    init(of rate: ContractionRate, at sampleSizes: [Double]) throws(RateError) {
      self.rate = rate
      var bounds: [RateBound] = []
      var slopes: [Double?] = []
      for n in sampleSizes {
        bounds.append(try rate.bound(at: n))
        slopes.append(try rate.localSlope(at: n))
      }
      self.bounds = bounds
      localSlopes = slopes
      sweepSlope = sampleSizes.count > 1 ? try rate.theoreticalSlope(over: sampleSizes) : nil
      conditions = try rate.conditions(over: sampleSizes)
    }
  }

  /// A strength at which another slab becomes the cheaper one in a layer.
  struct LayerCrossover {
    let layer: Int
    let crossover: StrengthCrossover
  }

  private func crossovers() throws(RateError) -> [LayerCrossover] {
    var crossovers: [LayerCrossover] = []
    for (layer, inputs) in widths.dropLast().enumerated() {
      let groupSize = Double(inputs + 1)
      for crossover in try StrengthCrossover.all(between: prior.slabs, groupSize: groupSize) {
        crossovers.append(LayerCrossover(layer: layer, crossover: crossover))
      }
    }
    return crossovers
  }

  private func sampleSizes() throws(ArgumentError) -> [Double] {
    guard let sweep else {
      let n = samples ?? 1000
      guard n >= 2, n == n.rounded() else {
        throw ArgumentError("--samples is \(n); it must be a whole number from 2 on")
      }
      return [n]
    }
    guard samples == nil else { throw ArgumentError("--samples and --sweep exclude each other; give one of them") }
    guard sweep[0] >= 2 else { throw ArgumentError("--sweep starts at \(sweep[0]); it must start at 2 or more") }
    let rounded = sweep.map { $0.rounded() }
    return rounded.indices.filter { $0 == 0 || rounded[$0] > rounded[$0 - 1] }.map { rounded[$0] }
  }

  private func rates() throws -> [ContractionRate] {
    let topology = try Topology(widths: widths)
    let weightBounds = try WeightBounds(hiddenActiveNodes: active, rowNorms: bounds, topology: topology)
    let constants = inclusionConstant.map { given in
      given.count == 1 ? Array(repeating: given[0], count: topology.hiddenLayerCount) : given
    }
    return try prior.slabs.map { slab in
      try ContractionRate(
        topology: topology, weightBounds: weightBounds, slab: slab, approximationError: xi,
        inclusionConstants: constants, inputMoment: inputMoment, activation: activation, minimumConstant: cMin,
        maximumConstant: cMax)
    }
  }
}
