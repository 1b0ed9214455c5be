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

  /// (a, x, P, Q) by mpmath with 50 digits and two sums of positive terms, a being whole:
  /// P = xᵃ e⁻ˣ/Γ(a + 1) · Σ xⁿ/((a + 1)…(a + n)), Q = xᵃ e⁻ˣ/Γ(a) · Σ (a − 1)…(a − n)/xⁿ⁺¹.
  static let largeShapes: [(Double, Double, Double, Double)] = [
    (1e3, 810, 6.5145289548984977e-11, 0.99999999993485471), (1e3, 984, 0.30919512677613195, 0.69080487322386805),
    (1e3, 1095, 0.99827461190719227, 0.0017253880928077256), (1e3, 1791, 1, 5.8899571325060407e-93),
    (1e4, 7000, 9.7116724377058522e-249, 1), (1e4, 9400, 4.6485246081212703e-10, 0.99999999953514754),
    (1e4, 9950, 0.30941788486118259, 0.69058211513881741), (1e4, 1e4, 0.5013298083399552, 0.4986701916600448),
    (1e4, 10300, 0.99852950510361432, 0.0014704948963856813), (1e4, 12500, 1, 3.6815197169876694e-119),
    (1e5, 90513, 2.3499129192656916e-211, 1), (1e5, 98103, 7.8920697533816969e-10, 0.99999999921079302),
    (1e5, 99842, 0.30894287361039751, 0.69105712638960249), (1e5, 1e5, 0.50042052211036518, 0.49957947788963482),
    (1e5, 100949, 0.99861700238942174, 0.0013829976105782615), (1e5, 107906, 1, 1.6959642687280545e-131),
    (1e6, 970000, 4.9209087785911619e-202, 1), (1e6, 994000, 9.1789002623020234e-10, 0.99999999908210997),
    (1e6, 999500, 0.30862555689081532, 0.69137444310918468), (1e6, 1e6, 0.50013298076087259, 0.49986701923912741),
    (1e6, 1003000, 0.99863825935378241, 0.0013617406462175915), (1e6, 1025000, 1, 5.0769728223670246e-136),
    (1e8, 99700000, 1.9908822896467062e-198, 1), (1e8, 99940000, 9.7952134364735972e-10, 0.99999999902047866),
    (1e8, 99995000, 0.3085463403774922, 0.6914536596225078), (1e8, 1e8, 0.50001329807601412, 0.49998670192398588),
    (1e8, 100000100, 0.5040026523926943, 0.4959973476073057),
    (1e8, 100030000, 0.99864891989839804, 0.0013510801016019576), (1e8, 100250000, 1, 5.1407016069767614e-138),
  ]

  @Test("incomplete gamma functions of large shapes keep 12 digits, 30 deviations off the mean", arguments: largeShapes)
  func largeShapeRatio(a: Double, x: Double, p: Double, q: Double) throws {
    #expect(isClose(try lowerGammaRatio(a, x), p, 1e-12))
    #expect(isClose(try upperGammaRatio(a, x), q, 1e-12))
    let gamma = try GammaDistribution(shape: a, rate: 1)
    #expect(try isClose(gamma.cumulative(x), p, 1e-12) && isClose(gamma.survival(x), q, 1e-12))
    // log x, as a Double, is off by its last digit, which √a |y| magnifies, |y| ≤ 30.
    let rounding = 1e-12 + 4e-15 * a.squareRoot() * 30
    #expect(isClose(exp(try gamma.logCumulative(atLog: log(x))), p, rounding))
    #expect(isClose(exp(try gamma.logSurvival(atLog: log(x))), q, rounding))
    let inverse = try InverseGammaDistribution(shape: a, scale: 1)
    #expect(try isClose(inverse.survival(1 / x), p, rounding) && isClose(inverse.cumulative(1 / x), q, rounding))
  }

  /// (a, v, log P, log Q) at x = a eᵛ, as above; v = ±0.19 and beyond are on either side of where the method changes.
  static let farRatios: [(Double, Double, Double, Double)] = [
    (1e3, -20, -19004.372901565121, 0), (1e3, -0.3, -43.851595408008471, -9.0259742801575069e-20),
    (1e3, -0.19, -19.603607360992256, -3.0638076652989467e-9),
    (1e3, 0.19, -2.5639403312690747e-10, -22.084305663016952),
    (1e3, 0.25, -7.3078150939638563e-17, -37.155002244569034), (1e3, 3, 0, -16092.858808649045),
    (1e4, -20, -190005.524137662, 0), (1e4, -0.3, -412.3571976267808, -8.2327418487090744e-180),
    (1e4, -0.19, -173.36397038839231, -5.1166333766674613e-76),
    (1e4, 0.19, -4.7764979191780814e-86, -196.45861037239747),
    (1e4, 0.25, -2.3787749013144474e-150, -344.52117834129824), (1e4, 3, 0, -160863.84228526231),
    (1e6, -20, -19000007.828755047, 0), (1e6, -0.3, -40824.697161028373, 0), (1e6, -0.19, -16965.20643738102, 0),
    (1e6, 0.19, 0, -19255.860151270453), (1e6, 0.25, 0, -34031.984706003907), (1e6, 3, 0, -16085547.698812437),
    (1e8, -20, -1900000010.3353943, 0), (1e8, -0.3, -4081830.8472251898, 0), (1e8, -0.19, -1695921.7693879216, 0),
    (1e8, 0.19, 0, -1924968.3307768357), (1e8, 0.25, 0, -3402550.5393616641), (1e8, 3, 0, -1608553705.3969765),
  ]

  @Test("so do their logarithms, far beyond underflow", arguments: farRatios)
  func farLogRatio(a: Double, v: Double, logP: Double, logQ: Double) throws {
    #expect(isClose(try logLowerGammaRatio(a, atLogRatio: v), logP, 1e-12))
    #expect(isClose(try logUpperGammaRatio(a, atLogRatio: v), logQ, 1e-12))
  }

  @Test("at the ends of its range eˣ − 1 − x is at least h, and not much more")
  func excessRange() {
    for h in [0, 1e-300, 1e-20, 1e-3, 0.5, 4, 1e3, 1e300] {
      let range = exponentialExcessRange(h)
      for end in [range.lowerBound, range.upperBound] {
        let excess = exponentialExcess(end)
        #expect(excess >= h * (1 - 1e-12) && excess <= 1.0001 * h + 2 * h.squareRoot(), "\(h): \(excess)")
      }
    }
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
    for y in [1e-300, 1e-8, 0.3, 1, 40, 1e5] { #expect(isClose(softplus(inverseSoftplus(y)), y, 1e-13)) }
    #expect(inverseSoftplus(0) == -.infinity)
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
