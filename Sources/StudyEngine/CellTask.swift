import Priors

/// What one cell computes: the study's sections with its levels of the factors in them, decoded and checked.
package enum CellTask: Sendable, Equatable {
  case fit(FitTask)
  case rate(RateTask)
  case nodeCost(NodeCostTask)
  case logNormalError(LogNormalErrorTask)

  /// - Throws: `StudyFileError` at the value that makes the cell impossible.
  init(_ kind: StudyKind, in tree: YAMLNode) throws(StudyFileError) {
    let section = tree[kind.rawValue].map { YAMLField(node: $0, path: kind.rawValue) }
    switch kind {
    case .fit: self = .fit(try FitTask(in: tree))
    case .theory: self = .rate(try RateTask(section, at: tree.position))
    case .phaseMap: self = .nodeCost(try NodeCostTask(section))
    case .logNormalError: self = .logNormalError(try LogNormalErrorTask(section))
    }
  }

  package var slab: SlabPrior? {
    switch self {
    case .fit(let task): task.model.slab
    case .rate(let task): task.regime.slab
    case .nodeCost(let task): task.slab
    case .logNormalError: nil
    }
  }

  /// n; nil where there are no data.
  package var sampleSize: Int? {
    switch self {
    case .fit(let task): task.data.sampleSize
    case .rate(let task): task.sampleSize
    case .nodeCost, .logNormalError: nil
    }
  }

  /// What determines the result, a line each.
  var canonicalLines: [CanonicalText.Line] {
    switch self {
    case .fit(let task): task.canonicalLines
    case .rate(let task): CanonicalText.lines(of: task, key: StudyKind.theory.rawValue)
    case .nodeCost(let task): CanonicalText.lines(of: task, key: StudyKind.phaseMap.rawValue)
    case .logNormalError(let task): CanonicalText.lines(of: task, key: StudyKind.logNormalError.rawValue)
    }
  }
}
