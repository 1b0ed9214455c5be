import Foundation

/// What sbatch is given: a script that is the same for all, and arguments. Names and paths are arguments of their own, never
/// part of a script or of an `--output` pattern, so that no character in them means anything.
struct SlurmJob: Sendable, Equatable {
  /// `exec`, so that signals reach the program itself.
  static let script = """
    #!/bin/sh
    # One task of a study's array, as slablab submitted it.
    exec "$1" work "$2" --submission "$3" --task "$SLURM_ARRAY_TASK_ID"

    """

  let program: URL
  let study: Study
  let place: SubmissionFolder
  let tasks: Int
  /// Cells at a time in each task; nil leaves it to the options.
  let workers: Int?
  /// The user's; they come last, and so win.
  let options: [String]

  var arguments: [String] {
    [
      "--parsable", "--array=1-\(tasks)", "--job-name=slablab-\(study.name)",
      // Whatever the site's defaults: a lost or preempted task runs again, and adds to its output.
      "--requeue", "--open-mode=append",
      // A minute and a half before the time limit, which is looked at every half minute; B: the script, which is the program.
      "--signal=B:TERM@90",
      "--chdir=\(place.url.path)", "--output=task-%4a.log", "--cpus-per-task=\(workers ?? 1)",
    ] + options + [place.script.path, program.path, place.study.url.path, String(place.number)]
  }

  /// Refuses options that are none, or that the submission needs for itself.
  static func check(_ options: [String]) throws(SlurmError) {
    for option in options {
      let name = String(option.prefix { $0 != "=" })
      guard option.hasPrefix("-"), option.count > 1, option != "--" else {
        throw .badOption(option, reason: "not an option of sbatch; write option and value as one word, as --sbatch-option --partition=long")
      }
      // sbatch takes any beginning of a name that no other has.
      let long = ["--array", "--chdir", "--clusters", "--parsable", "--quiet", "--test-only", "--wait", "--wrap"]
      let isOwn =
        option.hasPrefix("--")
        ? name.count > 3 && long.contains { $0.hasPrefix(name) }
        : ["-a", "-D", "-M", "-Q", "-W"].contains(where: option.hasPrefix)
      if isOwn { throw .badOption(option, reason: "cannot be given; slablab has its own array, folder and cluster") }
    }
  }
}
