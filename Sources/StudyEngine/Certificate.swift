import Contraction
import Foundation
import GSL
import NetworkShape
import Simulation
import SparseNetworks

/// An evidence bound that a good fit does not fall below: that of the explicit q which the theorem's proof builds around
/// the teacher (THEORY.md 7.1–7.3).
///
///     C = max_Δ { E_q log p(D | θ) − KL(q ‖ prior) },  q = q_Δ(teacher)
///
/// Each q_Δ keeps f_θ within Δ² of the teacher in mean square, at the KL budget of its class. Any Δ gives a lower bound on
/// the same log evidence as a fit's; as the lemma's radius is loose by factors of 10 to 300, Δ is chosen here: from σ_e² D/n, D
/// the weights of the class, Δ² goes to where the measured misfit E_q log p(D | f₀)/p(D | θ), which is proportional to Δ²,
/// would be D/2, the slope of the KL in −log Δ². That is where their sum is least.
///
///     let certificate = try Certificate(experiment, model: try experiment.model(), key: cell.fitStream)
///     print(certificate.evidenceBound.value, certificate.squaredRadius)
package struct Certificate: Sendable {
  /// Δ².
  package let squaredRadius: Double
  /// q, its gates frozen: the teacher's nodes are the first of each layer.
  package let posterior: Posterior
  /// The bound, in nats, from posterior draws.
  package let evidenceBound: EvidenceBound

  /// Why there is none.
  package struct Unavailable: Error, Sendable, Equatable {
    package let reason: String
  }

  /// The most radii that are tried. The first two or three settle it.
  package static let largestRadiusCount = 4

  /// - Parameter key: of the posterior draws, the same for every radius; the recipe has their number.
  /// - Throws: `Unavailable` where `obstacle` names one, and for numbers that leave the range of a `Double` or, in q, of a
  ///   `Float`.
  init(_ experiment: Experiment, model: NetworkModel, key: StreamKey) throws(Unavailable) {
    if let obstacle = Self.obstacle(experiment.task) { throw Unavailable(reason: obstacle) }
    let data = experiment.training
    guard let teacher = experiment.networkTeacher, case .real(let targets, _) = data.targets else {
      throw Unavailable(reason: "the teacher is not a network")
    }
    let noise = experiment.task.data.noise
    do {
      let topology = model.topology
      let rate = try ContractionRate(
        topology: topology,
        weightBounds: WeightBounds(
          activeNodes: teacher.bounds.activeNodes, rowNorms: teacher.bounds.rowNorms, topology: topology),
        slab: model.slab.withFixedCap, activation: model.activation)
      let fanIn: KLBudget.FanIn = model.isCentred ? .full : .effective
      func around(_ squaredRadius: Double) throws -> Certificate {
        let budget = try rate.budget(
          at: Double(data.rowCount), radius: .squared(squaredRadius),
          parametrisation: model.isCentred ? .centred : .nonCentred, fanIn: fanIn)
        let posterior = Posterior(
          model: model,
          parameters: try VariationalParameters(
            around: teacher, budget: budget, model: model, noiseDeviation: noise), gatesAreFrozen: true)
        let bound = try posterior.evidenceBound(on: data, draws: experiment.task.training.evidenceDraws, key: key)
        guard bound.value.isFinite else { throw Unavailable(reason: "its evidence bound is not finite") }
        return Certificate(squaredRadius: squaredRadius, posterior: posterior, evidenceBound: bound)
      }

      let deviation = if case .gaussian(.known(let sd)) = model.likelihood { sd } else { noise }
      let weights = Self.weightCount(teacher, fanIn, topology)
      let truth = zip(teacher.values(at: data.inputs), targets).reduce(0) { sum, row in
        let residual = (row.0 - row.1) / deviation
        return sum - 0.5 * residual * residual - log(deviation) - 0.5 * log(2 * .pi)
      }
      var best = try around(deviation * deviation * weights / Double(data.rowCount))
      var last = best
      for _ in 1..<Self.largestRadiusCount {
        let misfit = truth - last.evidenceBound.meanLogLikelihood
        // With very few rows q may by chance fit better than the truth.
        let factor = misfit > 0 ? min(max(0.5 * weights / misfit, 1e-4), 1e4) : 16
        guard abs(log(factor)) > 0.2, let next = try? around(last.squaredRadius * factor) else { break }
        if next.evidenceBound.value > best.evidenceBound.value { best = next }
        last = next
      }
      self = best
    } catch let unavailable as Unavailable {
      throw unavailable
    } catch {
      throw Unavailable(reason: "\(error)")
    }
  }

  private init(squaredRadius: Double, posterior: Posterior, evidenceBound: EvidenceBound) {
    self.squaredRadius = squaredRadius
    self.posterior = posterior
    self.evidenceBound = evidenceBound
  }

  /// D = Σ s_l d_l: the weights that have to be close to the teacher's.
  private static func weightCount(
    _ teacher: SparseNetworkTeacher, _ fanIn: KLBudget.FanIn, _ topology: Topology
  ) -> Double {
    let active = teacher.bounds.activeNodes
    return Double(
      active.indices.reduce(0) { sum, l in
        let inputs = l == 0 ? topology.inputCount : fanIn == .effective ? active[l - 1] : topology.widths[l]
        return sum + active[l] * (inputs + 1)
      })
  }

  // MARK: - Where there is none

  /// What keeps the proof's q out of the model's family, or the teacher out of the model's network; nil for nothing.
  package static func obstacle(_ task: FitTask) -> String? {
    let model = task.model
    let (active, activation): ([Int], Activation)
    switch task.data.teacher {
    case .sparseNetwork(let network): (active, activation) = (network.active, network.activation)
    case .reference: (active, activation) = ([ReferenceRegression.hiddenNodeCount], .tanh)
    case .friedman1, .additive, .formula: return "the teacher is not a network"
    }
    if active.count != model.hidden.count {
      return "the teacher has \(active.count) hidden layers, the student \(model.hidden.count)"
    }
    if zip(active, model.hidden).contains(where: { $0 > $1 }) {
      return "the teacher's active nodes \(active) do not fit in widths \(model.hidden)"
    }
    if activation != model.activation {
      return "the teacher's activation is \(activation.rawValue), the student's \(model.activation.rawValue)"
    }
    switch model.spike {
    case .node: break
    case .none: return "the proof turns nodes off, and the model has no spike"
    case .edge: return "the proof turns nodes off, and the model's spike is of edges"
    }
    if model.slab.kind != .gaussian, model.scaleFamily != .logNormal {
      return "the proof's q has log-normal scales, and the model's scale-family is \(model.scaleFamily.rawValue)"
    }
    return nil
  }
}
