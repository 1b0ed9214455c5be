/// A commented study file to start from, as `slablab init` writes it.
///
/// Keys behind a `#` without a space have their default value: taking the `#` away changes nothing.
package enum StudyTemplate {
  /// - Parameter name: a study's name: letters, digits, `-`, `_`.
  package static func text(name: String, kind: StudyKind) -> String {
    let body =
      switch kind {
      case .fit: fit
      case .theory: theory
      case .phaseMap: phaseMap
      case .logNormalError: logNormalError
      }
    return """
      # A study for slablab:
      #
      #   slablab plan \(name).yaml     how many cells, how long
      #   slablab run \(name).yaml      from here to figures; the same command goes on after a stop
      #
      # Keys behind a '#' have their default value: take the '#' away to change it. docs/study-files.md lists all keys.
      study: \(name)
      #title: ""
      \(body)

      """
  }

  private static let fit = """
    #seed: 1                        # the root of every random stream

    # The truth and the data. Teachers: sparse-network, friedman1, additive, reference, or formula, which
    # takes an expression: {kind: formula, inputs: 3, expression: "sin(2*pi*x1) + abs(x2 - 0.5)^0.7"}.
    data:
      teacher: {kind: sparse-network, inputs: 20, active: [5], activation: tanh, strength: 1}
      #design: uniform              # or gaussian, {correlated: 0.5}
      #noise: 0.1                   # standard deviation of the noise

    # The network that is fitted, with its prior.
    model:
      #hidden: [20]                 # widths of the hidden layers
      #activation: tanh             # relu, leaky-relu, elu, tanh, softplus, silu, gelu, identity
      inclusion: {log: -20}         # prior probability that a node is on: 0.01, {log: -20}, theorem, {beta: [1, 1]}
      #noise: known                 # or a number, or learned

    # How it is fitted: docs/training.md.
    training:
      restarts: 2                   # independent starts; the best evidence bound is kept
      #steps: 6000
      #batch: 256
      #learning-rate: [0.03, 0.0001]
      #estimator: local-reparameterisation

    # Crossed with each other. Any key of a section may stand here; zip: [[sample-size, training.steps]] ties some together.
    factors:
      slab: [gaussian, group-lasso, group-horseshoe]
      sample-size: [500, 1000, 2000, 4000]
      #data.noise: [0.1]

    # Fits of each combination, on data of their own, which all slabs share. It may be raised later.
    replicates: 5

    #measure: {posterior-draws: 200, points: 4096, metrics: [radius, hellinger, recovery, coverage, elbo]}
    #theory: {rate: true}           # ε_n and its slope beside the points
    """

  private static let theory = """
    kind: theory

    # The contraction rate of a class of networks that grows with n: each entry is a number, or a law such as
    # {coefficient: 4, exponent: 0.25} for 4 n^0.25.
    theory:
      widths: [10, {coefficient: 4, exponent: 0.25}, 1]    # inputs, hidden layers, outputs
      active: [{coefficient: 2, exponent: 0.2}]            # active nodes, one a hidden layer
      bounds: [3, 2]                                       # largest norm of a node's weights, one a layer
      #activation: relu

    factors:
      slab: [gaussian, group-lasso, group-horseshoe]
      sample-size: {from: 100, to: 1e12, count: 21, whole: true}
    """

  private static let phaseMap = """
    kind: phase-map

    # What one active node pays to stay within a squared radius, over the strength B²/(k + 1) of its weights and its
    # width k.
    phase-map:
      radius2: 0.01
      #parametrisation: non-centred                        # or centred

    factors:
      strength: {from: 1e-3, to: 1e3, count: 31}
      width: {from: 8, to: 1024, count: 15, whole: true}
      slab: [gaussian, group-lasso, group-horseshoe]
    """

  private static let logNormalError = """
    kind: lognormal-error

    # How far the best log-normal is from a law of a node's scale.
    lognormal-error:
      tails: [1e-3, 1e-6]                                  # probabilities at which tails are compared
      #fit: reverse                                        # or forward, moments

    factors:
      target:                                              # a name for tables and figures, and a law
        lasso, prior: {kind: gamma, rate: proportional}
        lasso, posterior: {kind: group-lasso-conditional, rate: proportional}
      width: {from: 1, to: 1000, count: 13, whole: true}
    """
}
