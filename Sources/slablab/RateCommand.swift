import ArgumentParser
import Contraction
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

      With the exact KL budget at the balanced radius, or at a radius of one's own:

        slablab rate --widths 20,30,15,1 --active 5,4 --bounds 3,2,2 --budget --noise-sd 0.5
        slablab rate --file topology.yaml --budget --radius2 1e-2 --slab ghs

      where topology.yaml is, for instance:

        widths: [20, 30, 15, 1]
        active: [5, 4]
        bounds: [3, 2, 2]
        samples: 1e4
        rate-parameter: proportional:1
      """)

  @OptionGroup(title: "Network class") var options: RateOptions
  @OptionGroup(title: "Prior") var prior: PriorOptions
  @OptionGroup(title: "KL budget") var budget: BudgetOptions

  @Option(help: "A topology file: YAML whose keys are the flags above; a flag given beside it comes first.")
  var file: String?

  @Flag(help: "Print one JSON document.") var json = false
  @Flag(help: "Print CSV, a line for each slab and n.") var csv = false

  func run() throws {
    print(try output())
  }

  /// What goes to stdout.
  func output() throws -> String {
    guard !(json && csv) else { throw ArgumentError("--json and --csv exclude each other; give one of them") }
    var filled = self
    if let file { try TopologyFile(path: file).fill(&filled) }
    try budget.requireUse(filled.budget.budget)
    return try filled.text()
  }

  private func text() throws -> String {
    let sizes = try options.sampleSizes()
    let rates = try options.rates(under: prior.slabs)
    var results = try parallelMap(count: rates.count) { slab throws(RateError) in
      try Result(of: rates[slab], at: sizes)
    }
    // One slab after the other: a budget shares its layers among the cores, which it could not from within
    // `parallelMap`.
    for slab in results.indices { try results[slab].addBudgets(budget) }
    if csv { return RateText.csv(results) }
    if json {
      let crossovers = try Self.crossovers(results)
      let documents = sizes.indices.map { RateText.json(results, crossovers, sizeIndex: $0) }
      return (options.sweep == nil ? documents[0] : .array(documents)).text()
    }
    return options.sweep == nil ? RateText.report(results, try Self.crossovers(results)) : RateText.sweepTable(results)
  }

  /// One slab's rate at each sample size, with what is shown beside it.
  struct Result {
    let rate: ContractionRate
    let bounds: [RateBound]
    let localSlopes: [Double?]
    /// The least-squares slope over all of them; nil for a single one.
    let sweepSlope: Double?
    let conditions: [[RegularityCondition]]
    /// One a sample size, or none where none was asked for.
    private(set) var budgets: [Budget] = []

    /// A KL budget, and the misfit beside it in the variational bound.
    struct Budget {
      let value: KLBudget
      /// σ_e, and nΔ²/(2σ_e²).
      let noiseDeviation, misfit: Double
      /// What log-normal scales cost; nil where THEORY.md 7.10 does not say: non-centred, or with a hyperprior.
      let logNormalCost: LogNormalCost?
    }

    private static func logNormalCost(of budget: KLBudget, _ bound: RateBound) throws(RateError) -> LogNormalCost? {
      guard budget.parametrisation == .centred, budget.squaredRate == nil else { return nil }
      return try LogNormalCost(bound, radius: .squared(budget.radii.squaredRadius))
    }

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

    /// The budget at each sample size, where the options ask for one.
    mutating func addBudgets(_ options: BudgetOptions) throws(RateError) {
      for bound in bounds {
        guard let budget = try options.budget(of: rate, at: bound.sampleSize) else { return }
        budgets.append(
          Budget(
            value: budget, noiseDeviation: options.noiseDeviation,
            misfit: try budget.misfit(noiseDeviation: options.noiseDeviation),
            logNormalCost: try Self.logNormalCost(of: budget, bound)))
      }
    }
  }

  /// A strength at which another slab becomes the cheaper one in a layer.
  struct LayerCrossover {
    let layer: Int
    let crossover: StrengthCrossover
  }

  private static func crossovers(_ results: [Result]) throws(RateError) -> [LayerCrossover] {
    var crossovers: [LayerCrossover] = []
    for (layer, inputs) in (results.first?.rate.topology.widths.dropLast() ?? []).enumerated() {
      let slabs = results.map(\.rate.slab)
      for crossover in try StrengthCrossover.all(between: slabs, groupSize: Double(inputs + 1)) {
        crossovers.append(LayerCrossover(layer: layer, crossover: crossover))
      }
    }
    return crossovers
  }
}
