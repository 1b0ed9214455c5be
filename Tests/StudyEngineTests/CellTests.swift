import Testing

@testable import StudyEngine

@Suite("Identity and random streams of a cell") struct CellTests {
  private static func cell(_ text: String) throws -> Cell {
    try StudyFileTests.study(text).cells[0]
  }

  @Test("the identity is a function of content, fixed for good") func stable() throws {
    // A change here makes every finished study run again. Where results change on purpose, raise Cell.resultVersion.
    let hash = try Self.cell("{}").contentHash
    #expect(hash == "c6e336ecc4c5fc650373bd542fc7f8d9583c3b17922ddbe229ee77f85dae150a")
  }

  @Test(
    "what was written differently but means the same has one identity",
    arguments: [
      "model: {slab: ghs, hidden: [2e1]}", "title: another\ntheory: {rate: false}", "replicates: 50",
      "factors: {slab: [ghs, ig]}", "data: {teacher: {kind: sparse-network, active: [5], hidden: [5]}}",
      "model: {slab: {cap: 1.0}}", "study: renamed",
      "training: {schedule: cosine, optimiser: adam, samples: 1, kl-annealing: 0, structure: search, release-steps: 0}",
      "training: {temperature: [1, 1]}", "training: {gradient-clip: none, early-stop: none}",
      "factors: {steps: [6000], measure.points: [4096]}", "factors: {steps: [6000], slab: [ghs]}\nzip: [steps, slab]",
    ])
  func sameContent(text: String) throws {
    #expect(try Self.cell(text).contentHash == Self.cell("{}").contentHash)
  }

  @Test(
    "anything that determines the result changes the identity",
    arguments: [
      "seed: 2", "data: {noise: 0.2}", "data: {design: gaussian}", "data: {design: {correlated: 0.5}}",
      "data: {sample-size: 1001}", "data: {teacher: reference}", "data: {teacher: {strength: 2}}",
      "data: {teacher: {hidden: [6]}}", "data: {teacher: {activation: relu}}",
      "data: {teacher: {kind: formula, expression: x1}}", "model: {slab: gl}",
      "model: {slab: {cap: none}}", "model: {slab: {cap: 2}}", "model: {slab: {global-scale: 2}}",
      "model: {spike: none}",
      "model: {inclusion: {log: -21}}", "model: {inclusion: theorem}", "model: {noise: learned}",
      "model: {hidden: [21]}",
      "training: {steps: 6001}", "training: {batch: 255}", "training: {learning-rate: [0.03, 0.0002]}",
      "training: {estimator: weight-sampling}", "training: {relaxation: soft}", "training: {search-rounds: 7}",
      "training: {schedule: constant}", "training: {schedule: {step: {factor: 0.1, every: 0.5}}}",
      "training: {optimiser: sgd}", "training: {optimiser: sgd, momentum: 0.8}", "training: {gradient-clip: 1}",
      "training: {samples: 2}", "training: {kl-annealing: 0.1}", "training: {temperature: [1, 0.5]}",
      "training: {structure: prune}", "training: {structure: free}", "training: {release-steps: 1}",
      "training: {early-stop: {tolerance: 1}}", "training: {tune-steps: 999}", "training: {restarts: 2}", "measure: {posterior-draws: 201}",
      "measure: {metrics: [elbo]}",
    ])
  func differentContent(text: String) throws {
    #expect(try Self.cell(text).contentHash != Self.cell("{}").contentHash)
  }

  @Test("a formula is known by what it means, its inputs and its domain") func formulas() throws {
    func hash(_ teacher: String) throws -> String {
      try Self.cell("data: {teacher: {kind: formula, \(teacher)}}").contentHash
    }
    let plain = try hash("expression: \"x1 + 2*x2\"")
    #expect(try hash("expression: \" (x1) + (2.0 * x2)\", inputs: 10, domain: unit") == plain)
    for other in ["\"x1 + 3*x2\"", "\"(x1 + 2)*x2\"", "\"x1 + 2*x2\", inputs: 11", "\"x1 + 2*x2\", domain: symmetric"] {
      #expect(try hash("expression: \(other)") != plain)
    }
  }

  @Test("the theorem's constant counts only where λ is the theorem's") func inclusionConstant() throws {
    let constant = "theory: {inclusion-constant: 2}"
    #expect(try Self.cell(constant).contentHash == Self.cell("{}").contentHash)
    let theorem = "model: {inclusion: theorem}"
    #expect(try Self.cell("\(theorem)\n\(constant)").contentHash != Self.cell(theorem).contentHash)
  }

  @Test("slabs share the data stream of their sample size and replicate, and nothing else does") func pairing() throws {
    let study = try StudyFileTests.study(
      """
      factors: {slab: [ig, gl, ghs], sample-size: [500, 1000], data.noise: [0.1, 0.2], training.steps: [10, 20]}
      replicates: 3
      """)
    #expect(Set(study.cells.map(\.contentHash)).count == 72)
    #expect(Set(study.cells.map(\.fitStream)).count == 72)
    let shared = try Dictionary(grouping: study.cells) { try $0.dataStream }
    #expect(shared.count == 2 * 2 * 3)
    for cells in shared.values {
      #expect(cells.count == 3 * 2)
      let keys = try cells.map { [Double(try $0.fit.data.sampleSize), try $0.fit.data.noise, Double($0.replicate)] }
      #expect(Set(keys).count == 1)
    }
  }

  @Test("more replicates, sizes and slabs leave the cells that were there untouched") func growth() throws {
    let small = try StudyFileTests.study("factors: {slab: [ig], sample-size: [500, 1000]}\nreplicates: 2")
    let large = try StudyFileTests.study("factors: {slab: [ghs, ig], sample-size: [250, 500, 1000]}\nreplicates: 3")
    let identities = Dictionary(uniqueKeysWithValues: large.cells.map { ($0.contentHash, $0) })
    for cell in small.cells {
      let same = try #require(identities[cell.contentHash])
      #expect(try same.dataStream == cell.dataStream && same.fitStream == cell.fitStream)
    }
  }
}

@Suite struct CellMemoryTests {
  @Test(
    "a cell that no machine can hold is refused before anything runs",
    arguments: [
      "model: {hidden: [1000000, 1000000]}", "measure: {points: 100000000, posterior-draws: 1000000}",
      "data: {sample-size: 1e9, teacher: {inputs: 1000000}}",
    ])
  func absurd(text: String) {
    let error = #expect(throws: StudyFileError.self) { try StudyFileTests.study(text) }
    #expect(error?.description.contains("would take about") == true, "\(error?.description ?? "")")
  }

  @Test("a usual cell takes some megabytes")
  func usual() throws {
    let cell = try StudyFileTests.study("{}").cells[0]
    let bytes = CellMemory(try cell.fit).bytes
    #expect((1e6...1e8).contains(bytes))
  }
}
