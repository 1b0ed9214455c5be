import Foundation
import Testing

@testable import GSL

/// |got − expected| ≤ tolerance · max(|expected|, scale).
func isClose(_ got: Double, _ expected: Double, _ tolerance: Double, scale: Double = 0) -> Bool {
  got == expected || abs(got - expected) <= tolerance * max(abs(expected), scale)
}

/// References: mpmath with 60 digits, arguments being the exact doubles written.
@Suite struct SpecialFunctionTests {
  @Test("Γ and its logarithmic derivatives", arguments: [
    (1e-5, 11.512919692895826, -100000.57719921567, 10000000001.644908),
    (0.3, 1.0957979948180756, -3.5025242222001331, 12.245364546107731),
    (7.5, 7.5343642367587330, 1.9467574842460868, 0.14261589669670380),
    (51, 148.47776695177303, 3.9219896734278922, 0.019801333226697126),
    (1e4, 82099.717496442377, 9.2102903711428494, 0.00010000500016666667),
  ])
  func gamma(x: Double, logarithm: Double, first: Double, second: Double) throws {
    #expect(isClose(try logGamma(x), logarithm, 4e-15))
    #expect(isClose(try digamma(x), first, 4e-15))
    #expect(isClose(try trigamma(x), second, 4e-15))
  }

  /// (a, log x, log P, log Q), written to 1e-16 wherever −1e-16 is not 0.
  static let gammaRatios: [(Double, Double, Double, Double)] = [
    (0.001, -690000, -689.99942360640173, 0), (0.001, -5, -0.0044303263127356672, -5.4214963832099621),
    (0.001, 0.5, -8.0513052316989073e-5, -9.4271315023554655), (0.001, 6, 0, -416.33243951273994),
    (0.5, -1e4, -4999.8792177623648, 0), (0.5, 3, -2.3266797245136147e-10, -22.181408689711233),
    (51, 1, -104.07424104148333, -6.3260323345416742e-46), (51, 3.9, -0.84660957790647914, -0.56013231086152263),
    (51, 6, 0, -251.77464012087501), (51, 7.5, 0, -1581.4921537708016), (393, 5, -141.55460855939636, 0),
    (393, 5.97, -0.74104856175553773, -0.64743583550049684), (393, 7, 0, -304.83104473519744),
    (1e6, 13.8155, -0.70133855642307112, -0.68502235853694542), (1e6, 13.5, -44933.447341773558, 0),
  ]

  @Test("incomplete gamma functions on the log scale, far beyond underflow", arguments: gammaRatios)
  func logGammaRatio(a: Double, logX: Double, logP: Double, logQ: Double) throws {
    // x = eˡ itself is off by |l| ulps, which a/√a magnifies; a log that is nearly 0 has an absolute error.
    let tolerance = 1e-13 * max(1, a.squareRoot() / 10)
    #expect(isClose(try logLowerGammaRatio(a, atLog: logX), logP, tolerance, scale: 1e-3))
    #expect(isClose(try logUpperGammaRatio(a, atLog: logX), logQ, tolerance, scale: 1e-3))
    guard logX > -700 else { return }
    if logP > -700 { #expect(isClose(try lowerGammaRatio(a, exp(logX)), exp(logP), 1e-11)) }
    if logQ > -700 { #expect(isClose(try upperGammaRatio(a, exp(logX)), exp(logQ), 1e-11)) }
  }

  @Test("the two ends of an incomplete gamma function are exact")
  func gammaRatioEnds() throws {
    #expect(try lowerGammaRatio(2, 0) == 0 && upperGammaRatio(2, 0) == 1)
    #expect(try lowerGammaRatio(2, .infinity) == 1 && upperGammaRatio(2, .infinity) == 0)
  }

  @Test("log K for real orders and where K over- or underflows", arguments: [
    (0.5, 1e-3, 3.6786689921357959), (0.5, 900, -903.17540602901743), (-0.5, 2.5, -2.7323540132923501),
    (1.5, 1e-10, 34.764567747555413), (50.5, 20, 27.565223960119257), (120.3, 0.01, 1091.1547000829649),
    (25, 3000, -3003.6732853812851), (0, 0.1, 0.88668436667874213), (500.5, 1, 2954.4494206004301),
    (171.25, 1.9, 715.94345816113049),
    (1e-3, 1, -0.86506403335670613),
  ])
  func bessel(order: Double, z: Double, expected: Double) throws {
    #expect(isClose(try logBesselK(order: order, z), expected, 2e-14, scale: 1))
  }

  @Test("E₁, plain and scaled", arguments: [
    (1e-8, 17.843465089050833, 17.843465267485484), (0.3, 0.90567665167584674, 1.2225356050805856),
    (1, 0.21938393439552027, 0.59634736232319407), (5, 0.0011482955912753258, 0.17042217628473220),
    (50, 3.7832640295504590e-24, 0.019615109930114870), (690, 3.1428984321772300e-303, 0.0014471810250385690),
    (1500, 0, 0.00066622281363277963),
  ])
  func exponentialIntegrals(x: Double, plain: Double, scaled: Double) throws {
    // e⁻ˣ is off by x ulps.
    #expect(isClose(try exponentialIntegral(x), plain, 1e-15 * max(4, x)))
    #expect(isClose(try scaledExponentialIntegral(x), scaled, 4e-15))
  }

  @Test("log Φ from −40 to 9", arguments: [
    (-40, -804.60844201375379), (-10, -53.231285150512471), (-1, -1.8410216450092635), (0.5, -0.36894641528865639),
    (9, -1.1285884059538406e-19),
  ])
  func logNormal(x: Double, expected: Double) throws {
    #expect(isClose(try logNormalCumulative(x), expected, 4e-15))
  }

  @Test("Φ⁻¹ inverts Φ in both tails", arguments: [1e-300, 1e-20, 0.02, 0.5, 0.98])
  func normalQuantiles(p: Double) throws {
    #expect(isClose(normalCumulative(try normalQuantile(p)), p, 2e-13))
    #expect(complementaryErrorFunction(1) + errorFunction(1) == 1)
  }

  @Test("log-space arithmetic neither overflows nor cancels")
  func logSpace() {
    #expect(logSumExp([1000, 1000]) == 1000 + log(2))
    #expect(logSumExp([]) == -.infinity && logSumExp([-.infinity, -.infinity]) == -.infinity)
    #expect(log1mExp(1e-20) == log(1e-20) && log1mExp(50) == -exp(-50))
    #expect(softplus(800) == 800 && softplus(-800) == 0 && isClose(softplus(-40), exp(-40), 1e-15))
    #expect(sigmoid(-800) == 0 && sigmoid(800) == 1 && isClose(sigmoid(-700), exp(-700), 1e-15))
    #expect(isClose(logCosh(1e-5), 0.5e-10, 1e-10) && logCosh(-1000) == 1000 - log(2))
    #expect(isClose(logCosh(0.999_999_999), logCosh(1.000_000_001), 1e-8))
    #expect(logit(0.5) == 0 && logit(0) == -.infinity && logit(1) == .infinity)
  }

  @Test("arguments outside of a domain are named", arguments: [0, -1, Double.nan, .infinity])
  func domains(x: Double) {
    #expect(throws: GSLError.self) { try logGamma(x) }
    #expect(throws: GSLError.self) { try digamma(x) }
    #expect(throws: GSLError.self) { try trigamma(x) }
    #expect(throws: GSLError.self) { try exponentialIntegral(x) }
    #expect(throws: GSLError.self) { try logBesselK(order: 1, x) }
    #expect(throws: GSLError.self) { try lowerGammaRatio(x, 1) }
    #expect(throws: GSLError.self) { try normalQuantile(x) }
  }

  @Test("a status becomes a sentence with GSL's own words")
  func statusWords() {
    #expect(throws: GSLError.failure(function: "gsl_sf_psi_1_e", status: 16, message: "overflow")) {
      try trigamma(1e-200)
    }
  }
}
