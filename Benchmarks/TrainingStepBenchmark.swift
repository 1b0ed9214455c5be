import Foundation
import GSL
import NetworkShape
import Priors
import SparseNetworks

/// Prints a Markdown table of what one training step costs, on one thread, and how often that is the cost of the
/// matrix products alone.
///
/// The step is all of it: minibatch, noise, evidence bound with gradients, Adam. It is the difference of a long and a
/// short fit, so that start and final evaluation cancel. Step and yardstick take turns, and the fastest of several
/// rounds counts: whatever else a machine does can only slow a round down.
@main struct TrainingStepBenchmark {
  private static let networks = [(widths: [20, 20, 20, 1], batch: 64), (widths: [20, 20, 1], batch: 256)]
  private static let rounds = 7
  private static let shortFit = 250
  private static let longFit = 2250

  static func main() throws {
    BLAS.useOneThread
    print("One thread; OpenBLAS kernel \(BLAS.kernel); fastest of \(rounds) rounds.\n")
    print("| network | batch | estimator | slab | step (µs) | matrix products (µs) | ratio |")
    print("|---|---:|---|---|---:|---:|---:|")
    for (widths, batch) in networks {
      for estimator in GradientEstimator.allCases {
        for slab in [SlabPrior.gaussian(), .groupLasso(), .groupHorseshoe()] {
          let (step, products) = try measure(widths: widths, batch: batch, estimator: estimator, slab: slab)
          let name = widths.map(String.init).joined(separator: "-")
          let numbers = String(format: "%.1f | %.1f | %.1f", step * 1e6, products * 1e6, step / products)
          print("| \(name) | \(batch) | \(estimator.rawValue) | \(slab.kind.rawValue) | \(numbers) |")
        }
      }
    }
    try LogNormalBenchmark.run()
    try TheoryBenchmark.run()
    try CompactNetworkBenchmark.run()
  }

  /// Seconds of one step, and of its matrix products.
  private static func measure(
    widths: [Int], batch: Int, estimator: GradientEstimator, slab: SlabPrior
  ) throws -> (step: Double, products: Double) {
    let topology = try Topology(widths: widths)
    let model = try NetworkModel(
      topology: topology, activation: .relu, slab: slab,
      spike: .node(negativeLog: Array(repeating: 20, count: topology.hiddenLayerCount)),
      likelihood: .gaussian(noise: .known(standardDeviation: 0.1)))
    let data = try dataset(rows: 4096, inputs: topology.inputCount)
    let yardstick = MatrixProductYardstick(widths: widths, rows: batch)
    var (products, short, long) = (Double.infinity, Double.infinity, Double.infinity)
    for _ in 0..<rounds {
      products = min(products, seconds { yardstick.run(steps: longFit) })
      short = min(short, try seconds { try fit(model, data, batch: batch, estimator: estimator, steps: shortFit) })
      long = min(long, try seconds { try fit(model, data, batch: batch, estimator: estimator, steps: longFit) })
    }
    return ((long - short) / Double(longFit - shortFit), products / Double(longFit))
  }

  private static func fit(
    _ model: NetworkModel, _ data: Dataset, batch: Int, estimator: GradientEstimator, steps: Int
  ) throws {
    var recipe = TrainingRecipe()
    recipe.steps = steps
    recipe.batch = batch
    recipe.estimator = estimator
    recipe.freeGates = 0
    recipe.tuneSteps = 1
    recipe.searchRounds = 0
    recipe.confirmations = 1
    recipe.evidenceDraws = 2
    _ = try Trainer(model: model, recipe: recipe).fit(data, key: StreamKey(seed: 1))
  }

  /// y = x₁ + noise: what is learned doesn't matter here.
  private static func dataset(rows: Int, inputs: Int) throws -> Dataset {
    let random = RandomGenerator(key: StreamKey(seed: 1).child("benchmark"))
    let values = (0..<(rows * inputs)).map { _ in 2 * random.uniform() - 1 }
    let targets = (0..<rows).map { values[$0 * inputs] + 0.1 * (2 * random.uniform() - 1) }
    return try Dataset(inputs: values, inputCount: inputs, targets: .real(targets, outputs: 1))
  }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let elapsed = try ContinuousClock().measure(body)
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  }
}
