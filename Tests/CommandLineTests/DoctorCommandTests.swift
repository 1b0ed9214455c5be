import Foundation
import StudyEngine
import Testing

@Suite struct DoctorCommandTests {
  @Test("doctor names the library that matrix products come from, which is not the slow one")
  func json() throws {
    let run = try SlabLabProcess(["doctor", "--json"])
    #expect(run.status == 0 && run.errors.isEmpty)
    let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(report["program_version"] as? String == ProgramVersion.current)
    for key in ["swift_version", "operating_system", "processor", "simd_level", "gsl_version"] {
      #expect((report[key] as? String)?.isEmpty == false, "\(key)")
    }
    let blas = try #require(report["blas"] as? [String: Any])
    let library = try #require(blas["library"] as? String)
    #expect(library.contains("openblas") && FileManager.default.fileExists(atPath: library))
    #expect(blas["slow_reference"] as? Bool == false)
    let tools = try #require(report["tools"] as? [[String: Any]])
    #expect(tools.compactMap { $0["name"] as? String } == ["gnuplot"])
    #expect(tools.allSatisfy { ($0["path"] as? String).map(FileManager.default.isExecutableFile) ?? true })
  }

  @Test func version() throws {
    let run = try SlabLabProcess(["--version"])
    #expect(run.status == 0 && run.output == ProgramVersion.current + "\n")
  }
}
