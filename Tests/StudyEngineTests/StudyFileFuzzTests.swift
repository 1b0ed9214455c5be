import GSL
import Testing

@testable import StudyEngine

@Suite("Mangled study files") struct StudyFileFuzzTests {
  private static let seedText = """
    study: quickstart  # a comment
    title: "Does it \\u00e9 contract?"
    seed: 20261124
    data:
      teacher: &t {kind: sparse-network, inputs: 20, active: [5], activation: tanh, strength: 1.0}
      design: {correlated: 0.5}
      noise: 1e-1
    model: {hidden: [20], slab: {kind: ghs, cap: none}, inclusion: {log: -20}}
    training: {steps: 10, learning-rate: [0.03, 0.0001]}
    factors:
      slab: [gaussian, 'group-lasso', {kind: ghs, cap: 2}]
      sample-size: [500, 1e3]
      data.teacher: [*t, friedman1]
    exclude: [{slab: gaussian, sample-size: 500}]
    replicates: 2
    measure:
      metrics:
      - radius
      - elbo
    """
  private static let inserts =
    Array("[]{}:,?&*!|>'\"#%@`-.\\\t\n\r~\u{0}\u{FEFF}é0_").map(String.init) + [
      "<<: *t", "*x", "&t", "? ", "- ", "---\n", "...\n", "!!binary ", "\\uD800", "\"\\uD800\"", "1e999", ".nan",
      "null", ": ",
    ]

  @Test("end in a study or in one line with a position, never in a crash", arguments: 0..<8)
  func mangled(stream: Int) {
    let random = RandomGenerator(key: StreamKey(seed: 20_261_124).child("fuzz").child(stream))
    for _ in 0..<250 {
      var text = Array(Self.seedText)
      for _ in 0...random.index(below: 4) {
        let start = random.index(below: text.count)
        let end = min(text.count, start + random.index(below: 12))
        switch random.index(below: 3) {
        case 0: text.removeSubrange(start..<end)
        case 1: text.insert(contentsOf: text[start..<end], at: random.index(below: text.count))
        default: text.insert(contentsOf: Self.inserts[random.index(below: Self.inserts.count)], at: start)
        }
      }
      do throws(StudyFileError) {
        let study = try StudyFile(text: String(text), path: "s.yaml").study()
        #expect(!study.cells.isEmpty)
      } catch {
        #expect(error.description.hasPrefix("s.yaml") && !error.description.contains { $0.isNewline })
      }
    }
  }
}
