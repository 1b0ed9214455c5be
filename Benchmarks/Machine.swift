import Foundation
import SparseNetworks
import StudyEngine

/// What the numbers were measured on, and of which program.
struct Machine: Encodable, Equatable {
  let cpu: String
  /// By which kernels are dispatched, e.g. `x86-64-v4`.
  let level: String
  let cores: Int
  let blasKernel: String
  /// Of the start, e.g. `2026-11-28`.
  let date: String
  let programVersion: String
  /// nil if the program does not lie in its checkout, or was built before its last commit.
  let commit: String?

  static func current() -> Machine {
    Machine(
      cpu: Platform.processor, level: Platform.simdLevel, cores: Platform.processorCount, blasKernel: BLAS.kernel,
      date: String(Date.now.ISO8601Format().prefix(10)), programVersion: ProgramVersion.current, commit: ProgramVersion.commit())
  }

  /// `2026-11-28-amd-epyc-7b13.json`: letters and digits alone, so that any system can hold it.
  var fileName: String {
    let words = cpu.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return ([date] + words.map(String.init)).joined(separator: "-") + ".json"
  }
}
