import Foundation

/// One array of tasks, as it was submitted: all that a task needs to know. Written before the first task can start, and
/// never changed.
package struct Submission: Codable, Sendable, Equatable {
  static let format = 1

  let format: Int
  let programVersion: String
  let name: String
  /// The study file, verbatim, and its `--set` options.
  let study: String
  let overrides: [String]
  /// `Study.contentHash`: whether another copy of the program sees the same cells in it.
  let studyHash: String
  package let commandLine: [String]
  /// The indices of the cells that each task works on; task 1 has the first list.
  let shares: [[Int]]

  init(_ study: Study, shares: [[Int]], commandLine: [String]) {
    format = Self.format
    programVersion = ProgramVersion.current
    name = study.name
    self.study = study.source
    overrides = study.overrides
    studyHash = study.contentHash
    self.commandLine = commandLine
    self.shares = shares
  }

  /// The study as it was submitted; nil if this program finds other cells in it.
  /// - Throws: `StudyFileError` if it does not understand it at all.
  func submittedStudy() throws(StudyFileError) -> Study? {
    let study = try StudyFile(text: study, path: "\(name).yaml", overrides: overrides).study()
    return study.contentHash == studyHash ? study : nil
  }
}

/// What the queue calls a submission; written once the queue has taken it.
struct SubmittedJob: Codable, Sendable, Equatable {
  let id: String
}
