import Contraction
import Foundation
import NetworkShape
import Priors

/// ε_n over a study's sample sizes: the curve that the measured radii are held against.
///
/// The class is the student's topology with the teacher's active nodes s_l and row norms B_l in it: the teacher itself
/// is a member then, so that ξ = 0. Where it is not, there is no curve, and a reason instead.
package struct TheoryCurve: Sendable, Equatable {
  /// One point; nil where the formulas are void (ε_n² ≤ 0).
  package struct Point: Sendable, Equatable {
    package let sampleSize: Int
    package let epsilon: Double?
  }

  /// In ascending order of the sample size.
  package let points: [Point]
  /// The slope of log ε_n on log n by least squares over the points, log factors included; nil for fewer than two
  /// sample sizes or where a point is void.
  package let slope: Double?

  /// Why there is no curve.
  package struct Unavailable: Error, Sendable, Equatable {
    package let reason: String
  }

  /// The curve of one group of cells.
  package init(_ cells: [Cell]) throws(Unavailable) {
    guard case .fit(let task) = cells.first?.task, task.theory.rate else {
      throw Unavailable(reason: "theory.rate is false")
    }
    // By size, since a factor may be zipped with it: networks may grow with n.
    let tasks = Dictionary(
      cells.compactMap { cell -> (Int, FitTask)? in
        guard case .fit(let task) = cell.task else { return nil }
        return (task.data.sampleSize, task)
      }, uniquingKeysWith: { first, _ in first })
    var points = [Point]()
    for (size, task) in tasks.sorted(by: { $0.key < $1.key }) {
      let rate = try Self.rate(task)
      do { points.append(Point(sampleSize: size, epsilon: try rate.bound(at: Double(size)).epsilon)) } catch {
        throw Unavailable(reason: "\(error)")
      }
    }
    self.points = points
    let logs = points.compactMap { point in point.epsilon.map { (x: log(Double(point.sampleSize)), y: log($0)) } }
    slope = logs.count < 2 || logs.count < points.count ? nil : ContractionRate.slope(of: logs)
  }

  /// The rate of the student's topology with the teacher's counts and norms; its bound also has the theorem's λ_l.
  package static func rate(_ task: FitTask) throws(Unavailable) -> ContractionRate {
    let model = task.model
    guard case .sparseNetwork(let teacher) = task.data.teacher else {
      throw Unavailable(reason: "the teacher is not of kind sparse-network, so its class has no known bounds")
    }
    guard teacher.hidden.count == model.hidden.count else {
      throw Unavailable(
        reason: "the teacher has \(teacher.hidden.count) hidden layers, the student \(model.hidden.count)")
    }
    guard zip(teacher.active, model.hidden).allSatisfy({ $0 <= $1 }) else {
      throw Unavailable(reason: "the teacher's active nodes \(teacher.active) do not fit in widths \(model.hidden)")
    }
    guard teacher.activation == model.activation else {
      throw Unavailable(
        reason: "the teacher's activation is \(teacher.activation.rawValue), the student's \(model.activation.rawValue)"
      )
    }
    do {
      let topology = try Topology(widths: [teacher.inputs] + model.hidden + [1])
      return try ContractionRate(
        topology: topology,
        weightBounds: try WeightBounds(
          hiddenActiveNodes: teacher.active, rowNorms: teacher.rowNorms, topology: topology),
        slab: model.slab.withFixedCap, inclusionConstants: model.hidden.map { _ in task.theory.inclusionConstant },
        activation: model.activation)
    } catch {
      throw Unavailable(reason: "\(error)")
    }
  }
}
