import ArgumentParser
import Foundation
import Publishing
import StudyEngine

/// `slablab plan`: what a study will take, without running it.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "A study's cells and the time they will take, without running it.",
    discussion: """
      The time is scaled from a short fit on this machine. Example:

        slablab plan Studies/rate-vs-n.yaml --set replicates=20
      """)

  @OptionGroup var options: StudyOptions
  @Flag(help: "Print one JSON document.") var json = false

  func run() throws {
    let plan = try Self.plan(options.read(), workers: options.workerCount)
    print(json ? Self.document(plan).text() : Self.text(plan))
  }

  static func plan(_ study: Study, only filter: CellFilter = .all, workers: Int) throws -> Plan {
    let runner = try CellRunner.calibrated(for: study)
    return Plan(study, only: filter, workers: workers, secondsPerCell: runner.estimatedSeconds)
  }

  static func text(_ plan: Plan) -> String {
    var table = TextTable(["factor", "levels"], leftAligned: [0, 1])
    for factor in plan.factors { table.add([factor.name, factor.levels.joined(separator: ", ")]) }
    for zip in plan.zips { table.add(["side by side", zip.joined(separator: ", ")]) }
    table.add(["replicate", "1 … \(plan.replicates)"])
    let excluded = plan.excludedCombinations > 0 ? " (\(plan.excludedCombinations) combinations excluded)" : ""
    return """
      \(table.text())

      \(plan.cellCount) cells\(excluded); about \(roughDuration(plan.estimatedSeconds)) with \(plan.workers) \
      worker\(plan.workers == 1 ? "" : "s") (\(roughDuration(plan.estimatedCellSeconds)) of computing)
      """
  }

  private static func document(_ plan: Plan) -> JSONText {
    .object([
      "cells": .integer(plan.cellCount), "replicates": .integer(plan.replicates),
      "excluded_combinations": .integer(plan.excludedCombinations), "workers": .integer(plan.workers),
      "estimated_seconds": .number(plan.estimatedSeconds),
      "estimated_cell_seconds": .number(plan.estimatedCellSeconds),
      "factors": .array(
        plan.factors.map { factor in
          .object(["name": .string(factor.name), "levels": .array(factor.levels.map(JSONText.string))])
        }),
    ])
  }
}

/// `40 s`, `12 min`, `3 h 20 min`: as exact as an estimate deserves.
func roughDuration(_ seconds: Double) -> String {
  // A study file can ask for more seconds than an Int holds.
  guard seconds < 1e9 else { return "30 years or more" }
  let seconds = Int(seconds.rounded())
  return switch seconds {
  case ..<90: "\(seconds) s"
  case ..<5400: "\((seconds + 30) / 60) min"
  default: "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}
