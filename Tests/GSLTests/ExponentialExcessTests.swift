import GSL
import Testing

@Suite struct ExponentialExcessTests {
  @Test(
    "eˣ − 1 − x has 14 digits on both sides of each change of method, from 60-digit arithmetic",
    arguments: [
      (1e-9, 5.00000000166666729e-19), (0.0021, 2.206544310677960633e-6), (-0.003, 4.495503372976012253e-6),
      (0.04, 0.000810774192388226791), (-0.4999, 0.1064913158113590808), (0.5001, 0.1487861510710792998),
      (-0.9, 0.3065696597405991251), (3, 16.08553692318766774), (-40, 39),
    ])
  func value(x: Double, reference: Double) {
    #expect(abs(exponentialExcess(x) - reference) <= 1e-14 * reference)
  }

  @Test("it is 0 at 0 and ∞ where eˣ overflows")
  func ends() {
    #expect(exponentialExcess(0) == 0)
    #expect(exponentialExcess(800) == .infinity)
  }
}
