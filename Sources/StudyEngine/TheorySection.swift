/// `theory:`, the curves drawn beside the points; the slab's hyperparameters are the model's.
package struct TheorySection: Sendable, Equatable {
  /// Whether ε_n and its slope are computed on the study's grid.
  package let rate: Bool
  /// C_l of the theorem's inclusion probability, the same in every layer (THEORY.md 6.1).
  package let inclusionConstant: Double

  static let keys = ["rate", "inclusion-constant"]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try field?.mapping(Self.keys) ?? [:]
    rate = try fields["rate"]?.flag() ?? true
    inclusionConstant = try fields["inclusion-constant"]?.real(.positive) ?? 1
  }
}
