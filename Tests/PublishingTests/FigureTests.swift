import Foundation
import Testing

@testable import Publishing

@Suite("Axes") struct AxisTests {
  @Test(
    "near-constant data and values from 1e-300 to 1e300 have 2 to 8 labels inside a logarithmic axis",
    arguments: [
      (-300, 300), (-2, -1), (-1.9, -1.1), (0, 0), (2.7, 3.9), (-1.30103, -1.30102), (299, 299.5), (-300, -299.99),
      (0, 4), (-3, 3), (5.1, 5.4),
    ] as [(Double, Double)])
  func labels(lower: Double, upper: Double) throws {
    let axis = try #require(Axis.logarithmic("", decades: [lower, upper]))
    #expect(axis.lower < lower && axis.upper > upper)
    #expect((2...8).contains(axis.ticks.count), "\(axis.ticks)")
    #expect(axis.ticks.allSatisfy { $0.position >= axis.lower - 1e-9 && $0.position <= axis.upper + 1e-9 })
    #expect(Set(axis.ticks.map(\.label.unicode)).count == axis.ticks.count)
    for (one, next) in zip(axis.ticks, axis.ticks.dropFirst()) { #expect(one.position < next.position) }
  }

  @Test("sample sizes are labels where they stand apart, round numbers where not") func sampleSizes() throws {
    func labels(_ sizes: [Double]) -> [String]? {
      Axis.logarithmic("n", holding: sizes, ticks: sizes)?.ticks.map(\.label.unicode)
    }
    #expect(labels([500, 1000, 2000, 4000, 8000]) == ["500", "1000", "2000", "4000", "8000"])
    #expect(labels([100, 101, 1000])?.contains("101") == false)
    #expect(labels([]) == nil && labels([.nan]) == nil)
  }
}

@Suite("Numbers for people") struct NumberTextTests {
  @Test(
    "an estimate goes to the place of its error's second digit",
    arguments: [
      (0.07123, 0.00234, "0.0712 ± 0.0023"), (-1203.4, 12.3, "−1203 ± 12"), (5.25, 0.9, "5.25 ± 0.90"),
      (6, 0, "6 ± 0"), (0.5, nil, "0.5"), (nil, nil, "–"), (1e-12, 2e-13, "1e−12 ± 2e−13"),
      (0.5, 0.0996, "0.50 ± 0.10"), (12347, 234, "12350 ± 230"), (-3, 120, "0 ± 120"), (250, 99.6, "250 ± 100"),
    ] as [(Double?, Double?, String)])
  func estimate(value: Double?, error: Double?, text: String) {
    #expect(NumberText.estimate(value, error: error) == text)
  }

  @Test("what rounds to zero has no sign") func zero() {
    #expect(NumberText.fixed(-0.0001) == "0.000" && NumberText.fixed(-0.0006) == "−0.001")
  }
}

@Suite("What a figure is called and says") struct FigureTests {
  @Test(
    "a figure's name is safe on any file system",
    arguments: [
      ("data.noise = 0.1", "contraction-2-data.noise-0.1"), ("../../etc/passwd", "contraction-2-..-..-etc-passwd"),
      ("Größe = 'a b'\n%", "contraction-2-Gr-e-a-b"), ("", "contraction-2"),
    ])
  func names(label: String, name: String) {
    #expect(Figure.name("contraction", 1, of: 2, label) == name)
    #expect(Figure.name("contraction", 0, of: 1, label) == "contraction")
  }

  @Test("text for gnuplot cannot leave its quotes") func quoting() {
    #expect(GnuplotScript.quoted("it's `date`\n\"x\"\\n") == "'it''s `date` \"x\"\\n'")
  }

  @Test("styles are fixed for the three slabs and differ for their variants") func styles() {
    let names = ["group-lasso", "{kind: ghs, cap: none}", "group-horseshoe", "gaussian", "{kind: ghs, cap: 2}"]
    let styles = FigureStyle.styles(of: names)
    #expect(Set(styles.values.map(\.colour)).count == 5 && Set(styles.values.map(\.marker)).count == 5)
    #expect(FigureStyle.styles(of: ["gaussian"])["gaussian"] == styles["gaussian"])
  }
}
