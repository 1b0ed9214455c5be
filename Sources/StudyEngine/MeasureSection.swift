/// `measure:`, what is read off a fitted posterior.
package struct MeasureSection: Sendable, Equatable {
  /// A family of numbers in the tables.
  package enum Metric: String, CaseIterable, Sendable {
    case radius, hellinger, recovery, coverage, elbo
  }

  /// Draws from the posterior.
  package private(set) var posteriorDraws = 200
  /// Test inputs, fixed by Sobol points.
  package private(set) var points = 4096
  package private(set) var metrics = Metric.allCases
  /// Whether another fit starts at the certificate's q. nil: it does not, as in every cell from before there were any.
  package private(set) var teacherStart: Bool?

  static let keys: [SectionKey<MeasureSection>] = [
    SectionKey(
      "posterior-draws", .whole(2...1_000_000), \.posteriorDraws, default: "200", "Posterior draws behind each radius."),
    SectionKey("points", .whole(1...100_000_000), \.points, default: "4096", "Test inputs: Sobol points."),
    SectionKey(
      reading: "metrics", .list(.names(Metric.allCases.map(\.rawValue))),
      default: "[radius, hellinger, recovery, coverage, elbo]", "What is measured.",
      read: { field, section throws(StudyFileError) in section.metrics = try Self.metrics(field) }),
    SectionKey(
      reading: "teacher-start", .flag, default: "false",
      "Whether another fit starts at the theorem's q around the teacher, to tell bad fits from slow contraction.",
      read: { field, section throws(StudyFileError) in section.teacherStart = try field.flag() ? true : nil }),
  ]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try SectionKey.read(Self.keys, from: field, into: &self)
    if teacherStart == true, !metrics.contains(.elbo), let field = fields["teacher-start"] {
      throw field.refusal(
        "\(field.path) is true, but metrics leave out elbo, which it compares", expected: "elbo among the metrics")
    }
  }

  private static func metrics(_ field: YAMLField) throws(StudyFileError) -> [Metric] {
    var metrics = [Metric]()
    for item in try field.list("a list of \(oneOf(Metric.allCases.map(\.rawValue)))") {
      let metric = try item.choice(Metric.self)
      guard !metrics.contains(metric) else {
        throw item.refusal("\(item.path) repeats '\(metric.rawValue)'", expected: "each metric once")
      }
      metrics.append(metric)
    }
    return metrics.isEmpty ? Metric.allCases : metrics
  }
}
