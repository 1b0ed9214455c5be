import ArgumentParser
import Foundation
import Publishing
import StudyEngine

/// `slablab run --executor slurm`: submits the cells that are still to be done, and waits if asked to.
struct ClusterRun {
  let study: Study
  let filter: CellFilter
  let folder: StudyFolder
  let options: ClusterOptions
  /// Cells at a time in each task.
  let workers: Int?
  let acceptsChanges: Bool
  /// Whether cells that failed stay as they are.
  let keepsFailed: Bool
  let quiet: Bool
  let json: Bool

  func run() throws {
    guard let program = Bundle.main.executableURL else { throw ArgumentError("slablab does not find its own file") }
    let executor = try SlurmExecutor(
      tasks: options.tasks ?? 1, workers: workers, options: options.sbatchOptions, program: program)
    try executor.requireRest(of: folder)
    let store = try StudyStore(
      folder: folder, study: study, programVersion: ProgramVersion.current, acceptsChanges: acceptsChanges)
    let receipt = try failingWithCode1 {
      _ = try ShardCollection(of: folder, study: study).merge(study, into: store)
      return try executor.submit(study, from: store, only: filter, retryingFailedCells: !keepsFailed, with: CellRunner())
    }
    store.close()
    guard let receipt else {
      StandardError.printLine("every cell is done; nothing was submitted")
      try CollectCommand.collect(folder, quiet: quiet, json: json)
      return
    }
    if let cut = receipt.cut { StandardError.printWarning("the array was cut to \(receipt.tasks) tasks: \(cut)") }
    // With --wait the one document is that of the results.
    if !json || !options.wait { tell(receipt) }
    if options.wait { try wait(executor) }
  }

  private func tell(_ receipt: SlurmExecutor.Receipt) {
    let place = ShellWord.quoted(folder.url.relativePath)
    if json {
      print(
        JSONText.object([
          "study": .string(study.name), "folder": .string(folder.path), "job": .string(receipt.job),
          "tasks": .integer(receipt.tasks), "cells": .integer(receipt.cells),
        ]).text())
    } else if !quiet {
      let cells = "\(receipt.cells) cell\(receipt.cells == 1 ? "" : "s")"
      print(
        """
        submitted: array \(receipt.job), \(receipt.tasks) task\(receipt.tasks == 1 ? "" : "s") for \(cells)
          to follow it:   slablab status \(place)
          to end it:      scancel \(receipt.job)
          for results:    slablab collect \(place)
        """)
    }
  }

  /// Ctrl-C ends the waiting, not the array.
  private func wait(_ executor: SlurmExecutor) throws {
    let interruption = Interruption()
    let watch = InterruptionWatch(interruption)
    executor.wait(for: folder, interruption: interruption) { status in
      if !quiet { StandardError.printLine(status.summary) }
    }
    watch.end()
    if interruption.isRequested {
      StandardError.printLine("the array goes on; for results: slablab collect \(ShellWord.quoted(folder.url.relativePath))")
      throw ExitCode(130)
    }
    try CollectCommand.collect(folder, quiet: quiet, json: json, requiringAllTasks: true)
  }
}
