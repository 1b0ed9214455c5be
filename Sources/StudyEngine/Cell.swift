import GSL
import Priors
import SparseNetworks

/// One fit of a study: a combination of factor levels, a sample size, a replicate; with everything that it needs.
package struct Cell: Sendable, Equatable {
  /// From 0, in the order of the study's tables.
  package let index: Int
  /// The factors other than slab and sample size, in the study's order.
  package let factors: [FactorValue]
  /// The slab as tables print it: its kind, or the level's text where two levels of the factor share a kind.
  package let slab: String
  /// From 1.
  package let replicate: Int
  package let data: DataSection
  package let model: ModelSection
  package let training: TrainingRecipe
  package let measure: MeasureSection
  /// C_l, if the inclusion probability is the theorem's; it then determines the fit.
  package let inclusionConstant: Double?
  package let seed: UInt64
  /// SHA-256 over everything that determines the result, never over how it was written: 64 hexadecimal digits.
  package let contentHash: String
  /// The stream of teacher, design and noise: that of every other cell with the same data section and replicate, so
  /// that slabs are compared on the same data.
  package let dataStream: StreamKey
  /// The stream of initialisation, training and posterior draws: this cell's alone.
  package let fitStream: StreamKey

  package var sampleSize: Int { data.sampleSize }

  /// Counts the changes of the engine that give the same cell another result.
  static let resultVersion = 1

  init(index: Int, factors: [FactorValue], slab: String, replicate: Int, sections: Sections, seed: UInt64) {
    self.index = index
    self.factors = factors
    self.slab = slab
    self.replicate = replicate
    self.seed = seed
    data = sections.data
    model = sections.model
    training = sections.training
    measure = sections.measure
    inclusionConstant = sections.inclusionConstant
    contentHash = SHA256.hex(
      sections.canonicalText + "seed=\(seed)\nreplicate=\(replicate)\nresult-version=\(Self.resultVersion)\n")
    let root = StreamKey(seed: seed)
    dataStream = root.child("data").child(sections.data.sampleSize).child(replicate).child(sections.canonicalData)
    fitStream = root.child("fit").child(contentHash)
  }

  /// What all replicates of one combination share, with the text that their identities rest on.
  struct Sections {
    let data: DataSection
    let model: ModelSection
    let training: TrainingRecipe
    let measure: MeasureSection
    let inclusionConstant: Double?
    let canonicalData: String
    let canonicalText: String

    init(
      data: DataSection, model: ModelSection, training: TrainingRecipe, measure: MeasureSection,
      theory: TheorySection
    ) {
      self.data = data
      self.model = model
      self.training = training
      self.measure = measure
      inclusionConstant = model.inclusion == .theorem ? theory.inclusionConstant : nil
      canonicalData = CanonicalText.text(of: data, key: "data")
      canonicalText =
        canonicalData + CanonicalText.text(of: model, key: "model") + CanonicalText.text(of: training, key: "training")
        + CanonicalText.text(of: measure, key: "measure")
        + CanonicalText.text(of: inclusionConstant as Any, key: "inclusion-constant")
    }
  }
}
