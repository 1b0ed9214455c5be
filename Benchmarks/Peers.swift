import Foundation
import Priors

/// The JAX and PyTorch peers, in a process of their own that keeps their programs compiled (`peers/serve.py`).
final class Peers {
  struct Versions: Codable, Equatable {
    let jax, torch: String
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let versions: Versions
  private let process = Process()
  private let requests: FileHandle
  private let answers: FileHandle
  private var unread = Data()

  /// nil where `make bench-peers` hasn't passed. Paths are from the project's root.
  static func start(on core: PinnedCore) throws -> Peers? {
    let environment = URL(fileURLWithPath: ".build/peers-venv")
    guard FileManager.default.fileExists(atPath: environment.appending(path: "passed").path) else { return nil }
    return try Peers(python: environment.appending(path: "bin/python"), core: core)
  }

  private init(python: URL, core: PinnedCore) throws {
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = python
    process.arguments = ["Benchmarks/peers/serve.py", String(core.number)]
    process.standardInput = input
    process.standardOutput = output
    (requests, answers) = (input.fileHandleForWriting, output.fileHandleForReading)
    try process.run()
    struct Question: Encodable { let peer = "versions" }
    versions = try Self.exchange(Question(), requests, answers, &unread)
  }

  deinit {
    try? requests.close()
    process.waitUntilExit()
  }

  /// Microseconds of one step of one network.
  func microseconds(_ program: StepCase.Program, _ step: StepCase) throws -> Double {
    struct Question: Encodable {
      let peer, slab: String
      let local: Bool
      let widths: [Int]
      let batch, rows, networks, steps: Int
    }
    struct Answer: Decodable { let microseconds: Double }
    let names: [SlabKind: String] = [.gaussian: "ig", .groupLasso: "gl", .groupHorseshoe: "ghs"]
    let question = Question(
      peer: program == .jax ? "jax" : "torch", slab: names[step.slab] ?? "",
      local: step.estimator == .localReparameterisation, widths: step.network.widths, batch: step.network.batch,
      rows: step.network.rows, networks: step.networks, steps: step.steps(of: program))
    let answer: Answer = try Self.exchange(question, requests, answers, &unread)
    return answer.microseconds / Double(step.networks)
  }

  private static func exchange<Answer: Decodable>(
    _ question: some Encodable, _ requests: FileHandle, _ answers: FileHandle, _ unread: inout Data
  ) throws -> Answer {
    try requests.write(contentsOf: JSONEncoder().encode(question) + Data("\n".utf8))
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = unread[..<end]
        unread = Data(unread[(end + 1)...])
        if let answer = try? JSONDecoder().decode(Answer.self, from: line) { return answer }
        throw Failure(description: "Benchmarks/peers/serve.py: \(String(decoding: line, as: UTF8.self))")
      }
      let part = answers.availableData
      guard !part.isEmpty else {
        throw Failure(description: "Benchmarks/peers/serve.py ended (its message is above); run make bench-peers again")
      }
      unread += part
    }
  }
}
