/// `theory:`, the curves drawn beside the points; the slab's hyperparameters are the model's.
package struct TheorySection: Sendable, Equatable {
  /// Whether ε_n and its slope are computed on the study's grid.
  package private(set) var rate = true
  /// C_l of the theorem's inclusion probability, the same in every layer (THEORY.md 6.1).
  package private(set) var inclusionConstant = 1.0

  static let keys: [SectionKey<TheorySection>] = [
    SectionKey("rate", .flag, \.rate, default: "true", "Whether ε_n and its slope are computed on the study's sample sizes."),
    SectionKey(
      "inclusion-constant", .real(.positive), \.inclusionConstant, default: "1",
      "C_l of the theorem's inclusion probability."),
  ]

  init(_ field: YAMLField?) throws(StudyFileError) { try SectionKey.read(Self.keys, from: field, into: &self) }
}
