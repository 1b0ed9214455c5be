/// Where an executor keeps what its cells gave: the study's store, or a cluster task's shard.
package protocol OutcomeStore: Sendable {
  /// Of the study.
  var folder: StudyFolder { get }

  /// The content hashes of the cells that are done, or failed, from before.
  func states() throws(StudyStoreError) -> (done: Set<String>, failed: Set<String>)

  /// Keeps all that belongs to a cell, or nothing of it. Called by one thread at a time.
  func record(_ outcome: CellOutcome) throws(StudyStoreError)
}

extension StudyStore: OutcomeStore {}
