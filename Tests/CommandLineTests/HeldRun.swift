import Foundation
import Testing

extension SlabLabProcess {
  /// A run in the midst of its cells that SIGSTOP holds there, however fast or busy the machine is; nil if it was over
  /// before it could be held.
  ///
  /// - Parameter file: what grows as cells are done; it is held once that has `bytes`.
  static func startAndHold(_ arguments: [String], once file: String, has bytes: Int) throws -> Process? {
    let process = try start(arguments)
    func size() -> Int { (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0 }
    while process.isRunning, size() < bytes { usleep(1000) }
    kill(process.processIdentifier, SIGSTOP)
    // Until it stands, or has ended.
    var state = siginfo_t()
    let found = waitid(P_PID, id_t(process.processIdentifier), &state, WSTOPPED | WEXITED | WNOWAIT)
    return found == 0 && state.si_code == Int32(CLD_STOPPED) ? process : nil
  }

  /// The same of a study that begins in `out`; anew if it was over first. The study itself takes some 80 to 150 kB of the
  /// store's log, a cell 10.
  static func startAndHold(_ arguments: [String], out: String) throws -> Process {
    for _ in 0..<100 {
      if let process = try startAndHold(
        arguments + ["--workers", "1"], once: "\(out)/store.sqlite-wal", has: 200_000) { return process }
      try FileManager.default.removeItem(atPath: out)
    }
    throw NeverHeld()
  }

  private struct NeverHeld: Error {}
}

extension Process {
  /// Lets a held run go on.
  func goOn() { kill(processIdentifier, SIGCONT) }
}
