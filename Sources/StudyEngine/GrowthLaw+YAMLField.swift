import Contraction

/// A number that may grow with n: `20`, `{coefficient: 4, exponent: 0.25}`, or a table
/// `{sample-sizes: [100, 10000], values: [5, 12]}` joined by straight lines in log-log coordinates.
extension GrowthLaw {
  init(_ field: YAMLField) throws(StudyFileError) {
    guard field.isMapping else {
      self = .constant(
        try field.real(
          NumberDomain(
            description: "a number above 0, {coefficient: 4, exponent: 0.25} or {sample-sizes: […], values: […]}"
          ) { $0 > 0 }))
      return
    }
    let fields = try field.mapping(["coefficient", "exponent", "sample-sizes", "values"])
    func numbers(_ field: YAMLField) throws(StudyFileError) -> [Double] {
      try field.list("a list of numbers").map { item throws(StudyFileError) in try item.real(.positive) }
    }
    switch (fields["coefficient"], fields["exponent"], fields["sample-sizes"], fields["values"]) {
    case (let coefficient, let exponent?, nil, nil):
      self = .power(
        coefficient: try coefficient?.real(.positive) ?? 1,
        exponent: try exponent.real(NumberDomain(description: "a number") { _ in true }))
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
