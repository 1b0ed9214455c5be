import Foundation
import SparseNetworks

/// `manifest.json`: what the results of a study rest on besides its file.
package struct ProvenanceManifest: Codable, Sendable, Equatable {
  package let programVersion: String
  /// Of the program's sources; nil where it does not lie in their checkout. Older manifests lack it.
  package let gitCommit: String?
  package let swiftVersion: String
  package let operatingSystem: String
  package let processor: String
  package let processorCount: Int
  /// That the training step's kernels compute at (`x86-64-v4` is AVX-512): bits depend on it. Older manifests lack it.
  package let simdLevel: String?
  /// OpenBLAS's build options and the kernel that it chose for this processor: the bits of a product depend on it.
  package let blasConfiguration: String
  package let blasKernel: String
  package let gslVersion: String
  package let study: String
  /// As text: 64 bits do not survive every reader of JSON numbers.
  package let seed: String
  /// SHA-256 over the identities of the cells.
  package let studyHash: String
  package let commandLine: [String]
  /// Of the last run alone; older manifests lack them. Processor time is that of all threads.
  package let cellsRun: Int?
  package let workers: Int?
  package let wallSeconds: Double?
  package let processorSeconds: Double?

  /// What a run took.
  package struct Effort: Sendable {
    package let cellsRun: Int
    package let workers: Int
    package let wallSeconds: Double
    package let processorSeconds: Double

    /// Of this process since it began.
    /// - Parameter start: when that was.
    package init(cellsRun: Int, workers: Int, since start: ContinuousClock.Instant) {
      self.cellsRun = cellsRun
      self.workers = workers
      wallSeconds = (ContinuousClock.now - start) / .seconds(1)
      processorSeconds = Double(clock()) / Double(CLOCKS_PER_SEC)
    }
  }

  /// Of this process.
  package init(
    study: Study, programVersion: String, gitCommit: String? = nil, effort: Effort? = nil,
    commandLine: [String] = CommandLine.arguments
  ) {
    self.programVersion = programVersion
    self.gitCommit = gitCommit
    (cellsRun, workers) = (effort?.cellsRun, effort?.workers)
    (wallSeconds, processorSeconds) = (effort?.wallSeconds, effort?.processorSeconds)
    swiftVersion = Platform.swiftVersion
    operatingSystem = Platform.operatingSystem
    processor = Platform.processor
    processorCount = Platform.processorCount
    simdLevel = Platform.simdLevel
    blasConfiguration = BLAS.configuration
    blasKernel = BLAS.kernel
    gslVersion = Platform.gslVersion
    self.study = study.name
    seed = String(study.seed)
    studyHash = study.contentHash
    self.commandLine = commandLine
  }

  /// Where bits may depend on it, in what this manifest is unlike another one, a line each: `NAME: A then, B now`.
  package func differences(from then: ProvenanceManifest) -> [String] {
    [
      ("program version", then.programVersion, programVersion), ("processor", then.processor, processor),
      ("SIMD level", then.simdLevel ?? "unknown", simdLevel ?? "unknown"),
      ("BLAS", then.blasConfiguration, blasConfiguration), ("BLAS kernel", then.blasKernel, blasKernel),
      ("GSL", then.gslVersion, gslVersion), ("operating system", then.operatingSystem, operatingSystem),
    ].filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1) then, \($0.2) now" }
  }

  /// Indented, keys sorted.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Writes the folder's `manifest.json`, whole or not at all.
  package func write(to folder: StudyFolder) throws(StudyStoreError) {
    do { try WholeFile.write(json(), to: folder.manifest) } catch {
      throw StudyStoreError(error, path: folder.manifest.path(percentEncoded: false))
    }
  }
}
