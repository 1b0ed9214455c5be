import Foundation

/// One run of `slablab`, from its start to its end.
struct CommandRun {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let seconds: Double
  /// The processor time of all its threads.
  let processorSeconds: Double
  /// The largest memory that the process held; nil where it was less than this program's own so far: Linux goes on
  /// counting in a process that is started from the peak of the one that starts it.
  let peakBytes: Double?

  /// The program that was built beside this one.
  private static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "slablab").path

  /// Runs it with these arguments, its output thrown away. Not by `Process`, which tells no memory and adds
  /// milliseconds of its own.
  /// - Throws: `Failure` when it can't be started or fails.
  init(_ arguments: [String]) throws {
    let words = [Self.program] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var process = pid_t()
    var status: Int32 = 0
    var usage = rusage()
    var code: Int32 = 0
    seconds = Stopwatch.seconds {
      code = posix_spawn(&process, Self.program, &actions, nil, &pointers, environ)
      if code == 0, wait4(process, &status, 0, &usage) != process { code = errno }
    }
    guard code == 0 else {
      throw Failure(description: "\(Self.program): \(String(cString: strerror(code))); build it: make build")
    }
    guard status == 0 else {
      throw Failure(description: "slablab \(arguments.joined(separator: " ")) failed with wait status \(status)")
    }
    processorSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + 1e-6 * Double($1.tv_usec) }
    #if os(Linux)
      var own = rusage()
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &own)
      peakBytes = usage.ru_maxrss > own.ru_maxrss ? 1024 * Double(usage.ru_maxrss) : nil
    #else
      peakBytes = Double(usage.ru_maxrss)
    #endif
  }

  static func rounds(_ count: Int, _ arguments: [String]) throws -> Rounds {
    var rounds = Rounds()
    for _ in 0..<count { rounds.add(try CommandRun(arguments).seconds) }
    return rounds
  }
}
