import Foundation
import GSL
import NetworkShape
import SparseNetworks
import Testing

@testable import Simulation

private func column(_ index: Int, of inputs: [Double], _ count: Int) -> [Double] {
  stride(from: index, to: inputs.count, by: count).map { inputs[$0] }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

private func correlation(_ a: [Double], _ b: [Double]) -> Double {
  let (ma, mb) = (mean(a), mean(b))
  let covariance = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) }
  let va = a.reduce(0) { $0 + ($1 - ma) * ($1 - ma) }
  let vb = b.reduce(0) { $0 + ($1 - mb) * ($1 - mb) }
  return covariance / (va * vb).squareRoot()
}

@Suite("Input designs") struct InputDesignTests {
  static let bounded: [(InputDesign, InputDomain)] = [
    (.uniform, .symmetric), (.uniform, .unit), (.correlated(0.7), .symmetric), (.correlated(-0.5), .unit),
  ]

  @Test("bounded designs are uniform on the domain, input by input", arguments: bounded)
  func uniformMargins(design: InputDesign, domain: InputDomain) throws {
    let n = 10_000
    let inputs = try design.sample(count: n, inputCount: 3, domain: domain, key: StreamKey(seed: 2))
    #expect(inputs.count == 3 * n)
    for index in 0..<3 {
      let sorted = column(index, of: inputs, 3).sorted()
      let (a, b) = (domain.bounds.lowerBound, domain.bounds.upperBound)
      // Kolmogorov–Smirnov: P(√n D > 2.7) < 10⁻⁶ for rows drawn independently; seed fixed.
      let distance = sorted.indices.reduce(0.0) { largest, k in
        let u = (sorted[k] - a) / (b - a)
        return max(largest, abs(u - Double(k) / Double(n)), abs(u - Double(k + 1) / Double(n)))
      }
      #expect(distance * Double(n).squareRoot() < 2.7)
    }
  }

  @Test("correlation falls off as a Gaussian copula's", arguments: [0.7, -0.5])
  func copula(rho: Double) throws {
    let n = 20_000
    let inputs = try InputDesign.correlated(rho).sample(
      count: n, inputCount: 3, domain: .unit, key: StreamKey(seed: 3))
    for (i, j) in [(0, 1), (1, 2), (0, 2)] {
      let expected = 6 / Double.pi * asin(pow(rho, Double(j - i)) / 2)
      // Its standard error is below 1/√n = 0.007; five of them fail by chance once in 10⁶ seeds; seed fixed.
      #expect(abs(correlation(column(i, of: inputs, 3), column(j, of: inputs, 3)) - expected) < 0.035)
    }
  }

  @Test("the second moment is the mean of ‖x‖²", arguments: bounded + [(.gaussian, .symmetric)])
  func secondMoment(design: InputDesign, domain: InputDomain) throws {
    let n = 20_000
    let inputs = try design.sample(count: n, inputCount: 4, domain: domain, key: StreamKey(seed: 4))
    let average = inputs.reduce(0) { $0 + $1 * $1 } / Double(n)
    // ‖x‖² has a standard deviation below √8 (Gaussian): five standard errors are 0.1; once in 10⁶ seeds; seed fixed.
    #expect(abs(average - design.secondMoment(inputCount: 4, domain: domain)) < 0.1)
  }

  @Test("Sobol points follow the same design, with smaller error", arguments: bounded + [(.gaussian, .symmetric)])
  func sobol(design: InputDesign, domain: InputDomain) throws {
    let points = try design.sobolPoints(count: 4095, inputCount: 4, domain: domain)
    let average = points.reduce(0) { $0 + $1 * $1 } / 4095
    #expect(abs(average - design.secondMoment(inputCount: 4, domain: domain)) < 0.015)
    if case .correlated(let rho) = design {
      let expected = 6 / Double.pi * asin(rho / 2)
      #expect(abs(correlation(column(1, of: points, 4), column(2, of: points, 4)) - expected) < 0.01)
      #expect(points.allSatisfy { domain.bounds.contains($0) })
    }
  }

  @Test("what is no design is refused")
  func refusals() {
    for rho in [1.0, -1.0, .nan] {
      #expect(throws: SimulationError.self) { try InputDesign.correlated(rho).validate(on: .unit) }
    }
    #expect(throws: SimulationError.self) { try InputDesign.gaussian.validate(on: .unit) }
    let refusal = SimulationError(
      name: "number of inputs", value: "41", needs: "1 to 40 for Sobol points; draw random ones instead")
    #expect(throws: refusal) {
      try InputDesign.uniform.sobolPoints(count: 2, inputCount: 41, domain: .unit)
    }
  }
}

@Suite("Generating data") struct DataGeneratorTests {
  @Test("targets are truth plus noise of the given deviation, and depend on the key only")
  func noise() throws {
    let generator = try DataGenerator(
      teacher: Friedman1(inputCount: 6), design: .uniform, noiseStandardDeviation: 0.5)
    let data = try generator.sample(rowCount: 5000, key: StreamKey(seed: 6))
    #expect(try generator.sample(rowCount: 5000, key: StreamKey(seed: 6)) == data)
    #expect(try generator.sample(rowCount: 5000, key: StreamKey(seed: 7)) != data)
    guard case .real(let targets, 1) = data.dataset.targets else {
      Issue.record("not a real target")
      return
    }
    #expect(data.truth == generator.teacher.values(at: data.dataset.inputs))
    let residuals = zip(targets, data.truth).map { ($0 - $1) / 0.5 }
    // Five standard errors, 1/√5000 and √(2/5000): fail by chance once in 10⁶ seeds; seed fixed.
    #expect(abs(mean(residuals)) < 5 * 0.0142)
    #expect(abs(mean(residuals.map { $0 * $0 }) - 1) < 5 * 0.02)
    // Noise and inputs come from streams of their own.
    #expect(abs(correlation(residuals, column(0, of: data.dataset.inputs, 6))) < 5 * 0.0142)
  }

  @Test("noise does not depend on the teacher, nor the inputs on the noise")
  func paired() throws {
    let key = StreamKey(seed: 8)
    let one = try DataGenerator(teacher: Friedman1(inputCount: 5), design: .uniform, noiseStandardDeviation: 1)
      .sample(rowCount: 10, key: key)
    let other = try DataGenerator(teacher: AdditiveSmooth(inputCount: 5), design: .uniform, noiseStandardDeviation: 2)
      .sample(rowCount: 10, key: key)
    #expect(one.dataset.inputs == other.dataset.inputs)
    guard case .real(let a, _) = one.dataset.targets, case .real(let b, _) = other.dataset.targets else {
      Issue.record("not real targets")
      return
    }
    for i in 0..<10 { #expect(abs(2 * (a[i] - one.truth[i]) - (b[i] - other.truth[i])) < 1e-13) }
  }

  @Test("evaluation points are Sobol's up to 40 inputs, random and said so beyond")
  func evaluationPoints() throws {
    let few = try DataGenerator(teacher: Friedman1(inputCount: 40), design: .uniform, noiseStandardDeviation: 1)
    let sobol = try few.evaluationPoints(count: 16, key: StreamKey(seed: 1))
    #expect(sobol.construction == .sobol && sobol.count == 16 && sobol.inputs.count == 640)
    #expect(try few.evaluationPoints(count: 16, key: StreamKey(seed: 2)) == sobol)
    let many = try DataGenerator(teacher: Friedman1(inputCount: 41), design: .uniform, noiseStandardDeviation: 1)
    let random = try many.evaluationPoints(count: 16, key: StreamKey(seed: 1))
    #expect(random.construction == .random && random.inputs.count == 16 * 41)
    #expect(try many.evaluationPoints(count: 16, key: StreamKey(seed: 2)) != random)
    #expect(random.truth == many.teacher.values(at: random.inputs))
  }

  @Test("no noise, no rows, no points and a design off the domain are refused")
  func refusals() throws {
    let teacher = try Friedman1(inputCount: 5)
    #expect(throws: SimulationError.self) {
      try DataGenerator(teacher: teacher, design: .gaussian, noiseStandardDeviation: 1)
    }
    #expect(throws: SimulationError.self) {
      try DataGenerator(teacher: teacher, design: .uniform, noiseStandardDeviation: 0)
    }
    let generator = try DataGenerator(teacher: teacher, design: .uniform, noiseStandardDeviation: 1)
    #expect(throws: SimulationError.self) { try generator.sample(rowCount: 0, key: StreamKey(seed: 1)) }
    #expect(throws: SimulationError.self) { try generator.evaluationPoints(count: 0, key: StreamKey(seed: 1)) }
  }
}
