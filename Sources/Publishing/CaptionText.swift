import StudyEngine

/// Turns of phrase that captions share.
enum CaptionText {
  /// `5 replicates`, `4 to 5 replicates`.
  static func replicates(_ counts: [Int]) -> String {
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    return least == most ? "\(most) replicate\(most == 1 ? "" : "s")" : "\(least) to \(most) replicates"
  }

  /// `n = 500`, `n = 500, 1000`, `n = 500 to 8000 (12 sample sizes)`; empty without one.
  static func sampleSizes(_ sizes: [Int]) -> String {
    guard let first = sizes.first, let last = sizes.last else { return "" }
    return sizes.count <= 6
      ? "n = \(sizes.map(String.init).joined(separator: ", "))" : "n = \(first) to \(last) (\(sizes.count) sample sizes)"
  }

  /// What ends a caption: which combination, what is left out.
  /// - Parameters:
  ///   - combination: empty for a study with one.
  ///   - leftOut: what and how many; those of 0 are not said.
  static func ending(combination: String = "", leftOut: [(what: String, count: Int)] = []) -> String {
    var text = combination.isEmpty ? "" : " Here \(combination)."
    let missing = leftOut.filter { $0.count > 0 }.map { "\($0.what) (\($0.count))" }
    if !missing.isEmpty { text += " Left out: \(missing.joined(separator: ", "))." }
    return text
  }
}
