import Foundation
import GSL
import Priors

@testable import Contraction

/// Seeded draws from whole domains, for statements that hold throughout them.
extension RandomGenerator {
  func logUniform(_ lower: Double, _ upper: Double) -> Double { lower * pow(upper / lower, uniform()) }

  /// A whole number of `range`.
  func whole(_ range: ClosedRange<Int>) -> Double {
    Double(range.lowerBound + index(below: range.upperBound - range.lowerBound + 1))
  }

  /// Any slab with a number for ς², parameters over two orders of magnitude.
  func slab() -> SlabPrior {
    func parameter() -> Double { logUniform(0.1, 10) }
    switch index(below: 5) {
    case 0: return .gaussian(standardDeviation: parameter())
    case 1: return .groupLasso(standardDeviation: parameter(), rateParameter: .fixed(parameter()))
    case 2: return .groupLasso(standardDeviation: parameter(), rateParameter: .proportional(parameter()))
    case 3:
      return .groupHorseshoe(
        standardDeviation: parameter(), localScale: parameter(), globalScale: parameter(), cap: nil)
    default:
      return .groupHorseshoe(
        standardDeviation: parameter(), localScale: parameter(), globalScale: parameter(), cap: .fixed(parameter()))
    }
  }

  /// A network class of one to three hidden layers that holds f₀.
  func rateInputs(slab: SlabPrior? = nil, widest: Int = 60) -> RateInputs {
    let hidden = Int(whole(1...3))
    let widths = [whole(1...widest)] + (0..<hidden).map { _ in whole(2...widest) } + [whole(1...3)]
    let active = (0..<hidden).map { whole(1...Int(widths[$0 + 1])) }
    return RateInputs(
      widths: widths, activeNodes: active + [widths[hidden + 1]],
      rowNorms: (0...hidden).map { _ in logUniform(0.3, 30) }, sampleSize: logUniform(10, 1e9), approximationError: 0,
      inclusionConstants: (0..<hidden).map { _ in logUniform(0.1, 10) }, inputMoment: logUniform(0.1, 100),
      slab: slab ?? self.slab(), lipschitzConstant: 1)
  }
}
