import GSL

/// One piece of work of a study: a combination of factor levels and a replicate, with everything that it needs.
package struct Cell: Sendable, Equatable {
  /// From 0, in the order of the study's tables.
  package let index: Int
  /// The factors other than slab and sample size, in the study's order.
  package let factors: [FactorValue]
  /// Of those, the ones that do not follow from slab or sample size by being zipped with them.
  package let groupFactors: [FactorValue]
  /// The slab as tables print it: its kind, or the level's text where two levels of the factor share a kind; empty for
  /// a study without slabs.
  package let slab: String
  /// From 1.
  package let replicate: Int
  package let task: CellTask
  package let seed: UInt64
  /// SHA-256 over everything that determines the result, never over how it was written: 64 hexadecimal digits.
  package let contentHash: String

  package var sampleSize: Int? { task.sampleSize }

  /// Counts the changes of the engine that give the same cell another result.
  static let resultVersion = 5

  /// - Parameter canonicalText: the task's, which replicates share.
  init(
    index: Int, factors: [FactorValue], groupFactors: [FactorValue], slab: String, replicate: Int, task: CellTask, canonicalText: String,
    seed: UInt64
  ) {
    self.index = index
    self.factors = factors
    self.groupFactors = groupFactors
    self.slab = slab
    self.replicate = replicate
    self.task = task
    self.seed = seed
    contentHash = SHA256.hex(
      canonicalText + "seed=\(seed)\nreplicate=\(replicate)\nresult-version=\(Self.resultVersion)\n")
  }

  /// The stream of teacher, design and noise: that of every other cell with the same data section and replicate, so
  /// that slabs are compared on the same data.
  package func dataStream(_ data: DataSection) -> StreamKey {
    StreamKey(seed: seed).child("data").child(data.sampleSize).child(replicate)
      .child(CanonicalText.text(of: data, key: "data"))
  }

  /// The stream of initialisation, training and posterior draws: this cell's alone.
  package var fitStream: StreamKey { StreamKey(seed: seed).child("fit").child(contentHash) }
}
