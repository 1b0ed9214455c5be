import Foundation

/// Where the files of one submission lie: `shards/NUMBER` in the study's folder.
package struct SubmissionFolder: Sendable, Equatable {
  let study: StudyFolder
  package let number: Int

  var url: URL { study.shards.appending(path: String(number)) }
  private var submissionFile: URL { url.appending(path: "submission.json") }
  private var jobFile: URL { url.appending(path: "job.json") }
  var script: URL { url.appending(path: "job.sh") }

  /// `task-0003-run-1.shard`
  func shard(task: Int, run: Int) -> URL {
    url.appending(path: "task-\(String(format: "%04d", task))-run-\(run).shard")
  }

  /// What a task's runs print; sbatch makes it when the first begins.
  func log(task: Int) -> URL { url.appending(path: "task-\(String(format: "%04d", task)).log") }

  /// The study's submissions, oldest first.
  static func all(of study: StudyFolder) -> [SubmissionFolder] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: study.shards.path(percentEncoded: false))) ?? []
    return names.compactMap { Int($0) }.filter { $0 > 0 }.sorted().map { SubmissionFolder(study: study, number: $0) }
  }

  /// Makes the folder of the next submission.
  static func create(in study: StudyFolder) throws(StudyStoreError) -> SubmissionFolder {
    do {
      let next = SubmissionFolder(study: study, number: (all(of: study).last?.number ?? 0) + 1)
      try FileManager.default.createDirectory(at: study.shards, withIntermediateDirectories: true)
      try FileManager.default.createDirectory(at: next.url, withIntermediateDirectories: false)
      return next
    } catch { throw StudyStoreError(error, path: study.shards.path(percentEncoded: false)) }
  }

  /// Takes back what `create` made.
  func remove() {
    try? FileManager.default.removeItem(at: url)
    // Only where it was the first: a folder that holds anything stays.
    rmdir(study.shards.path)
  }

  func write(_ submission: Submission) throws(StudyStoreError) { try write(submission, to: submissionFile) }
  func write(_ job: SubmittedJob) throws(StudyStoreError) { try write(job, to: jobFile) }

  private func write(_ value: some Encodable, to file: URL) throws(StudyStoreError) {
    do { try WholeFile.write(Data((Shard.json(value) + "\n").utf8), to: file) } catch {
      throw StudyStoreError(error, path: file.path(percentEncoded: false))
    }
  }

  package func submission() throws(SubmissionError) -> Submission {
    let path = submissionFile.path(percentEncoded: false)
    guard let data = try? Data(contentsOf: submissionFile) else { throw .missing(file: path) }
    guard let submission = try? JSONDecoder().decode(Submission.self, from: data), submission.format == Submission.format
    else { throw .unreadable(file: path) }
    return submission
  }

  /// With the study as it was submitted.
  func submissionWithStudy() throws(SubmissionError) -> (Submission, Study) {
    let submission = try submission()
    guard let study = try? submission.submittedStudy() else {
      throw .otherCells(folder: self.study.path, version: submission.programVersion)
    }
    // What was written for it fits; what was not must not lead out of a list.
    guard !submission.shares.isEmpty, submission.shares.joined().allSatisfy(study.cells.indices.contains) else {
      throw .unreadable(file: submissionFile.path(percentEncoded: false))
    }
    return (submission, study)
  }

  /// Nil if the queue never took it.
  var job: SubmittedJob? {
    (try? Data(contentsOf: jobFile)).flatMap { try? JSONDecoder().decode(SubmittedJob.self, from: $0) }
  }

  /// The shards of all its tasks, those of a task in the order of its runs. One that cannot be read is left out.
  func shards() -> [Int: [Shard]] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path(percentEncoded: false))) ?? []
    var runs = [Int: [Int]]()
    for name in names {
      guard let match = name.wholeMatch(of: /task-(\d+)-run-(\d+)\.shard/), let task = Int(match.1), let run = Int(match.2)
      else { continue }
      runs[task, default: []].append(run)
    }
    return Dictionary(uniqueKeysWithValues: runs.map { task, runs in
      (task, runs.sorted().compactMap { try? Shard(reading: shard(task: task, run: $0)) })
    })
  }
}

/// Why a task cannot begin.
package enum SubmissionError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(file: String)
  case unreadable(file: String)
  /// This copy of the program finds other cells in the submitted study.
  case otherCells(folder: String, version: String)
  case noTask(Int, count: Int)

  package var description: String {
    switch self {
    case .missing(let file): "\(file): there is no such submission; submit with 'slablab run STUDY.yaml --executor slurm'"
    case .unreadable(let file): "\(file): not a submission that this version of the program understands; submit again"
    case .otherCells(let folder, let version):
      "\(folder): was submitted by slablab \(version), whose cells this copy does not compute; submit again with this copy"
    case .noTask(let task, let count): "--task is \(task); the submission has tasks 1 to \(count)"
    }
  }
}
