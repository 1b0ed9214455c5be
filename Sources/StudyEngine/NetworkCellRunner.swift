import Foundation
import GSL
import NetworkShape
import Priors
import Simulation
import SparseNetworks

/// Runs a cell of kind `fit`: draws teacher and data, trains the network, measures its posterior against the truth.
package struct NetworkCellRunner: Sendable {
  /// Seconds for one row of a minibatch and one weight; what a step costs is about proportional to their product.
  private let secondsPerRowAndWeight: Double

  /// - Parameter secondsPerRowAndWeight: by default what `calibrated` measured once on the machine of the docs; only
  ///   plans and the order of work depend on it.
  package init(secondsPerRowAndWeight: Double = 5e-10) {
    self.secondsPerRowAndWeight = secondsPerRowAndWeight
  }

  /// A runner whose estimates come from timing a short fit on this machine.
  package static func calibrated() throws -> NetworkCellRunner {
    var recipe = TrainingRecipe()
    recipe.steps = 300
    (recipe.tuneSteps, recipe.searchRounds, recipe.confirmations, recipe.evidenceDraws) = (1, 0, 1, 2)
    let topology = try Topology(widths: [20, 20, 1])
    let model = try NetworkModel(
      topology: topology, activation: .tanh, slab: .groupHorseshoe(), spike: .node(negativeLog: [20]),
      likelihood: .gaussian(noise: .known(standardDeviation: 0.1)))
    let data = try ReferenceRegression(seed: 1, noiseStandardDeviation: 0.1).trainingData(rowCount: 512).dataset
    // Processor time: what else the machine is doing now says nothing about the study's run.
    let start = clock()
    let fit = try Trainer(model: model, recipe: recipe).fit(data, key: StreamKey(seed: 1))
    let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
    return NetworkCellRunner(
      secondsPerRowAndWeight: seconds / Double(fit.steps * recipe.batch * topology.weightCount))
  }

  package func estimatedSeconds(for task: FitTask) -> Double {
    let recipe = task.training
    // A search that has found its structure stops when every proposal has been tried; half the rounds is typical.
    let rounds = 1 + Double(recipe.largestSearchRounds) / 2 + 1
    let afterFirst = rounds * Double(recipe.tuneSteps) + Double(recipe.releaseSteps)
    let hasCertificate = task.measure.metrics.contains(.elbo) && Certificate.obstacle(task) == nil
    let teacherStarts: Double = hasCertificate && task.measure.teacherStart == true ? 1 : 0
    let restarts = Double(recipe.restarts)
    let steps = Double(recipe.samples)
      * (restarts * (Double(recipe.steps) + afterFirst) + teacherStarts * afterFirst)
    let bounds = (restarts + teacherStarts) * rounds + (hasCertificate ? Double(Certificate.largestRadiusCount) : 0)
    let passes = bounds * Double(recipe.evidenceDraws * task.data.sampleSize)
      + (1 + teacherStarts) * Double(task.measure.posteriorDraws * task.measure.points)
    let widths = [task.data.teacher.inputCount] + task.model.hidden + [1]
    let weights = Double((try? Topology(widths: widths))?.weightCount ?? 0)
    // A forward pass is about a fifth of a step.
    return secondsPerRowAndWeight * weights * (steps * Double(min(recipe.batch, task.data.sampleSize)) + passes / 5)
  }

  package func run(_ task: FitTask, of cell: Cell, progress: CellProgress) throws -> CellResult {
    let experiment = try Experiment(task, of: cell)
    let model = try experiment.model()
    let stepCount = Self.largestStepCount(task)
    func train(from state: TrainingState?) throws(FitError) -> Trainer.Fit {
      try Trainer(model: model, recipe: task.training).fit(
        experiment.training, key: cell.fitStream.child("fit"), resuming: state, saves: progress.checkpoint?.saves
      ) { step, bound in
        progress.report(step, stepCount, bound)
        return !progress.isInterrupted()
      }
    }
    let fit: Trainer.Fit
    do throws(FitError) { fit = try Self.resuming(progress.checkpoint, train) } catch {
      throw error == .cancelled ? CellInterrupted() : error
    }
    let trace = fit.trace.points.map {
      CellResult.TracePoint(
        step: $0.step, elbo: $0.evidenceBound, logLikelihood: $0.logLikelihood,
        kl: $0.divergence, effectiveNodes: $0.effectiveNodes.reduce(0, +))
    }
    var certificate: Certificate?
    if task.measure.metrics.contains(.elbo) {
      // Without a certificate its metrics are undefined, and tables say why.
      certificate = try? Certificate(experiment, model: model, key: cell.fitStream.child("certificate"))
    }
    var teacherStart: Trainer.Fit?
    if task.measure.teacherStart == true, let certificate {
      teacherStart = try self.teacherStart(at: certificate, experiment, after: fit, progress: progress)
    }
    let metrics = try PosteriorMetrics(
      task.measure, experiment: experiment, fit: fit, certificate: certificate, teacherStart: teacherStart,
      key: cell.fitStream)
    return CellResult(metrics: metrics.metrics, trace: trace, converged: fit.convergence.isConverged)
  }

  /// The fit that starts at the certificate's q; nil if it diverges, which says nothing against the cell's own.
  private func teacherStart(
    at certificate: Certificate, _ experiment: Experiment, after fit: Trainer.Fit, progress: CellProgress
  ) throws -> Trainer.Fit? {
    let (task, cell) = (experiment.task, experiment.cell)
    let checkpoint = progress.checkpoint?.ofTeacherStart
    func train(from state: TrainingState?) throws(FitError) -> Trainer.Fit {
      try Trainer(model: certificate.posterior.model, recipe: task.training).fit(
        experiment.training, startingAt: certificate.posterior, key: cell.fitStream.child("teacher start"),
        resuming: state, saves: checkpoint?.saves
      ) { step, bound in
        progress.report(fit.steps + step, Self.largestStepCount(task), bound)
        return !progress.isInterrupted()
      }
    }
    do throws(FitError) {
      return try Self.resuming(checkpoint, train)
    } catch {
      guard error.diagnosis == nil else { return nil }
      throw error == .cancelled ? CellInterrupted() : error
    }
  }

  /// Goes on from the checkpoint, or begins where there is none of this training, as another version's is not.
  private static func resuming(
    _ checkpoint: CellCheckpoint?, _ train: (TrainingState?) throws(FitError) -> Trainer.Fit
  ) throws(FitError) -> Trainer.Fit {
    let state = checkpoint?.state()
    do throws(FitError) { return try train(state) } catch {
      guard case .mismatch = error, state != nil else { throw error }
      return try train(nil)
    }
  }

  /// With that of the fit from the teacher, which has no stage 1 and no restarts.
  private static func largestStepCount(_ task: FitTask) -> Int {
    var second = task.training
    (second.restarts, second.steps) = (1, 0)
    let (sum, overflows) = task.training.largestStepCount.addingReportingOverflow(second.largestStepCount)
    return task.measure.teacherStart != true ? task.training.largestStepCount : overflows ? .max : sum
  }
}
