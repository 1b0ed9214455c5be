import ArgumentParser
import Contraction
import Priors

/// The flags of `rate` about exact KL budgets.
struct BudgetOptions: ParsableArguments {
  @Flag(help: "Add the exact KL budget, in nats: what staying within Δ of any network of the class costs.")
  var budget = false

  @Option(
    help: "Δ². (default: the balanced radius, where KL/n = Δ²/(2σ_e²))", transform: ArgumentParsing.number)
  var radius2: Double?

  @Option(
    help: "σ_e, of the balanced radius and of the misfit nΔ²/(2σ_e²). (default: 1)", transform: ArgumentParsing.number)
  var noiseSd: Double?

  @Option(
    help: """
      full, or effective, which leaves the weights of pruned inputs at the prior; not with centred. (default: full)
      """)
  var fanIn: KLBudget.FanIn?

  @Option(help: "non-centred or centred: how q writes weights with a scale. (default: non-centred)")
  var parametrisation: Parametrisation?

  /// σ_e.
  var noiseDeviation: Double { noiseSd ?? 1 }

  /// The budget at n; nil where none is asked for.
  func budget(of rate: ContractionRate, at n: Double) throws(RateError) -> KLBudget? {
    guard budget else { return nil }
    do throws(RateError) {
      return try rate.budget(
        at: n, radius: radius2.map { .squared($0) } ?? .balanced(noiseDeviation: noiseDeviation),
        parametrisation: parametrisation ?? .nonCentred, fanIn: fanIn ?? .full)
    } catch {
      throw RateError(
        name: error.name, value: error.value, needs: "\(error.needs) (slab \(rate.slab.kind.rawValue))")
    }
  }

  /// A flag that would do nothing is a mistake; `isUsed` says whether there is a budget at all. Keys of a topology file
  /// may wait for one.
  func requireUse(_ isUsed: Bool) throws(ArgumentError) {
    let flags: [(String, Bool)] = [
      ("radius2", radius2 != nil), ("noise-sd", noiseSd != nil), ("fan-in", fanIn != nil),
      ("parametrisation", parametrisation != nil),
    ]
    guard !isUsed, let (flag, _) = flags.first(where: \.1) else { return }
    throw ArgumentError("--\(flag) is about KL budgets; give --budget too, or leave it out")
  }
}

extension KLBudget.FanIn: ExpressibleByArgument {}
extension Parametrisation: ExpressibleByArgument {}
