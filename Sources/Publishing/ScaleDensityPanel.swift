import Foundation
import Priors
import StudyEngine

/// The density of a law of scales with those of its log-normals.
struct ScaleDensityPanel {
  let title: String
  let xLabel: RichText
  let yLabel: RichText
  /// Finished cells of one law and width, one a fit.
  let entries: [(fit: String, entry: StudyTable.Entry)]
  let styles: [String: FigureStyle]

  static let lawStyle = Figure.LineStyle(colour: "#000000", width: 1.4)
  private static let points = 161

  /// nil where there is no entry, or the law's quantiles cannot be had.
  var panel: Panel? {
    guard case .logNormalError(let task) = entries.first?.entry.cell.task,
      let law = try? task.target.law(task.parameters), let lower = try? law.logQuantile(1e-4),
      let upper = try? law.upperLogQuantile(1e-4), lower < upper
    else { return nil }
    let grid = (0..<Self.points).map { lower + (upper - lower) * Double($0) / Double(Self.points - 1) }
    func line(_ density: (Double) -> Double?) -> [Panel.Place?] {
      grid.map { u in density(u).map { .init(x: exp(u), y: $0) } }
    }
    let exact = line { u in (try? law.logDensity(atLog: u)).map(exp) }
    let fits = entries.compactMap { fit, entry -> [Panel.Place?]? in
      guard let mu = entry.value(of: "mu"), let omega = entry.value(of: "omega"), omega > 0 else { return nil }
      return line { u in exp(-0.5 * (u - mu) * (u - mu) / (omega * omega)) / (omega * (2 * Double.pi).squareRoot()) }
    }
    let heights = ([exact] + fits).flatMap { $0.compactMap { $0?.y } }
    guard let x = Axis.logarithmic(xLabel, holding: grid.map(exp), maximumLabels: 3, isTight: true), let most = heights.max()
    else { return nil }
    let marks = zip(entries, fits).map { Panel.Mark.line($1, (styles[$0.fit] ?? .reference).line()) }
    return Panel(
      title: RichText(title), x: x, y: .linear(yLabel, from: 0, to: 1.08 * most),
      marks: [.line(exact, Self.lawStyle)] + marks)
  }
}
