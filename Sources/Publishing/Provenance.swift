import Foundation
import StudyEngine

/// What a published file says of where it comes from.
package struct Provenance: Sendable, Equatable {
  /// nil for what belongs to no study.
  let study: String?
  let contentHash: String?
  /// KEY=VALUE in place of what the study file says; empty if there is none.
  let overrides: String?
  /// Of the program that wrote the file, with its commit where it is known.
  let program: String
  /// nil in what a run publishes, which is a function of the study alone.
  let date: Date?
  /// What writes the file again.
  let command: String

  init(
    study asked: Study? = nil, command: String, date: Date?, program: String = ProgramVersion.current,
    commit: String? = nil
  ) {
    self.study = asked?.name
    contentHash = asked?.contentHash
    overrides = (asked?.overrides).flatMap { $0.isEmpty ? nil : $0.joined(separator: " ") }
    self.program = "slablab \(program)" + (commit.map { ", commit \($0)" } ?? "")
    self.date = date
    self.command = oneLine(command)
  }

  /// In order, each a line of plain text.
  var fields: [(name: String, value: String)] {
    let all = [
      ("study", study), ("study hash", contentHash), ("set", overrides), ("program", program), ("date", date?.ISO8601Format()),
      ("command", command),
    ]
    return all.compactMap { name, value in value.map { (name, $0) } }
  }

  /// `study: quickstart` and so on.
  var lines: [String] { fields.map { "\($0.name): \($0.value)" } }

  /// The lines as comments of a language whose comments begin with `mark` and end with the line.
  func comment(_ mark: String) -> String { lines.map { "\(mark) \($0)\n" }.joined() }
}
