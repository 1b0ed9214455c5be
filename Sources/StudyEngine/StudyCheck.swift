import Foundation
import Priors

/// Whether a store can be believed: its file is sound, its cells are the study's, and a sample of them, computed again,
/// gives the same bits.
///
///     let check = try StudyCheck(of: folder, recomputing: 5, with: CellRunner())
///     for problem in check.problems { print(problem) }
package struct StudyCheck: Sendable {
  package let name: String
  /// Cells of the study that are done.
  package let done: Int
  /// Cells of the study, by index, that were computed again, in order.
  package let recomputed: [Int]
  /// What is wrong, a line each; empty for a store that can be believed.
  package let problems: [String]
  /// In what this machine differs from the one that the manifest names, where bits may depend on it.
  package let machineDifferences: [String]
  /// Outcomes of cells that the study does not have: it was changed, or this program's version gives its cells others.
  package let strays: Int
  /// Cells that are done by an earlier version of SlabLab, which gave less: what they have is checked.
  package let ofEarlierVersions: Int

  /// - Parameters:
  ///   - sample: how many of the cells that are done are computed again; all if there are fewer.
  ///   - seed: another seed, another sample.
  /// - Throws: `StudyStoreError` for a store that cannot be read, or `StudyFileError` for a study file in it that this
  ///   program does not understand.
  package init(
    of folder: StudyFolder, recomputing sample: Int, seed: UInt64 = 1, workers: Int = activeCoreCount,
    with runner: some CellRunning
  ) throws {
    let store = try StudyStore(reading: folder)
    var damage: [String]
    do throws(StudyStoreError) { damage = try store.damage() } catch {
      guard case .corrupted = error else { throw error }
      damage = [error.description]
    }
    guard damage.isEmpty else {
      // What such a store says of its study is not to be read.
      (name, done, recomputed, problems, machineDifferences) = (folder.path, 0, [], damage, [])
      (strays, ofEarlierVersions) = (0, 0)
      return
    }
    let study = try store.study()
    let stored = try store.cells()
    let cells = study.cells.filter { stored[$0.contentHash].map { $0.error == nil } ?? false }
    // By a hash of their own, so that the sample is as good as random and the same again.
    let order = cells.map { (cell: $0, rank: SHA256.hex("check \(seed) \($0.contentHash)")) }
    let chosen = order.sorted { $0.rank < $1.rank }.prefix(sample).map(\.cell).sorted { $0.index < $1.index }
    let expected = try chosen.map { cell in
      (cell: cell, stored: stored[cell.contentHash], trace: try store.trace(of: cell))
    }
    let found = parallelMap(count: expected.count, workers: workers) { index in
      Self.difference(expected[index].cell, expected[index].stored, expected[index].trace, runner)
    }
    if try store.plannedCells() != study.cells.map(\.contentHash) {
      damage.append("the store's table of cells is not the one that its study file gives")
    }
    let hashes = Set(study.cells.map(\.contentHash))
    strays = stored.keys.count { !hashes.contains($0) }
    let withoutNodes = try store.cellsWithoutEffectiveNodes()
    ofEarlierVersions = cells.count { cell in
      withoutNodes.contains(cell.contentHash)
        || MetricAddition.allCases.contains { stored[cell.contentHash]?.lacks($0) == true }
    }
    name = study.name
    done = cells.count
    recomputed = chosen.map(\.index)
    problems = damage + found.compactMap { $0 }
    machineDifferences = Self.machineDifferences(folder, study)
  }

  /// How the cell differs from what the store has of it; nil if it does not.
  private static func difference(
    _ cell: Cell, _ stored: StoredCell?, _ trace: [CellResult.TracePoint], _ runner: some CellRunning
  ) -> String? {
    let result: CellResult
    do { result = try runner.run(cell, progress: CellProgress()) } catch {
      return "cell \(cell.index): done in the store, but fails now: \(error)"
    }
    let metrics = stored?.metrics ?? []
    let added = MetricAddition.namesLacking(in: metrics)
    let comparable = result.metrics.filter { !added.contains($0.name) }
    guard comparable.map(\.name) == metrics.map(\.name) else {
      return "cell \(cell.index): has other metrics now"
    }
    for (now, then) in zip(comparable, metrics) where now.value.map(Self.bits) != then.value.map(Self.bits) {
      func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "undefined" }
      return "cell \(cell.index): \(now.name) is \(text(then.value)) in the store, \(text(now.value)) now"
    }
    // A trace of an earlier version has the expected number of active nodes nowhere.
    let comparesNodes = trace.contains { $0.effectiveNodes != nil }
    func pointBits(_ point: CellResult.TracePoint) -> [UInt64?] {
      let numbers = [point.elbo, point.logLikelihood, point.kl, comparesNodes ? point.effectiveNodes : nil]
      return [UInt64(point.step)] + numbers.map { $0.map(Self.bits) }
    }
    guard result.trace.map(pointBits) == trace.map(pointBits), result.converged == stored?.converged else {
      return "cell \(cell.index): the same metrics, but another trace or verdict of convergence"
    }
    return nil
  }

  /// Of a number as SQLite gives it back: −0 as 0, and any NaN as one.
  private static func bits(_ value: Double) -> UInt64 { (value.isNaN ? .nan : value + 0).bitPattern }

  private static func machineDifferences(_ folder: StudyFolder, _ study: Study) -> [String] {
    guard let data = try? Data(contentsOf: folder.manifest),
      let then = try? JSONDecoder().decode(ProvenanceManifest.self, from: data)
    else { return [] }
    return ProvenanceManifest(study: study, programVersion: ProgramVersion.current).differences(from: then)
  }
}
