import Foundation

@testable import Publishing
@testable import StudyEngine

/// Findings of studies of fits whose results a test makes up, without a store.
enum FakeFits {
  /// Three slabs, three sample sizes, a teacher of 3 nodes.
  static let text = """
    study: fits
    seed: 7
    data: {teacher: {inputs: 8, active: [3], strength: 1}}
    model: {hidden: [10]}
    factors:
      slab: [gaussian, group-lasso, group-horseshoe]
      sample-size: [500, 1000, 2000]
    replicates: 4

    """

  /// One slab, two factors of two and three levels, one sample size.
  static let factorial = """
    study: factorial
    seed: 7
    data: {teacher: {inputs: 8, active: [3], strength: 1}, sample-size: 1000}
    model: {hidden: [10], slab: group-horseshoe}
    factors:
      model.parametrisation: [non-centred, centred]
      model.scale-family: [log-normal, gamma, point]
    replicates: 2

    """

  static func findings(_ text: String = text, _ result: (Cell) -> CellResult?) throws -> StudyFindings {
    let study = try FakeStudy.study(text)
    let results = study.cells.map(result)
    let entries = zip(study.cells, results).map { cell, result in
      StudyTable.Entry(
        cell: cell, stored: result.map { StoredCell(error: nil, converged: $0.converged, metrics: $0.metrics) })
    }
    return StudyFindings(
      study: study, table: StudyTable(entries: entries), traces: results.map { $0?.trace ?? [] },
      timings: study.cells.map { _ in nil })
  }

  static func result(_ metrics: [String: Double?], nodes: [Double?] = []) -> CellResult {
    CellResult(
      metrics: metrics.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
      trace: nodes.enumerated().map {
        .init(step: 50 * ($0 + 1), elbo: -1, logLikelihood: -1, kl: 0, effectiveNodes: $1)
      }, converged: true)
  }

  /// A positive radius near n^(−1/2) that differs between replicates.
  static func radius(_ cell: Cell) -> Double {
    pow(Double(cell.sampleSize ?? 1), -0.5) * (1 + 0.01 * Double((cell.index * 7) % 5))
  }
}

extension FitFigures {
  /// Those with a name that begins like this.
  func named(_ name: String) -> [Figure] { figures.filter { $0.name.hasPrefix(name) } }
}

extension Panel {
  var points: [Place] { marks.flatMap { mark -> [Place] in if case .points(let places, _) = mark { places } else { [] } } }
  var segments: [Segment] {
    marks.flatMap { mark -> [Segment] in if case .segments(let segments, _) = mark { segments } else { [] } }
  }
  var lines: [[Place?]] { marks.compactMap { mark in if case .line(let places, _) = mark { places } else { nil } } }
  var labels: [String] {
    marks.compactMap { mark in if case .label(let label) = mark { label.text.unicode } else { nil } }
  }
  /// Those of one slab.
  func markers(of colour: String) -> [Place] {
    marks.flatMap { mark -> [Place] in
      if case .points(let places, let style) = mark, style.colour == colour { places } else { [] }
    }
  }
}
