import SparseNetworks

/// A cell of kind `fit`: the truth and its data, the network, its training, and what is read off the posterior.
package struct FitTask: Sendable, Equatable {
  package let data: DataSection
  package let model: ModelSection
  package let training: TrainingRecipe
  package let measure: MeasureSection
  package let theory: TheorySection

  /// Decodes the sections of the file's tree.
  /// - Throws: `StudyFileError` at the first value that is wrong, or does not go with the others.
  init(in tree: YAMLNode) throws(StudyFileError) {
    let section = { (key: String) in tree[key].map { YAMLField(node: $0, path: key) } }
    data = try DataSection(section("data"))
    model = try ModelSection(section("model"))
    training = try TrainingRecipe(section("training"), activation: model.activation)
    measure = try MeasureSection(section("measure"))
    theory = try TheorySection(section("theory"))
    if model.likelihood != .gaussian, let node = tree["model"]?["likelihood"] {
      throw StudyFileError(
        at: node.position, "model.likelihood is \(node.printed), but a study simulates regressions",
        expected: "gaussian (slablab train fits classes)")
    }
    if model.inclusion == .theorem, let node = tree["model"]?["inclusion"] {
      do {
        _ = try TheoryCurve.rate(self)
      } catch {
        throw StudyFileError(
          at: node.position, "model.inclusion is 'theorem', but \(error.reason)",
          expected: "a probability or {log: -20}")
      }
    }
    let memory = CellMemory(self).bytes
    guard memory < CellMemory.available else {
      throw StudyFileError(
        at: tree.position,
        "a cell with sample-size \(data.sampleSize), hidden \(model.hidden), \(data.teacher.inputCount) inputs and "
          + "points \(measure.points) would take about \(CellMemory.text(memory))",
        expected: "what fits in this machine's \(CellMemory.text(CellMemory.available))")
    }
  }

  /// What determines the result: of the theory, only what sets the prior.
  var canonicalLines: [CanonicalText.Line] {
    CanonicalText.lines(of: data, key: "data") + CanonicalText.lines(of: model, key: "model")
      + training.canonicalLines + CanonicalText.lines(of: measure, key: "measure")
      + (model.inclusion == .theorem
        ? CanonicalText.lines(of: theory.inclusionConstant, key: "theory.inclusion-constant") : [])
  }
}
