import Foundation

/// The core that step timings stay on, ours and the peers': they take turns, so none disturbs another, and a step never
/// moves to a core with cold caches.
struct PinnedCore {
  /// Its number, as the system counts.
  let number: Int

  /// The last core: the system's own work tends to be on the first.
  static let last = PinnedCore(number: ProcessInfo.processInfo.processorCount - 1)

  /// Runs `body`, on the main thread, with that thread on this core; anywhere where there is no `taskset` (Linux's).
  @MainActor func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let before = Self.allowedCores, Self.taskset(String(number)) else { return try body() }
    defer { _ = Self.taskset(before) }
    return try body()
  }

  /// As a list, e.g. `0-1`.
  private static var allowedCores: String? {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    return status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }?
      .split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
  }

  /// The C library's own call is not among those that Swift sees.
  private static func taskset(_ cores: String) -> Bool {
    let command = Process()
    command.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    command.arguments = ["taskset", "-c", "-p", cores, String(ProcessInfo.processInfo.processIdentifier)]
    command.standardOutput = FileHandle.nullDevice
    command.standardError = FileHandle.nullDevice
    guard (try? command.run()) != nil else { return false }
    command.waitUntilExit()
    return command.terminationStatus == 0
  }
}
