import CKernels
import Foundation

/// A set of vector instructions that the kernels are compiled for: AVX-512 (`x86-64-v4`), AVX2 (`x86-64-v3`), or
/// `baseline`, which every CPU has.
///
/// The same seed gives the same bits at one level, and numbers that agree to rounding at another.
package struct CPULevel: Hashable, Sendable {
  /// 0 is the best that this CPU has.
  let index: Int32
  package let name: String

  /// The levels of this CPU, the best first.
  package static let all: [CPULevel] = {
    var levels: [CPULevel] = []
    while let kernels = slab_float_kernels(Int32(levels.count)) {
      levels.append(CPULevel(index: Int32(levels.count), name: String(cString: kernels.pointee.level)))
    }
    return levels
  }()

  private static let wanted = ProcessInfo.processInfo.environment["SLABLAB_CPU_LEVEL"]

  /// What this process computes at: the best, or the one that the environment variable `SLABLAB_CPU_LEVEL` names.
  package static let current: CPULevel = all.first { $0.name == wanted } ?? all[0]

  /// What is wrong with the environment variable; nil if nothing is. Programs ask before they compute.
  package static var refusal: String? {
    guard let wanted, !all.contains(where: { $0.name == wanted }) else { return nil }
    let names = all.map(\.name).joined(separator: ", ")
    return "SLABLAB_CPU_LEVEL is '\(wanted)'; expected one that this CPU has: \(names)"
  }
}
