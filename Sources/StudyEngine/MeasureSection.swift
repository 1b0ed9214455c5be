/// `measure:`, what is read off a fitted posterior.
package struct MeasureSection: Sendable, Equatable {
  /// A family of numbers in the tables.
  package enum Metric: String, CaseIterable, Sendable {
    case radius, hellinger, recovery, coverage, elbo
  }

  /// Draws from the posterior.
  package let posteriorDraws: Int
  /// Test inputs, fixed by Sobol points.
  package let points: Int
  package let metrics: [Metric]
  /// Whether another fit starts at the certificate's q. nil: it does not, as in every cell from before there were any.
  package let teacherStart: Bool?

  static let keys = ["posterior-draws", "points", "metrics", "teacher-start"]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try field?.mapping(Self.keys) ?? [:]
    posteriorDraws = try fields["posterior-draws"]?.whole(2...1_000_000) ?? 200
    points = try fields["points"]?.whole(1...100_000_000) ?? 4096
    var metrics = [Metric]()
    for item in try fields["metrics"]?.list("a list of \(oneOf(Metric.allCases.map(\.rawValue)))") ?? [] {
      let metric = try item.choice(Metric.self)
      guard !metrics.contains(metric) else {
        throw item.refusal("\(item.path) repeats '\(metric.rawValue)'", expected: "each metric once")
      }
      metrics.append(metric)
    }
    self.metrics = metrics.isEmpty ? Metric.allCases : metrics
    teacherStart = try fields["teacher-start"]?.flag() == true ? true : nil
    if teacherStart == true, !self.metrics.contains(.elbo), let field = fields["teacher-start"] {
      throw field.refusal(
        "\(field.path) is true, but metrics leave out elbo, which it compares", expected: "elbo among the metrics")
    }
  }
}
