import Contraction
import Priors

extension RateInputs {
  /// The network class, sample size and slab of an oracle case: `{"k", "s", "B", "C", "n", "M2", "prior"}`.
  ///
  /// - Parameters:
  ///   - approximationError: ξ.
  ///   - lipschitzConstant: K_ψ.
  /// - Throws: `JSONValueError` for inputs that are missing, or lists that do not fit together.
  init(oracle inputs: JSONValue, approximationError: Double, lipschitzConstant: Double) throws {
    let widths = try inputs.numbers("k")
    let activeNodes = try inputs.numbers("s")
    let rowNorms = try inputs.numbers("B")
    let constants = try inputs.numbers("C")
    guard rowNorms.count >= 2, widths.count == rowNorms.count + 1, activeNodes.count == rowNorms.count,
      constants.count == rowNorms.count - 1
    else {
      throw JSONValueError.unexpected(
        key: "k, s, B, C",
        found: "lists of \(widths.count), \(activeNodes.count), \(rowNorms.count), \(constants.count)",
        expected: "lists of L + 2, L + 1, L + 1 and L numbers, L ≥ 1")
    }
    self.init(
      widths: widths, activeNodes: activeNodes, rowNorms: rowNorms, sampleSize: try inputs.number("n"),
      approximationError: approximationError, inclusionConstants: constants, inputMoment: try inputs.number("M2"),
      slab: try SlabPrior(oracle: inputs.value("prior")), lipschitzConstant: lipschitzConstant)
  }
}
