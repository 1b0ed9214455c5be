import Contraction

/// A number that may grow with n: `20`, `{coefficient: 4, exponent: 0.25}`, or a table
/// `{sample-sizes: [100, 10000], values: [5, 12]}` joined by straight lines in log-log coordinates.
extension GrowthLaw {
  static let type = YAMLType<GrowthLaw>(
    .either([
      .real(.positive),
      .mapping(
        [
          JSONSchema.Property("coefficient", .real(.positive), default: "1", "a of a·n^b."),
          JSONSchema.Property("exponent", .real(.any), "b of a·n^b."),
        ], required: ["exponent"]),
      .mapping(
        [
          JSONSchema.Property("sample-sizes", .list(.real(.positive)), "n of a table, rising."),
          JSONSchema.Property("values", .list(.real(.positive)), "The value at each n."),
        ], required: ["sample-sizes", "values"]),
    ])
  ) { field throws(StudyFileError) in try GrowthLaw(field) }

  private init(_ field: YAMLField) throws(StudyFileError) {
    guard field.isMapping else {
      let expected = "a number above 0, {coefficient: 4, exponent: 0.25} or {sample-sizes: […], values: […]}"
      self = .constant(try field.real(NumberDomain(expected, above: 0)))
      return
    }
    let fields = try field.mapping(["coefficient", "exponent", "sample-sizes", "values"])
    func numbers(_ field: YAMLField) throws(StudyFileError) -> [Double] {
      try field.list("a list of numbers").map { item throws(StudyFileError) in try item.real(.positive) }
    }
    switch (fields["coefficient"], fields["exponent"], fields["sample-sizes"], fields["values"]) {
    case (let coefficient, let exponent?, nil, nil):
      self = .power(
        coefficient: try coefficient?.real(.positive) ?? 1, exponent: try exponent.real(.any))
    case (nil, nil, let sizes?, let values?):
      let (sampleSizes, heights) = (try numbers(sizes), try numbers(values))
      guard sampleSizes.count >= 2, zip(sampleSizes, sampleSizes.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw sizes.refusal("\(sizes.path) is \(sizes.node.printed)", expected: "two rising sample sizes or more")
      }
      guard heights.count == sampleSizes.count else {
        throw values.refusal(
          "\(values.path) has \(heights.count) numbers", expected: "\(sampleSizes.count), one a sample size")
      }
      self = .table(sampleSizes: sampleSizes, values: heights)
    default:
      throw field.refusal(
        "\(field.path) is \(field.node.printed)",
        expected: "either coefficient and exponent, or sample-sizes and values")
    }
  }
}
