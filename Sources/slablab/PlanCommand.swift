import ArgumentParser
import Foundation
import Publishing
import StudyEngine

/// `slablab plan`: what a study will take, without running it.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "A study's cells, and the time and disk they will take, without running it.",
    discussion: """
      The time is scaled from a short fit on this machine. Example:

        slablab plan Studies/rate-vs-n.yaml --set replicates=20
        slablab plan Studies/rate-vs-n.yaml --precision 0.02

      The second asks how many replicates bring every slope's standard error to 0.02, by the spread of those that have run.
      """)

  @OptionGroup var options: StudyOptions
  @Option(help: "A standard error of slopes; prints how many replicates it needs.", transform: ArgumentParsing.number)
  var precision: Double?
  @Option(help: "The study's folder, for --precision. (default: results/NAME)") var out: String?
  @Flag(help: "Print one JSON document.") var json = false

  func validate() throws {
    if let precision, !(precision > 0) { throw ArgumentError("--precision is \(precision); it must be above 0") }
  }

  func run() throws {
    var study = try options.read()
    var wish: PrecisionWish?
    if let precision {
      let found = try PrecisionWish(precision, StudyOptions.folder(out, study))
      study = try options.read(setting: ["replicates=\(found.replicates)"])
      wish = found
    }
    let plan = try Self.plan(study, workers: options.workerCount)
    if json {
      print(Self.document(plan, wish).text())
    } else {
      print((wish.map { $0.text + "\n\n" } ?? "") + Self.text(plan))
    }
  }

  /// How many replicates a precision needs, by what a folder has.
  private struct PrecisionWish {
    let target: Double
    let standardError: Double
    let replicatesSoFar: Int
    let replicates: Int
    let group: String

    init(_ target: Double, _ folder: StudyFolder) throws {
      let store = try StudyStore(reading: folder)
      let study = try store.study()
      let precision = StudyPrecision(try StudyTable(study: study, store: store), replicates: study.replicates)
      guard let worst = precision.worst, let error = worst.standardError, let needed = precision.replicatesNeeded(for: target)
      else {
        let reasons = precision.parts.compactMap { part in part.note.map { "\(part.group): \($0)" } }
        throw ArgumentError(
          "\(folder.path) does not say how far replicates spread (\(reasons.first ?? "no radius")); run a few first")
      }
      guard needed <= 100_000 else {
        throw ArgumentError("--precision \(target) needs \(Int(min(needed, 1e15))) replicates; a study has at most 100000")
      }
      self.target = target
      (standardError, replicatesSoFar, replicates) = (error, study.replicates, Int(needed))
      group = "\(worst.group)"
    }

    var text: String {
      """
      with \(replicatesSoFar) replicates the largest standard error of a slope is \(NumberText.short(standardError)) (\(group)); \
      \(NumberText.short(target)) needs about \(replicates) replicates
      """
    }
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
      worker\(plan.workers == 1 ? "" : "s") (\(roughDuration(plan.estimatedCellSeconds)) of computing); about \(roughBytes(plan.estimatedBytes)) of disk
      """
  }

  private static func document(_ plan: Plan, _ wish: PrecisionWish?) -> JSONText {
    .object([
      "precision": wish.map { wish in
        .object([
          "target": .number(wish.target), "standard_error": .number(wish.standardError),
          "replicates_so_far": .integer(wish.replicatesSoFar), "replicates_needed": .integer(wish.replicates),
        ])
      } ?? .number(nil),
      "cells": .integer(plan.cellCount), "replicates": .integer(plan.replicates),
      "excluded_combinations": .integer(plan.excludedCombinations), "workers": .integer(plan.workers),
      "estimated_seconds": .number(plan.estimatedSeconds),
      "estimated_cell_seconds": .number(plan.estimatedCellSeconds), "estimated_bytes": .number(plan.estimatedBytes),
      "factors": .array(
        plan.factors.map { factor in
          .object(["name": .string(factor.name), "levels": .array(factor.levels.map(JSONText.string))])
        }),
    ])
  }
}

/// `800 kB`, `25 MB`: likewise.
func roughBytes(_ bytes: Double) -> String {
  let (value, unit) = bytes < 1e6 ? (bytes / 1e3, "kB") : bytes < 1e9 ? (bytes / 1e6, "MB") : (bytes / 1e9, "GB")
  return String(format: value < 10 ? "%.1f" : "%.0f", value) + " \(unit)"
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
