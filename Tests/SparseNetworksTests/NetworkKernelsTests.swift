import CKernels
import Foundation
import GSL
import NetworkShape
import Priors
import TestSupport
import Testing

@testable import SparseNetworks

/// Each kernel by itself, at each level of this CPU. Errors are in units in the last place (ulp) of the `Float` result.
@Suite struct NetworkKernelsTests {
  /// Every 1009th of all floats (every 31st with `make test-all`) and the special ones; a whole number of vectors.
  static let floats: [Float] = {
    let special: [Float] = [
      0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude, -87.3, -87.2, 88, 0.625, -0.625, 1e-30, -103, -104, 16, -16, 20, -20,
    ]
    let step: UInt32 = testsEveryCombination ? 31 : 1009
    let patterns = stride(from: UInt32(0), to: UInt32.max - step, by: Int(step))
    let all = special + patterns.lazy.map { Float(bitPattern: $0) }.filter { $0.isFinite }
    return Array(all.prefix(all.count / 16 * 16))
  }()

  /// The worst |got − expected| in ulp of the expected; what underflows `Float` counts in ulp of its smallest normal.
  private func worstError(_ got: [Float], _ expected: (Int) -> Double, where isTested: (Int) -> Bool = { _ in true })
    -> (ulp: Double, place: Int)
  {
    var worst = (ulp: 0.0, place: 0)
    for place in got.indices where isTested(place) {
      let truth = expected(place)
      let unit = Double(Float(max(abs(truth), Double(Float.leastNormalMagnitude))).ulp)
      // An infinite or NaN result must be the worst.
      let error = got[place].isFinite ? abs(Double(got[place]) - truth) / unit : .infinity
      if error > worst.ulp { worst = (error, place) }
    }
    return worst
  }

  private func kernels(_ level: CPULevel) -> slab_kernels { Float.kernels(level).pointee }
  private func zeros(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }

  // MARK: - Elementary functions

  @Test(
    "softplus errs by 2 ulp at most and its slope by 2.3, down to where e^x is the smallest normal float",
    arguments: CPULevel.all)
  func softplusAndSigmoid(level: CPULevel) {
    let x = Self.floats
    var (value, slope) = (zeros(x.count), zeros(x.count))
    kernels(level).softplus(x.count, x, &value, &slope)
    // Below −87.3 both are 0 where the truth is under 1.3e-38.
    let ofValue = worstError(value, { GSL.softplus(Double(x[$0])) }, where: { x[$0] >= -87.3 })
    let ofSlope = worstError(slope, { GSL.sigmoid(Double(x[$0])) }, where: { x[$0] >= -87.3 })
    print("\(level.name): softplus \(ofValue.ulp) ulp, sigmoid \(ofSlope.ulp) ulp over \(x.count) floats")
    // Without fused multiplication: 2.07.
    let mostOfValue = level.name == "baseline" ? 2.1 : 2
    #expect(ofValue.ulp < mostOfValue, "at \(x[ofValue.place])")
    // t/(1+t): an error of t and one of 1+t count up to twice where the quotient's mantissa is large.
    #expect(ofSlope.ulp < 2.3, "at \(x[ofSlope.place])")
    #expect(x.indices.allSatisfy { x[$0] >= -87.3 || (value[$0] == 0 && slope[$0] == 0) })
  }

  @Test(
    "activations agree with ψ and ψ' of NetworkShape: tanh within 2 ulp, silu and elu within 3",
    arguments: Activation.allCases.filter(\.isTrainable), CPULevel.all)
  func activations(activation: Activation, level: CPULevel) {
    let x = Self.floats
    var (value, slope) = (zeros(x.count), zeros(x.count))
    kernels(level).activate(activation.code, 1, x.count, [Float(1)], x, &slope, &value)
    // Below −87.3 silu and softplus are 0, where the truth is under 1.1e-36.
    let isTested = { (place: Int) in ![.silu, .softplus].contains(activation) || x[place] > -87.3 }
    if activation == .gelu {
      // Φ errs by 2e-7, and x times that is what is left: no ulp in the left tail, where Φ itself is tiny.
      let worst = zip(value, x).map { abs(Double($0) - activation.value(at: Double($1))) / max(1, abs(Double($1))) }
      #expect(worst.max() ?? .infinity < 4e-7)
    } else {
      let allowed: [Activation: Double] = [.silu: 3, .tanh: 2, .elu: 3, .softplus: 2.1, .leakyRelu: 1.1]
      let ofValue = worstError(value, { activation.value(at: Double(x[$0])) }, where: isTested)
      print("\(level.name): \(activation.rawValue) \(ofValue.ulp) ulp")
      #expect(ofValue.ulp < allowed[activation] ?? 0.5, "ψ at \(x[ofValue.place])")
    }
    // 1 − tanh² and 1 − sigmoid cancel: their errors are absolute.
    let ofSlope = x.indices.filter(isTested).map { abs(Double(slope[$0]) - activation.derivative(at: Double(x[$0]))) }
    #expect(ofSlope.max() ?? .infinity < 1e-6)
  }

  @Test("a number's functions have the same bits, whatever is computed beside it", arguments: CPULevel.all)
  func neighbours(level: CPULevel) {
    let x = Self.floats
    func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
    var (value, slope, valueOfSome, slopeOfSome) = (zeros(x.count), zeros(x.count), zeros(x.count), zeros(x.count))
    kernels(level).softplus(x.count, x, &value, &slope)
    for start in stride(from: 0, to: x.count, by: 29) {
      let some = min(29, x.count - start)
      x.withUnsafeBufferPointer { x in
        valueOfSome.withUnsafeMutableBufferPointer { value in
          slopeOfSome.withUnsafeMutableBufferPointer { slope in
            kernels(level).softplus(
              some, x.baseAddress! + start, value.baseAddress! + start, slope.baseAddress! + start)
          }
        }
      }
    }
    #expect(bits(value) == bits(valueOfSome) && bits(slope) == bits(slopeOfSome))
    // Sixteen are one vector of AVX-512 only; below it both go the same way.
    let ones = [Float](repeating: 1, count: x.count / 16)
    for activation in Activation.allCases.filter(\.isTrainable) {
      kernels(level).activate(activation.code, 1, x.count, ones, x, &slope, &value)
      kernels(level).activate(activation.code, ones.count, 16, ones, x, &slopeOfSome, &valueOfSome)
      #expect(bits(value) == bits(valueOfSome) && bits(slope) == bits(slopeOfSome), "\(activation)")
    }
  }

  @Test("a gate scales the pre-activation", arguments: CPULevel.all)
  func gates(level: CPULevel) {
    var (slope, hidden) = ([Double](repeating: .nan, count: 32), [Double](repeating: .nan, count: 32))
    let u = (0..<32).map { Double($0) - 16 }
    Double.kernels(level).pointee.activate(Activation.tanh.code, 2, 16, [0.5, 0], u, &slope, &hidden)
    #expect((0..<16).allSatisfy { hidden[$0] == tanh(0.5 * u[$0]) })
    #expect(hidden[16...].allSatisfy { $0 == 0 } && slope[16...].allSatisfy { $0 == 1 })
  }

  @Test("a node that is off takes nothing from its slopes but ψ'(0), and hands nothing down", arguments: CPULevel.all)
  func offNode(level: CPULevel) {
    let u = (0..<32).map { Double($0) - 15.5 }
    var delta = (0..<32).map { 1 / Double($0 + 1) }
    let before = delta
    var (sums, gateGradient) = ([1.0, 1.0], [0.0, 0.0])
    Double.kernels(level).pointee.delta(
      2, 1, 16, 0.5, [2.0, 0.0], u, [Double](repeating: 0.25, count: 16), &delta, &sums, &gateGradient)
    #expect((0..<16).allSatisfy { delta[$0] == 0.5 * before[$0] } && delta[16...] == before[16...])
    let dot = { (rows: Range<Int>) in rows.reduce(0) { $0 + before[$1] * u[$1] } }
    #expect(abs(gateGradient[0] - 0.25 * dot(0..<16)) < 1e-12 && abs(gateGradient[1] - 0.5 * dot(16..<32)) < 1e-12)
    #expect(abs(sums[0] - delta[..<16].reduce(0, +)) < 1e-12 && sums[1] == 0)
  }

  @Test("the logarithm of the KL's kernels errs by less than 2 ulp, near 1 of ½", arguments: CPULevel.all)
  func logarithm(level: CPULevel) {
    let deviations = Self.floats.filter { $0 > 1e-30 && $0 < 1e15 }
    let count = deviations.count
    let (nothing, ones) = (zeros(count), [Float](repeating: 1, count: count))
    var (squares, logs, ofMean, ofRho) = (nothing, nothing, nothing, nothing)
    kernels(level).edge_divergence(
      count, ones, ones, nothing, deviations, ones, &ofMean, &ofRho, &squares, &logs)
    var worst = 0.0
    for (place, s) in deviations.enumerated() {
      let size = Float(max(abs(log(Double(s))), 0.5))
      worst = max(worst, abs(Double(logs[place]) - log(Double(s))) / Double(size.ulp))
    }
    print("\(level.name): log \(worst) ulp")
    #expect(worst < 2)
    #expect(zip(squares, deviations).allSatisfy { $0 == $1 * $1 })
  }

  @Test("Adam's move errs by less than 4 ulp for every size of its root", arguments: CPULevel.all)
  func adam(level: CPULevel) {
    // As far as their squares are numbers; the root is |g|, to which 1e-8 is added.
    let gradients = (0..<4000).map { Float(exp2(Double($0) / 4000 * 124 - 62)) }
    var (first, second, parameters) = (zeros(4000), zeros(4000), zeros(4000))
    kernels(level).adam(4000, 10, 1000, gradients, &first, &second, &parameters)
    for (i, g) in gradients.enumerated() {
      let (mean, square) = (Double(first[i]), Double(second[i]))
      let exact = -10 * mean / ((square * 1000).squareRoot() + 1e-8)
      #expect(abs(Double(parameters[i]) - exact) <= 4 * Double(Float(exact).ulp), "\(g)")
    }
    #expect(abs(parameters[3999] + 1) < 1e-4)
    // Where the square overflows the parameter is no number, so that the training is seen to have diverged.
    kernels(level).adam(1, 10, 1000, [Float(1e30)], &first, &second, &parameters)
    #expect(!parameters[0].isFinite)
  }

  @Test("NaN stays NaN", arguments: CPULevel.all)
  func notANumber(level: CPULevel) {
    let x = [Float](repeating: .nan, count: 16)
    var (value, slope) = (zeros(16), zeros(16))
    kernels(level).softplus(16, x, &value, &slope)
    #expect((value + slope).allSatisfy { $0.isNaN })
    for activation in Activation.allCases where activation.isTrainable {
      kernels(level).activate(activation.code, 1, 16, [Float(1)], x, &slope, &value)
      #expect(value.allSatisfy { $0.isNaN }, "\(activation)")
    }
  }

  // MARK: - Products

  @Test("products are those of plain loops, in every shape of a tile", arguments: CPULevel.all)
  func products(level: CPULevel) {
    let random = RandomGenerator(key: StreamKey(seed: 5))
    func check<Scalar: NetworkScalar>(_ type: Scalar.Type, tolerance: Double) {
      let kernels = Scalar.kernels(level).pointee
      func matrix(_ count: Int) -> [Scalar] { (0..<count).map { _ in Scalar(random.uniform() - 0.5) } }
      for m in [1, 2, 3, 4, 5, 6, 7, 11, 20] {
        for k in [0, 1, 2, 5, 21] {
          for n in [16, 32, 48, 64, 80, 144] {
            let (a, b) = (matrix(m * (k + 3)), matrix((k + 1) * n))
            var c = matrix(m * n)
            for isTransposed in [false, true] {
              let (row, column) = isTransposed ? (1, m) : (k + 3, 1)
              raw(a, b, &c) { kernels.multiply(m, n, k, $0, row, column, $1, n, $2, n) }
              for (i, r) in [(0, 0), (m - 1, n - 1), (m / 2, n / 3)] {
                let expected = (0..<k).reduce(0) { $0 + Double(a[i * row + $1 * column]) * Double(b[$1 * n + r]) }
                #expect(abs(Double(c[i * n + r]) - expected) < tolerance)
              }
            }
            guard k > 0 else { continue }
            // C (m × k) = A Bᵀ over n.
            let (left, right) = (matrix(m * n), matrix(k * n))
            var product = matrix(m * (k + 2))
            let untouched = product[k]
            raw(left, right, &product) { kernels.multiply_transposed(m, k, n, $0, n, $1, n, $2, k + 2) }
            for i in 0..<m {
              for j in 0..<k {
                let expected = (0..<n).reduce(0) { $0 + Double(left[i * n + $1]) * Double(right[j * n + $1]) }
                #expect(abs(Double(product[i * (k + 2) + j]) - expected) < tolerance)
              }
            }
            #expect(product[k] == untouched)
          }
        }
      }
    }
    check(Float.self, tolerance: 1e-5)
    check(Double.self, tolerance: 1e-13)
  }

  /// What C takes for untyped pointers: Swift doubts those to arrays of a generic type.
  private func raw<Scalar>(
    _ a: [Scalar], _ b: [Scalar], _ c: inout [Scalar],
    _ body: (UnsafeRawPointer, UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
  ) {
    a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        c.withUnsafeMutableBytes { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          body(a, b, c)
        }
      }
    }
  }

  @Test("rows of a table are taken and turned", arguments: CPULevel.all)
  func gather(level: CPULevel) {
    let table = (0..<60).map(Float.init)  // 20 × 3
    let rows: [Int32] = [7, 0, 19, 7, 3, 11]
    var out = zeros(3 * 16)
    kernels(level).gather(rows.count, rows, 3, table, 16, &out)
    for (place, row) in rows.enumerated() {
      for column in 0..<3 { #expect(out[column * 16 + place] == table[3 * Int(row) + column]) }
    }
  }

  // MARK: - Likelihood

  @Test("likelihoods and their slopes are those of plain loops; nothing behind the last row", arguments: CPULevel.all)
  func likelihoods(level: CPULevel) throws {
    let kernels = Double.kernels(level).pointee
    let random = RandomGenerator(key: StreamKey(seed: 6))
    let (rows, lanes, outputs) = (19, 32, 3)
    let f = (0..<(outputs * lanes)).map { _ in 40 * (random.uniform() - 0.5) }
    let y = (0..<(outputs * lanes)).map { _ in random.uniform() }
    let classes = (0..<lanes).map { Int32($0 % outputs) }
    var delta = [Double](repeating: 9, count: outputs * lanes)
    func score(_ output: Int, _ row: Int) -> Double { f[output * lanes + row] }
    func expectDelta(_ expected: (Int, Int) -> Double, outputs: Int) {
      for output in 0..<outputs {
        for row in 0..<lanes {
          let value = row < rows ? expected(output, row) : 0
          #expect(abs(delta[output * lanes + row] - value) < 1e-14 * max(1, abs(value)))
        }
      }
    }
    var total = kernels.gaussian(outputs, rows, lanes, 4, f, y, &delta)
    var expected = 0.0
    for output in 0..<outputs { for row in 0..<rows { expected += pow(score(output, row) - y[output * lanes + row], 2) } }
    #expect(abs(total / expected - 1) < 1e-13)
    expectDelta({ 4 * (score($0, $1) - y[$0 * lanes + $1]) / Double(rows) }, outputs: outputs)

    total = kernels.categorical(outputs, rows, lanes, f, classes, &delta)
    let logSums = (0..<rows).map { row in logSumExp((0..<outputs).map { score($0, row) }) }
    expected = (0..<rows).reduce(0) { $0 + logSums[$1] - score(Int(classes[$1]), $1) }
    #expect(abs(total / expected - 1) < 1e-13)
    expectDelta(
      { (exp(score($0, $1) - logSums[$1]) - ($0 == Int(classes[$1]) ? 1 : 0)) / Double(rows) }, outputs: outputs)

    let binary = classes.map { $0 % 2 }
    total = kernels.bernoulli(rows, lanes, f, binary, &delta)
    expected = (0..<rows).reduce(0) { $0 + GSL.softplus(binary[$1] == 1 ? -score(0, $1) : score(0, $1)) }
    #expect(abs(total / expected - 1) < 1e-13)
    expectDelta({ (GSL.sigmoid(score($0, $1)) - (binary[$1] == 1 ? 1 : 0)) / Double(rows) }, outputs: 1)
  }

  @Test("local noise without variance moves nothing and keeps a finite slope", arguments: CPULevel.all)
  func noVariance(level: CPULevel) {
    var (u, v) = ([Float(2), 2, 2], [Float(0), .leastNonzeroMagnitude, 4])
    kernels(level).local_noise(3, [Float(5), -5, 0.5], &u, &v)
    #expect(u == [2, 2, 3])
    #expect(v[2] == 0.125 && v.allSatisfy { $0.isFinite })
  }

  // MARK: - Indicators and scales

  @Test("indicators are BinaryConcrete's, and their KL is BernoulliDivergence's", arguments: CPULevel.all)
  func indicators(level: CPULevel) throws {
    let kernels = Double.kernels(level).pointee
    let random = RandomGenerator(key: StreamKey(seed: 7))
    let count = 101
    let theta = (0..<count).map { _ in 60 * (random.uniform() - 0.5) }
    let uniforms = (0..<count).map { _ in random.uniform() }
    var (z, slope, gamma) = ([Double](repeating: 0, count: count), theta, theta)
    for isSoft in [false, true] {
      let total = kernels.indicators(count, 1 / 0.6, isSoft ? 1 : 0, theta, uniforms, &z, &slope, &gamma)
      for i in 0..<count {
        let draw = try BinaryConcrete(logit: theta[i], temperature: 0.6, uniform: uniforms[i])
        #expect(abs(z[i] - (isSoft ? draw.relaxed : draw.isOn ? 1 : 0)) < 1e-13)
        #expect(abs(slope[i] - draw.derivative) < 1e-13)
        #expect(abs(gamma[i] / GSL.sigmoid(theta[i]) - 1) < 1e-13)
      }
      #expect(abs(total / gamma.reduce(0, +) - 1) < 1e-13)
    }
    for nu in [1e-3, 1, 50] {
      var gradient = [Double](repeating: 0.25, count: count)
      let offCost = -log1mExp(nu)
      let total = kernels.inclusion_divergence(count, nu, offCost, offCost - nu, 0.1, theta, &gradient)
      let terms = try theta.map { try BernoulliDivergence(inclusionLogit: $0, negativeLogPrior: nu) }
      #expect(abs(total / terms.reduce(0) { $0 + $1.value } - 1) < 1e-12)
      #expect(zip(gradient, terms).allSatisfy { abs($0 - 0.25 - 0.1 * $1.dLogit) < 1e-12 * max(1, abs($1.dLogit)) })
    }
  }

  @Test("moments of log-normals are ScalePosterior's", arguments: CPULevel.all)
  func logNormals(level: CPULevel) throws {
    let kernels = Double.kernels(level).pointee
    let location = [-3, -0.5, 0, 1, 2.5], rho = [-6, -1, 0, 1, 2] as [Double]
    var moments = [Double](repeating: 0, count: Int(SLAB_MOMENT_COUNT.rawValue) * 5)
    let check = kernels.log_normal(5, 5, location, rho, &moments)
    #expect(check.isFinite)
    func quantity(_ which: slab_moment, _ place: Int) -> ScalePosterior.Quantity {
      let first = Int(which.rawValue) * 5 + place
      return .init(value: moments[first], byLocation: moments[first + 5], byRho: moments[first + 10])
    }
    for place in 0..<5 {
      let q = try ScalePosterior(
        of: .gamma(shape: GammaShape(0.5), rate: 1), family: .logNormal, location: location[place], rho: rho[place],
        isCentred: false)
      let expected: [(slab_moment, ScalePosterior.Quantity)] = [
        (SLAB_MEAN_LOG, q.meanLog), (SLAB_MEAN, q.mean), (SLAB_MEAN_INVERSE, q.meanInverse),
        (SLAB_NEGATIVE_ENTROPY, q.negativeEntropy),
      ]
      for (which, expected) in expected {
        let got = quantity(which, place)
        func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-13 * max(1, abs(b)) }
        #expect(isClose(got.value, expected.value) && isClose(got.byLocation, expected.byLocation))
        #expect(isClose(got.byRho, expected.byRho))
      }
    }
    for bad in [Double.nan, .infinity, 1000] {
      #expect(!kernels.log_normal(1, 1, [bad], [0.0], &moments).isFinite)
      if bad != 1000 { #expect(!kernels.log_normal(1, 1, [0.0], [bad], &moments).isFinite) }
    }
    #expect(!kernels.log_normal(1, 1, [0.0], [-2000.0], &moments).isFinite)
  }

  // MARK: - Random numbers

  /// N(0, 1) number i of a stream, from its words, by Box and Muller in `Double`.
  private static func normal(_ i: Int, words: [UInt32]) -> Double {
    // A chunk of 64: numbers 16 w + b come from word pair (0, 1) or (2, 3) of block b.
    let (chunk, place) = (i / 64 * 64, i % 64)
    let (w, b) = (place / 16, place % 16)
    let u = Double((words[chunk + w / 2 * 32 + b] >> 8) + 1) * 0x1p-24
    let v = Double(words[chunk + w / 2 * 32 + 16 + b] >> 8) * 0x1p-24
    return (-2 * log(u)).squareRoot() * (w % 2 == 0 ? cos(2 * .pi * v) : sin(2 * .pi * v))
  }

  @Test("words are Philox4x32-10's known answers", arguments: CPULevel.all)
  func knownAnswers(level: CPULevel) {
    // Random123's kat_vectors, philox4x32 with 10 rounds: the words of a block stand 16 apart.
    func block(key: UInt64, high: UInt64, _ number: Int) -> [UInt32] {
      let chunk = number / 16 * 64
      var words = [UInt32](repeating: 0, count: chunk + 64)
      kernels(level).words(key, high, words.count, &words)
      return (0..<4).map { words[chunk + 16 * $0 + number % 16] }
    }
    #expect(block(key: 0, high: 0, 0) == [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8])
    // Every other block is the scalar generator's, which has all three known answers (GSLTests).
    for (key, high) in [(UInt64.max, UInt64.max), (0x0370_7344_A409_3822, 0x1319_8A2E_0370_7344)] {
      for number in [0, 1, 15, 16, 40] {
        let expected = slab_philox4x32(key, high, UInt64(number)).word
        #expect(
          block(key: key, high: high, number) == [expected.0, expected.1, expected.2, expected.3])
      }
    }
  }

  @Test("normals are Box and Muller's of the stream's words, within 2e-6", arguments: CPULevel.all)
  func normals(level: CPULevel) {
    for (key, high) in [(7, 0), (0xFEDC_BA98_7654, 99)] as [(UInt64, UInt64)] {
      let count = 700
      var (single, double) = (zeros(count), [Double](repeating: 0, count: count))
      kernels(level).normals(key, high, 0, count, &single)
      Double.kernels(level).pointee.normals(key, high, 0, count, &double)
      #expect(zip(single, double).allSatisfy { Double($0) == $1 })
      var words = [UInt32](repeating: 0, count: 704)
      kernels(level).words(key, high, 704, &words)
      for i in 0..<count { #expect(abs(double[i] - Self.normal(i, words: words)) < 2e-6, "number \(i)") }
    }
  }

  @Test("uniforms are the middles of 2^23 cells, exactly", arguments: CPULevel.all)
  func uniforms(level: CPULevel) {
    var single = zeros(200)
    var double = [Double](repeating: 0, count: 200)
    var words = [UInt32](repeating: 0, count: 256)
    kernels(level).uniforms(3, 4, 200, &single)
    Double.kernels(level).pointee.uniforms(3, 4, 200, &double)
    kernels(level).words(3, 4, 256, &words)
    for i in 0..<200 {
      #expect(Double(single[i]) == (Double(words[i] >> 9) + 0.5) * 0x1p-23 && double[i] == Double(single[i]))
    }
  }

  @Test("any part of a stream can be drawn by itself", arguments: CPULevel.all)
  func parts(level: CPULevel) {
    var whole = zeros(1000)
    kernels(level).normals(3, 4, 0, 1000, &whole)
    for (first, count) in [(0, 10), (1, 63), (5, 200), (64, 64), (63, 2), (640, 360), (999, 1), (100, 0)] {
      var part = zeros(max(count, 1))
      kernels(level).normals(3, 4, first, count, &part)
      #expect(Array(part.prefix(count)) == Array(whole[first..<(first + count)]))
    }
  }

  @Test("normals have the moments, the distribution and the independence of N(0, 1)", arguments: CPULevel.all)
  func distribution(level: CPULevel) {
    // Each bound is passed once in 10⁶ seeds: |z| > 4.9, and Kolmogorov–Smirnov's √n D > 2.7; the seed is fixed.
    let count = 1 << 17
    let n = Double(count)
    var (x, other) = (zeros(count), zeros(count))
    kernels(level).normals(11, 0, 0, count, &x)
    kernels(level).normals(11, 1, 0, count, &other)
    var moments = [0.0, 0, 0, 0]
    // Neighbours in memory, the two of a Box–Muller pair (16 apart), and two streams.
    var (neighbours, pairs, streams) = (0.0, 0.0, 0.0)
    for i in 0..<count {
      let value = Double(x[i])
      var power = 1.0
      for k in 0..<4 {
        power *= value
        moments[k] += power / n
      }
      streams += value * Double(other[i]) / n
      if i > 0 { neighbours += value * Double(x[i - 1]) / n }
      if i >= 16 { pairs += value * Double(x[i - 16]) / n }
    }
    // Var x^k = E x^2k − (E x^k)²: 1, 2, 15, 96.
    for (moment, (mean, variance)) in zip(moments, [(0.0, 1.0), (1, 2), (0, 15), (3, 96)]) {
      #expect(abs(moment - mean) < 4.9 * (variance / n).squareRoot())
    }
    for correlation in [neighbours, pairs, streams] { #expect(abs(correlation) < 4.9 / n.squareRoot()) }
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
    @Test("while denormals are flushed they are 0, and afterwards as before", arguments: CPULevel.all)
    func denormals(level: CPULevel) {
      // A kernel multiplies, where the compiler cannot see the numbers.
      func half() -> Float {
        var result: Float = -1
        kernels(level).product(1, 0.5, [Float.leastNormalMagnitude], [Float(1)], &result)
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
