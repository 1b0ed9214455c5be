import Foundation
import Testing

@testable import StudyEngine

@Suite("What a study will take") struct PlanTests {
  @Test("cells, exclusions and time follow from the study and the cost of a cell") func plan() throws {
    let study = try StudyFileTests.study(
      """
      factors: {slab: [ig, gl, ghs], sample-size: [500, 1000]}
      exclude: [{slab: ig, sample-size: 1000}]
      replicates: 2
      """)
    let plan = Plan(study, workers: 2) { Double($0.size) / 100 }
    #expect(plan.cellCount == 10 && plan.excludedCombinations == 1 && plan.replicates == 2)
    #expect(plan.factors.map(\.name) == ["slab", "sample-size"])
    #expect(plan.estimatedCellSeconds == 6 * 5 + 4 * 10)
    #expect(plan.estimatedSeconds == 35)
    // As measured on the store and tables of quickstart: 75 cells, 3.2 MB.
    let quickstart = try StudyFile(path: "Studies/quickstart.yaml").study()
    let bytes = Plan(quickstart, workers: 1) { _ in 1 }.estimatedBytes
    #expect(quickstart.cells.count == 75 && (2.2e6...4.6e6).contains(bytes))
    // No number of workers makes the longest cell shorter.
    #expect(Plan(study, workers: 100) { Double($0.size) / 100 }.estimatedSeconds == 10)
  }
}

@Suite("manifest.json") struct ProvenanceManifestTests {
  @Test("names program, machine, libraries and study, and reads back") func roundTrip() throws {
    try TemporaryFolder.use { url in
      let study = try StudyFileTests.study("study: m\nseed: 18446744073709551615")
      let manifest = ProvenanceManifest(
        study: study, programVersion: "1.2.3", gitCommit: ProgramVersion.commit(),
        effort: .init(cellsRun: 3, workers: 2, since: .now), commandLine: ["slablab", "run", "m.yaml"])
      let folder = StudyFolder(url)
      try manifest.write(to: folder)
      let read = try JSONDecoder().decode(ProvenanceManifest.self, from: Data(contentsOf: folder.manifest))
      #expect(read == manifest)
      #expect(read.seed == "18446744073709551615" && read.studyHash == study.contentHash && read.studyHash.count == 64)
      #expect(read.blasConfiguration.contains("OpenBLAS") && !read.blasKernel.isEmpty)
      #expect(read.simdLevel.map { ["x86-64-v4", "x86-64-v3", "baseline"].contains($0) } == true)
      #expect(read.cellsRun == 3 && read.workers == 2)
      #expect(try #require(read.wallSeconds) >= 0 && #require(read.processorSeconds) > 0)
      // None in a copy of the sources without git, or where they were committed after the build.
      #expect(read.gitCommit.map { $0.prefix(40).allSatisfy(\.isHexDigit) && $0.count >= 40 } ?? true)
      #expect(read.gslVersion.first?.isNumber == true && !read.processor.isEmpty)
    }
  }
}
