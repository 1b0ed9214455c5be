/// The cells that differ in sample size and replicate alone: a curve in the figures, a row in the rate table.
package struct CellGroup: Hashable, Sendable, CustomStringConvertible {
  package let slab: String
  /// The factors other than slab and sample size, and than those zipped with them.
  package let factors: [FactorValue]

  package init(_ cell: Cell) {
    slab = cell.slab
    factors = cell.groupFactors
  }

  /// `group-lasso (data.noise = 0.1)`.
  package var description: String {
    factors.isEmpty ? slab : "\(slab) (\(factors.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")))"
  }
}
