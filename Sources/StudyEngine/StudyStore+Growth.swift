import GRDB

extension StudyStore {
  /// Refuses a study that lacks a cell which the folder's study has, as it was last run.
  static func requireGrowth(to study: Study, _ folder: StudyFolder, _ database: Database) throws {
    guard try database.tableExists("study"),
      let canonical = try String.fetchOne(database, sql: "SELECT canonical FROM study")
    else { return }
    let planned = try String.fetchSet(database, sql: "SELECT content_hash FROM cells")
    guard !planned.isSubset(of: study.cells.map(\.contentHash)) else { return }
    let differences = differences(from: canonical, to: study.canonicalText)
    throw StudyStoreError.otherStudy(
      folder: folder.path,
      // The canonical text has a named level by its name alone.
      differences: differences.isEmpty ? ["levels of its factors have the same names, but other values"] : differences)
  }

  /// `key: old there, new here`, a line of the canonical texts each.
  private static func differences(from old: String, to new: String) -> [String] {
    func lines(_ text: String) -> [(key: String, value: String)] {
      text.split(separator: "\n").map { line in
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
      }
    }
    let there = lines(old)
    let here = lines(new)
    let oldValues = Dictionary(there, uniquingKeysWith: { first, _ in first })
    let newValues = Dictionary(here, uniquingKeysWith: { first, _ in first })
    let keys = there.map(\.key) + here.map(\.key).filter { oldValues[$0] == nil }
    let differing = keys.filter { oldValues[$0] != newValues[$0] }
    let isFactor = { (key: String) in key.hasPrefix("factors.") }
    // A key that is a factor on one side only stands as a value of its own on the other; the factor's line says it all.
    let spoken =
      differing.contains(where: isFactor)
      ? differing.filter { isFactor($0) || (oldValues[$0] != nil && newValues[$0] != nil) } : differing
    let changed = spoken.map { key in
      "\(key) is \(oldValues[key] ?? "absent") there, \(newValues[key] ?? "absent") here"
    }
    return changed
  }
}
