import Foundation
import GSL
import Testing

@testable import Contraction

@Suite struct ApproximationRadiiTests {
  @Test("radii rise with Δ², less than in proportion; H_l is affine in Δ²")
  func affine() throws {
    let random = RandomGenerator(key: StreamKey(seed: 68))
    for _ in 0..<200 {
      let inputs = random.rateInputs()
      let square = random.logUniform(1e-6, 1e3)
      let radii = try [1, 2, 3].map { try ApproximationRadii(inputs, squaredRadius: $0 * square) }
      for layer in inputs.rowNorms.indices {
        let (variances, moments) = (radii.map { $0.variances[layer] }, radii.map { $0.inputMoments[layer] })
        #expect(variances[0] < variances[1] && variances[1] <= 2 * variances[0] * (1 + 1e-12), "\(inputs)")
        // s_l σ_l² H_l is proportional to Δ², and H_{l+1} = 1 + s_l B_l² H_l + that.
        #expect(abs(moments[2] - 2 * moments[1] + moments[0]) <= 1e-12 * moments[2], "\(inputs)")
      }
    }
  }

  @Test("the lemma: weights within their radii keep the function within Δ² in mean square")
  func lemma() throws {
    // ReLU networks; the bound is loose by a factor of 10 or more, so no seed is near to failing by chance.
    let random = RandomGenerator(key: StreamKey(seed: 69))
    for _ in 0..<40 {
      let inputs = random.rateInputs(widest: 12)
      let square = random.logUniform(1e-4, 100)
      let radii = try ApproximationRadii(inputs, squaredRadius: square)
      let truth = inputs.rowNorms.indices.map { layer in
        (0..<Int(inputs.activeNodes[layer])).map { _ in
          let row = (0...Int(inputs.widths[layer])).map { _ in random.gaussian() }
          let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return row.map { $0 / norm * inputs.rowNorms[layer] }
        }
      }
      let direction = (0..<Int(inputs.widths[0])).map { _ in random.gaussian() }
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let x = direction.map { $0 / length * inputs.inputMoment.squareRoot() }
      let target = Self.output(truth, at: x)
      var sum = 0.0
      let draws = 200
      for _ in 0..<draws {
        let noisy = zip(truth, radii.variances).map { rows, variance in
          rows.map { row in row.map { $0 + variance.squareRoot() * random.gaussian() } }
        }
        sum += zip(Self.output(noisy, at: x), target).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      #expect(sum / Double(draws) <= square, "\(inputs)")
    }
  }

  /// f(x) of a network of active rows only, bias first; the weights of pruned inputs meet zeros and are not read.
  private static func output(_ layers: [[[Double]]], at x: [Double]) -> [Double] {
    var values = x
    for (layer, rows) in layers.enumerated() {
      values = rows.map { row in row[0] + zip(row.dropFirst(), values).reduce(0) { $0 + $1.0 * $1.1 } }
      if layer < layers.count - 1 { values = values.map { max(0, $0) } }
    }
    return values
  }
}
