import Testing

@testable import StudyEngine

@Suite("Some of a study's cells") struct CellFilterTests {
  static let text = """
    study: small
    factors:
      slab: {plain: ig, wide: {kind: ghs, cap: 4}, narrow: {kind: ghs, cap: 0.5}}
      data.noise: [0.1, 0.2]
      sample-size: [500, 1000]
    replicates: 3
    """

  @Test(
    "cells are chosen by factor, slab, sample size and replicate, however numbers and slabs are spelt",
    arguments: [
      ([], 36), (["slab=wide"], 12), (["slab=ghs"], 24), (["slab=group-horseshoe,ig"], 36),
      (["data.noise=1e-1"], 18), (["sample-size=1e3", "replicate=1,3"], 12),
      (["slab=ig", "data.noise=0.2", "sample-size=500", "replicate=2"], 1),
    ] as [([String], Int)])
  func choice(options: [String], count: Int) throws {
    let study = try StudyFileTests.study(Self.text)
    let filter = try CellFilter(options, of: study)
    #expect(study.cells.count { filter.includes($0) } == count)
  }

  @Test("what tables print chooses just that, commas and all") func printed() throws {
    let study = try StudyFileTests.study(
      """
      study: small
      factors:
        slab: [ghs, {kind: group-horseshoe, cap: none}]
        model.hidden: [[20], [20, 20]]
      replicates: 1
      data: {teacher: {active: [5]}}
      theory: {rate: false}
      """)
    func count(_ options: String...) throws -> Int {
      let filter = try CellFilter(options, of: study)
      return study.cells.count { filter.includes($0) }
    }
    #expect(try count("slab={kind: group-horseshoe, cap: none}") == 2)
    #expect(try count("slab=group-horseshoe") == 2 && count("slab=ghs") == 4)
    #expect(try count("model.hidden=[20, 20]") == 2 && count("model.hidden=[20],[20, 20]") == 4)
    let error = #expect(throws: StudyFileError.self) { try count("replicate=1", "slab=ghs", "model.hidden=[2]") }
    #expect(error?.description.contains("expected [20] or [20, 20]") ?? false)
  }

  @Test("a choice that no cell meets is refused, as are kinds' missing keys") func nothing() throws {
    let study = try StudyFileTests.study(Self.text)
    let error = #expect(throws: StudyFileError.self) { try CellFilter(["replicate=1", "replicate=2"], of: study) }
    #expect(error?.description.hasPrefix("--only replicate=1 --only replicate=2: no cell of small meets all of these") ?? false)
    let theory = try StudyFile(text: StudyTemplate.text(name: "x", kind: .logNormalError), path: "x").study()
    for option in ["slab=ghs", "sample-size=500", "replicate=1"] {
      #expect(throws: StudyFileError.self) { try CellFilter([option], of: theory) }
    }
    let prior = try CellFilter(["target=lasso, prior"], of: theory)
    #expect(theory.cells.count { prior.includes($0) } * 2 == theory.cells.count)
  }

  @Test(
    "a key or value that the study lacks is refused with what it has",
    arguments: [
      ("slab", "--only slab: there is no KEY=VALUE; expected --only sample-size=500"),
      ("slab=", "--only slab=: there is no KEY=VALUE; expected --only sample-size=500"),
      (
        "noise=0.1",
        "--only noise=0.1: 'noise' is not a factor of small; expected slab, data.noise, sample-size or replicate; "
          + "did you mean 'data.noise'?"
      ),
      ("sample-size=501", "--only sample-size=501: no cell has sample-size 501; expected 500 or 1000; did you mean '500'?"),
      ("replicate=0", "--only replicate=0: no cell has replicate 0; expected 1, 2 or 3; did you mean '1'?"),
      ("slab=gl", "--only slab=gl: no cell has slab gl; expected gaussian, wide or narrow"),
    ])
  func refusal(option: String, message: String) throws {
    let study = try StudyFileTests.study(Self.text)
    let error = #expect(throws: StudyFileError.self) { try CellFilter([option], of: study) }
    #expect(error?.description == message)
  }
}
