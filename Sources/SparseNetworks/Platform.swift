import CGSL
import CKernels
import Foundation

/// What a process runs on: results rest on it to the last bit.
package enum Platform {
  /// The compiler has no name for itself; the conditions give major and minor.
  package static var swiftVersion: String {
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

  package static var operatingSystem: String { ProcessInfo.processInfo.operatingSystemVersionString }
  package static var processorCount: Int { ProcessInfo.processInfo.processorCount }
  package static var gslVersion: String { GSL_VERSION }

  /// The level that kernels compute at, e.g. `x86-64-v4` (AVX-512).
  package static var simdLevel: String { CPULevel.current.name }

  package static var processor: String {
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
