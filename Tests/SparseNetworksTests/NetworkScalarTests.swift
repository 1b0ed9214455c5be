import CKernels
import Foundation
import GSL
import NetworkShape
import Testing

@testable import SparseNetworks

/// Measured errors are in units in the last place (ulp) of the `Float` result, over some 100,000 of all floats.
@Suite struct NetworkScalarTests {
  /// Floats of every sign and exponent, the special ones among them.
  static let floats: [Float] = {
    let special: [Float] = [
      0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude, -87.3, -87.2, 88, 0.625, -0.625, 1e-30, -103, -104, 16, -16, 20, -20,
    ]
    let patterns = stride(from: UInt32(0), to: UInt32.max - 40_009, by: 40_009)
    return special + patterns.map { Float(bitPattern: $0) }.filter { $0.isFinite }
  }()

  /// The worst |got − expected| in ulp of the expected; what underflows `Float` counts in ulp of its smallest normal.
  private func worstError(_ got: [Float], _ expected: [Double]) -> (ulp: Double, place: Int) {
    var worst = (ulp: 0.0, place: 0)
    for (place, (got, expected)) in zip(got, expected).enumerated() {
      let unit = Double(Float(max(abs(expected), Double(Float.leastNormalMagnitude))).ulp)
      // An infinite or NaN result must be the worst.
      let error = got.isFinite ? abs(Double(got) - expected) / unit : .infinity
      if error > worst.ulp { worst = (error, place) }
    }
    return worst
  }

  @Test("softplus and its slope err by less than 2 ulp, down to where e^x is the smallest normal float")
  func softplusAndSigmoid() {
    let x = Self.floats
    var (value, slope) = ([Float](repeating: 0, count: x.count), [Float](repeating: 0, count: x.count))
    Float.softplus(count: x.count, x, into: &value, slope: &slope)
    // Measured: 1.81 and 1.73. Below −87.3 both are 0 where the truth is under 1.3e-38.
    let inRange = x.indices.filter { x[$0] >= -87.3 }
    let below = x.indices.filter { x[$0] < -87.3 }
    let ofValue = worstError(inRange.map { value[$0] }, inRange.map { GSL.softplus(Double(x[$0])) })
    let ofSlope = worstError(inRange.map { slope[$0] }, inRange.map { GSL.sigmoid(Double(x[$0])) })
    #expect(ofValue.ulp < 2, "at \(x[inRange[ofValue.place]])")
    #expect(ofSlope.ulp < 2, "at \(x[inRange[ofSlope.place]])")
    #expect(below.allSatisfy { value[$0] == 0 && slope[$0] == 0 })
  }

  @Test(
    "activations agree with ψ and ψ' of NetworkShape: tanh within 2 ulp, silu and elu within 3",
    arguments: Activation.allCases.filter(\.isTrainable))
  func activations(activation: Activation) {
    // Measured: 1.42 and 2.40. Below −87.3 silu and softplus are 0, where the truth is under 1.1e-36.
    let x = Self.floats.filter { ![.silu, .softplus].contains(activation) || $0 > -87.3 }
    let count = x.count
    var slope = [Float](repeating: 0, count: count)
    var hidden = [Float](repeating: 0, count: 2 * count)
    Float.activate(activation, rows: count, columns: 1, gate: [1], preactivation: x, slope: &slope, into: &hidden)
    let value = (0..<count).map { hidden[2 * $0 + 1] }
    #expect((0..<count).allSatisfy { hidden[2 * $0] == 1 })
    if activation == .gelu {
      // Φ errs by 2e-7, and x times that is what is left: no ulp in the left tail, where Φ itself is tiny.
      let worst = zip(value, x).map { abs(Double($0) - activation.value(at: Double($1))) / max(1, abs(Double($1))) }.max()
      #expect((worst ?? .infinity) < 4e-7)
    } else {
      let allowed: [Activation: Double] = [.silu: 3, .tanh: 2, .elu: 3, .softplus: 2, .leakyRelu: 1.1]
      let ofValue = worstError(value, x.map { activation.value(at: Double($0)) })
      #expect(ofValue.ulp < allowed[activation] ?? 0.5, "ψ at \(x[ofValue.place])")
    }
    // 1 − tanh² and 1 − sigmoid cancel: their errors are absolute; measured 1.7e-7 and 9.2e-7.
    let ofSlope = zip(slope, x).map { abs(Double($0) - activation.derivative(at: Double($1))) }.max() ?? .infinity
    #expect(ofSlope < 1e-6)
  }

  @Test("a gate scales the pre-activation, in Double as in Float")
  func gates() {
    var slope = [Double](repeating: 0, count: 4)
    var hidden = [Double](repeating: 0, count: 6)
    Double.activate(
      .tanh, rows: 2, columns: 2, gate: [0, 0.5], preactivation: [3, 1, -2, 4], slope: &slope, into: &hidden)
    #expect(hidden == [1, 0, tanh(0.5), 1, 0, tanh(2)])
    #expect(slope[0] == 1 && slope[2] == 1)
  }

  @Test("the logarithm of the KL's kernel errs by less than 2 ulp, near 1 of ½")
  func logarithm() {
    let deviations = Self.floats.filter { $0 > 1e-30 && $0 < 1e15 }
    let count = deviations.count
    let zeros = [Float](repeating: 0, count: count)
    var (squares, logs, ofMean, ofRho) = (zeros, zeros, zeros, zeros)
    let ones = [Float](repeating: 1, count: count)
    Float.gaussianDivergence(
      rows: 1, columns: count, weight: 1, inclusion: ones, precision: ones, mean: zeros, deviation: deviations,
      slope: ones, squares: &squares, logs: &logs, meanGradient: &ofMean, rhoGradient: &ofRho)
    for (place, s) in deviations.enumerated() {
      #expect(squares[place] == s * s)
      let size = Float(max(abs(log(Double(s))), 0.5))
      #expect(abs(Double(logs[place]) - log(Double(s))) < 2 * Double(size.ulp), "at \(s)")
    }
  }

  @Test("NaN stays NaN")
  func notANumber() {
    var (value, slope) = ([Float](repeating: 0, count: 1), [Float](repeating: 0, count: 1))
    Float.softplus(count: 1, [.nan], into: &value, slope: &slope)
    #expect(value[0].isNaN && slope[0].isNaN)
  }

  @Test("local noise without variance moves nothing and keeps a finite slope")
  func noVariance() {
    var (u, v) = ([Float(2), 2, 2], [Float(0), .leastNonzeroMagnitude, 4])
    Float.localNoise(count: 3, noise: [5, -5, 0.5], preactivation: &u, variance: &v)
    #expect(u == [2, 2, 3])
    #expect(v[2] == 0.125 && v.allSatisfy(\.isFinite))
  }

  // MARK: - Random numbers

  /// N(0, 1) number i of a stream, from its words, by Box and Muller in `Double`.
  private static func normal(_ i: Int, key: UInt64, high: UInt64) -> Double {
    // Chunks of 64 blocks; normals 64 w + b of a chunk come from word pair (0, 1) or (2, 3) of block b.
    let (chunk, place) = (i / 256, i % 256)
    let (kind, block) = (place / 64, place % 64)
    let first = (chunk * 64 + block) * 4
    var words = [UInt32](repeating: 0, count: first + 4)
    slab_words(key, high, words.count, &words)
    let u = Double((words[first + kind / 2 * 2] >> 8) + 1) * 0x1p-24
    let v = Double(words[first + kind / 2 * 2 + 1] >> 8) * 0x1p-24
    return (-2 * log(u)).squareRoot() * (kind % 2 == 0 ? cos(2 * .pi * v) : sin(2 * .pi * v))
  }

  @Test("words are Philox4x32-10's known answer for key 0 and counter 0")
  func knownAnswer() {
    // Random123's kat_vectors, first line of philox4x32 with 10 rounds.
    var words = [UInt32](repeating: 0, count: 4)
    slab_words(0, 0, 4, &words)
    #expect(words == [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8])
  }

  @Test("normals are Box and Muller's of the stream's words, within 2e-6", arguments: [(7, 0), (0xFEDC_BA98_7654, 99)])
  func normals(key: UInt64, high: UInt64) {
    let count = 700
    var single = [Float](repeating: 0, count: count)
    var double = [Double](repeating: 0, count: count)
    Float.normals(key: key, high: high, count: count, into: &single)
    Double.normals(key: key, high: high, count: count, into: &double)
    #expect(zip(single, double).allSatisfy { Double($0) == $1 })
    for i in 0..<count { #expect(abs(double[i] - Self.normal(i, key: key, high: high)) < 2e-6, "number \(i)") }
  }

  @Test("a prefix does not depend on how many are drawn")
  func prefix() {
    var (short, long) = ([Float](repeating: 0, count: 10), [Float](repeating: 0, count: 1000))
    Float.normals(key: 3, high: 4, count: 10, into: &short)
    Float.normals(key: 3, high: 4, count: 1000, into: &long)
    #expect(short == Array(long[..<10]))
    var (few, many) = ([UInt32](repeating: 0, count: 7), [UInt32](repeating: 0, count: 100))
    slab_words(3, 4, 7, &few)
    slab_words(3, 4, 100, &many)
    #expect(few == Array(many[..<7]))
  }

  @Test("normals have the moments, the distribution and the independence of N(0, 1)")
  func distribution() {
    // Each bound is passed once in 10⁶ seeds: |z| > 4.9, and Kolmogorov–Smirnov's √n D > 2.7; the seed is fixed.
    let count = 1 << 17
    let n = Double(count)
    var (x, other) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    Float.normals(key: 11, high: 0, count: count, into: &x)
    Float.normals(key: 11, high: 1, count: count, into: &other)
    var moments = [0.0, 0, 0, 0]
    var (neighbours, streams) = (0.0, 0.0)
    for i in 0..<count {
      let value = Double(x[i])
      var power = 1.0
      for k in 0..<4 {
        power *= value
        moments[k] += power / n
      }
      streams += value * Double(other[i]) / n
      if i > 0 { neighbours += value * Double(x[i - 1]) / n }
    }
    // Var x^k = E x^2k − (E x^k)²: 1, 2, 15, 96.
    for (moment, (mean, variance)) in zip(moments, [(0.0, 1.0), (1, 2), (0, 15), (3, 96)]) {
      #expect(abs(moment - mean) < 4.9 * (variance / n).squareRoot())
    }
    #expect(abs(streams) < 4.9 / n.squareRoot())
    #expect(abs(neighbours) < 4.9 / n.squareRoot())
    #expect(x.allSatisfy { abs($0) < 5.8 })
    let sorted = x.sorted()
    var distance = 0.0
    for i in 0..<count {
      let cumulative = normalCumulative(Double(sorted[i]))
      distance = max(distance, abs(cumulative - Double(i) / n), abs(cumulative - Double(i + 1) / n))
    }
    #expect(distance * n.squareRoot() < 2.7)
  }

  #if arch(x86_64)
    @Test("while denormals are flushed they are 0, and afterwards as before")
    func denormals() {
      // A kernel multiplies, where the compiler cannot see the numbers.
      func half() -> Float {
        var result: Float = -1
        Float.product(count: 1, factor: 0.5, [Float.leastNormalMagnitude], [1], into: &result)
        return result
      }
      #expect(half() == 0x1p-127)
      let state = slab_flush_denormals()
      let flushed = half()
      slab_restore_denormals(state)
      #expect(flushed == 0)
      #expect(half() == 0x1p-127)
    }
  #endif
}
