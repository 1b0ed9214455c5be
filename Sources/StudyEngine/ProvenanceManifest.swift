import CGSL
import COpenBLAS
import Foundation

/// `manifest.json`: what the results of a study rest on besides its file.
package struct ProvenanceManifest: Codable, Sendable, Equatable {
  package let programVersion: String
  package let swiftVersion: String
  package let operatingSystem: String
  package let processor: String
  package let processorCount: Int
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

  /// Of this process.
  package init(study: Study, programVersion: String, commandLine: [String] = CommandLine.arguments) {
    self.programVersion = programVersion
    swiftVersion = Self.compilerVersion
    operatingSystem = ProcessInfo.processInfo.operatingSystemVersionString
    processor = Self.processorName()
    processorCount = ProcessInfo.processInfo.processorCount
    blasConfiguration = String(cString: openblas_get_config()).trimmingCharacters(in: .whitespaces)
    blasKernel = String(cString: openblas_get_corename())
    gslVersion = GSL_VERSION
    self.study = study.name
    seed = String(study.seed)
    studyHash = study.contentHash
    self.commandLine = commandLine
  }

  /// Indented, keys sorted.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Writes the folder's `manifest.json`, whole or not at all.
  package func write(to folder: StudyFolder) throws(StudyStoreError) {
    do { try json().write(to: folder.manifest, options: .atomic) } catch {
      throw StudyStoreError(error, path: folder.manifest.path(percentEncoded: false))
    }
  }

  /// The compiler has no name for itself; the conditions give major and minor.
  private static var compilerVersion: String {
    #if compiler(>=6.5)
      "6.5 or later"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #elseif compiler(>=6.2)
      "6.2"
    #else
      "6.1"
    #endif
  }

  private static func processorName() -> String {
    #if os(Linux)
      let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
      let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":", maxSplits: 1).last
      return name.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    #else
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 0 else { return "unknown" }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else { return "unknown" }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #endif
  }
}
