import Foundation
import Testing

extension SlabLabProcess {
  /// A run in the midst of its cells that SIGSTOP holds there, however fast or busy the machine is.
  ///
  /// - Parameter file: what grows as cells are done; it is held once that has `bytes`.
  static func startAndHold(_ arguments: [String], once file: String, has bytes: Int) throws -> Process {
    let process = try start(arguments)
    func size() -> Int { (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0 }
    while process.isRunning, size() < bytes { usleep(1000) }
    kill(process.processIdentifier, SIGSTOP)
    try #require(process.isRunning, "the run was over before it could be held")
    return process
  }

  /// The same of a study whose store is in `out`: the study itself takes some 80 kB of the store's log, a cell 10.
  static func startAndHold(_ arguments: [String], out: String) throws -> Process {
    try startAndHold(arguments + ["--workers", "1"], once: "\(out)/store.sqlite-wal", has: 200_000)
  }
}

extension Process {
  /// Lets a held run go on.
  func goOn() { kill(processIdentifier, SIGCONT) }
}
