/// All that a study's shards hold, of every submission.
package struct ShardCollection: Sendable {
  private struct Find {
    let entry: Shard.Entry
    let header: Shard.Header?
  }

  /// The best outcome of each cell: done before failed, later before earlier.
  private let found: [String: Find]
  /// Whether the study was ever submitted.
  package let hasSubmissions: Bool

  /// Reads the shards of a study's folder; those of a live task as far as they are written.
  /// - Parameter study: cells of other studies are left out.
  package init(of folder: StudyFolder, study: Study) {
    let hashes = Set(study.cells.map(\.contentHash))
    let places = SubmissionFolder.all(of: folder)
    hasSubmissions = !places.isEmpty
    var found = [String: Find]()
    for place in places {
      for (_, runs) in place.shards().sorted(by: { $0.key < $1.key }) {
        for shard in runs {
          for entry in shard.entries where hashes.contains(entry.contentHash) {
            if let there = found[entry.contentHash], there.entry.state != .failed, entry.state == .failed { continue }
            found[entry.contentHash] = Find(entry: entry, header: shard.header)
          }
        }
      }
    }
    self.found = found
  }

  var entries: [Shard.Entry] { found.values.map(\.entry) }

  /// Stores what the store does not have: cells that it lacks, and that failed there but not here. What is stored
  /// already stays, so that this may be done at any time and again.
  /// - Returns: how many cells were stored.
  package func merge(_ study: Study, into store: StudyStore) throws(StudyStoreError) -> Int {
    let states = try store.states()
    var merged = 0
    for cell in study.cells where !states.done.contains(cell.contentHash) {
      guard let entry = found[cell.contentHash]?.entry else { continue }
      if states.failed.contains(cell.contentHash), entry.state == .failed { continue }
      guard let outcome = entry.outcome(of: cell) else { continue }
      try store.record(outcome)
      merged += 1
    }
    return merged
  }

  /// What cells were computed with, one of all that differ in something that bits may depend on.
  package var manifests: [ProvenanceManifest] {
    var manifests = [ProvenanceManifest]()
    // In an order of their own, not that of a dictionary.
    for find in found.values.sorted(by: { $0.entry.contentHash < $1.entry.contentHash }) {
      guard let manifest = find.header?.manifest else { continue }
      if !manifests.contains(where: { $0.differences(from: manifest).isEmpty }) { manifests.append(manifest) }
    }
    return manifests
  }
}
