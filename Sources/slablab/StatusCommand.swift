import ArgumentParser
import Foundation
import Publishing
import StudyEngine

/// `slablab status`: how far a study is, from another terminal.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "How far a study is, without disturbing its run.",
    discussion: """
      Example, while `slablab run Studies/quickstart.yaml` is at work:

        slablab status results/quickstart

      Of a study on a cluster it also tells the tasks apart: done, failed (said why), preempted (will run again), lost (will
      not), running, waiting. It reads what the tasks wrote, and asks the queue only whether silent ones will run again.
      """)

  @Argument(help: "The study's folder.") var folder: String
  @Flag(help: "Print one JSON document.") var json = false

  func run() throws {
    let status = try StudyStatus(reading: StudyFolder(URL(fileURLWithPath: folder)))
    print(json ? Self.document(status).text() : Self.text(status))
  }

  private static func text(_ status: StudyStatus) -> String {
    var lines = ["\(status.name): \(status.done) of \(status.total) cells done, \(status.remaining) to go"]
    if status.notConverged > 0 { lines.append("  \(status.notConverged) have not converged") }
    for failure in status.failures { lines.append("  cell \(failure.cell) failed: \(failure.message)") }
    if let cluster = status.cluster {
      lines.append("  submission \(cluster.submission)\(cluster.job.map { ", array \($0)" } ?? ""): \(cluster.summary)")
      if !cluster.queueAnswered, cluster.isAtWork { lines.append("  the queue gave no answer; this is what the tasks wrote") }
      if let cells = status.clusterCells, let text = cellText(cells) { lines.append("  cells \(text)") }
      lines += taskLines(cluster).map { "  \($0)" }
      if let runner = status.runner { lines.append("  run here by \(runner)") }
    } else {
      lines.append("  \(status.runner.map { "run by \($0)" } ?? "nobody runs it now")")
    }
    if let seconds = status.meanCellSeconds, status.remaining > 0 {
      lines.append(
        "  a cell takes \(String(format: "%.1f", seconds)) s; "
          + "about \(roughDuration(seconds * Double(status.remaining))) of computing is left")
    }
    return lines.joined(separator: "\n")
  }

  private static func cellText(_ cells: ClusterStatus.Cells) -> String? {
    let parts = [
      (cells.running, "running"), (cells.waiting, "waiting"), (cells.preempted, "preempted"), (cells.lost, "lost"),
    ].filter { $0.0 > 0 }.map { "\($0.1): \($0.0)" }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// What there is to say of tasks, those of which it is the same on one line.
  static func taskLines(_ cluster: ClusterStatus) -> [String] {
    if let problem = cluster.problem { return [problem] }
    var groups = [(state: String, tasks: [TaskStatus])]()
    for task in cluster.tasks {
      let remarks = [task.state == .preempted ? "will run again" : nil, task.note, task.damage].compactMap { $0 }
      guard !remarks.isEmpty else { continue }
      let state = "\(task.state.rawValue)\(task.host.map { " on \($0)" } ?? ""): \(remarks.joined(separator: "; "))"
      if let index = groups.firstIndex(where: { $0.state == state }) {
        groups[index].tasks.append(task)
      } else {
        groups.append((state, [task]))
      }
    }
    return groups.map { state, tasks in
      let numbers = ranges(tasks.map(\.number))
      let (left, all) = (tasks.reduce(0) { $0 + $1.remaining.count }, tasks.reduce(0) { $0 + $1.cells })
      return "task\(tasks.count == 1 ? "" : "s") \(numbers) \(state); \(left) of \(all) cells to go"
    }
  }

  /// `1-4, 7` for ascending numbers.
  private static func ranges(_ numbers: [Int]) -> String {
    var ranges = [ClosedRange<Int>]()
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", ")
  }

  private static func document(_ status: StudyStatus) -> JSONText {
    .object([
      "study": .string(status.name), "total": .integer(status.total), "done": .integer(status.done),
      "not_converged": .integer(status.notConverged), "failed": .integer(status.failures.count),
      "remaining": .integer(status.remaining),
      "failures": .array(
        status.failures.map { .object(["cell": .integer($0.cell), "error": .string($0.message)]) }),
      "runner": status.runner.map(JSONText.string) ?? .number(nil),
      "mean_cell_seconds": .number(status.meanCellSeconds),
      "cluster": status.cluster.map { cluster($0, status.clusterCells ?? .init()) } ?? .number(nil),
    ])
  }

  private static func cluster(_ cluster: ClusterStatus, _ cells: ClusterStatus.Cells) -> JSONText {
    .object([
      "submission": .integer(cluster.submission), "job": cluster.job.map(JSONText.string) ?? .number(nil),
      "queue_answered": .bool(cluster.queueAnswered),
      "cells": .object([
        "running": .integer(cells.running), "waiting": .integer(cells.waiting), "preempted": .integer(cells.preempted),
        "lost": .integer(cells.lost),
      ]),
      "tasks": .array(
        cluster.tasks.map { task in
          .object([
            "task": .integer(task.number), "state": .string(task.state.rawValue), "cells": .integer(task.cells),
            "remaining": .integer(task.remaining.count), "run": .integer(task.runs),
            "host": task.host.map(JSONText.string) ?? .number(nil), "note": task.note.map(JSONText.string) ?? .number(nil),
            "damage": task.damage.map(JSONText.string) ?? .number(nil),
          ])
        }),
    ])
  }
}
