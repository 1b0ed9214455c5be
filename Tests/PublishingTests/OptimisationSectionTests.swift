import Testing

@testable import Publishing
@testable import StudyEngine

@Suite("What a report says of optimisation") struct OptimisationSectionTests {
  /// Two sizes, three replicates; one fit below its certificate, one of an earlier version, one that failed.
  private static func findings(limited: Bool = true) throws -> StudyFindings {
    try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study(
        "study: o\ndata: {teacher: {active: [3]}}\nfactors: {slab: [gaussian], sample-size: [500, 1000]}\nreplicates: 3\n")
      let store = try FakeStudy.store(study, in: folder) { cell in
        if cell.index == 5 { return FakeStudy.failure("diverged") }
        let isBelow = limited && cell.index == 1
        let gap = isBelow ? -25.5 : 40 + Double(cell.index)
        let certificate: [CellResult.Metric] =
          cell.index == 3
          ? []
          : [
            .init(name: "certificate", value: 100), .init(name: "certificate_gap", value: gap),
            .init(name: "below_certificate", value: isBelow ? 1 : 0),
          ]
        return .success(
          CellResult(
            metrics: [
              .init(name: "radius_median", value: 1 / Double(cell.index + 3)), .init(name: "elbo", value: 100 + gap),
            ] + certificate, converged: true))
      }
      return try StudyFindings(study: study, store: store)
    }
  }

  private static func blocks(_ findings: StudyFindings) -> [Document.Block] {
    var document = Document(title: "")
    OptimisationSection(findings: findings).add(to: &document)
    return document.blocks
  }

  @Test("every replicate is in one count, and the fit that is limited is named") func limited() throws {
    let findings = try Self.findings()
    #expect(
      StudyTables(findings: findings).optimisation == """
        slab,sample_size,against,gap,mc_error,smallest_gap,below,replicates,undefined,earlier,failed,missing,note
        gaussian,500,certificate,18.833333333333332,22.174184188926642,-25.5,1,3,0,0,0,0,
        gaussian,1000,certificate,44,,44,0,1,0,1,1,0,

        """)
    let blocks = Self.blocks(findings)
    guard case .table(let table) = blocks[2], case .table(let flagged) = blocks[4] else {
      Issue.record("no tables")
      return
    }
    #expect(
      table.rows == [
        ["gaussian", "certificate", "500", "19 ± 22", "−25.5", "1 of 3", "–"],
        ["gaussian", "certificate", "1000", "44", "44.0", "0 of 1", "1: of an earlier version; 1: failed"],
      ])
    #expect(flagged.rows == [["1", "gaussian", "500", "2", "by 25.5 nats", "–"]])
    guard case .warning(let warning) = blocks[3], case .warning(let earlier) = blocks[5] else {
      Issue.record("no warnings")
      return
    }
    #expect(warning.hasPrefix("1 of the 4 fits that can be compared are limited by optimisation"))
    #expect(earlier.hasPrefix("1 cells are from a version of SlabLab without certificates"))
    var document = Document(title: "")
    FitPresentation(findings: findings).addFindings(to: &document)
    #expect(document.markdown.contains("1 of its fits is limited by optimisation (see Optimisation error)"))
  }

  @Test("where none is limited the report says so, and without any certificate there is no section") func none() throws {
    let blocks = Self.blocks(try Self.findings(limited: false))
    #expect(blocks[3] == .paragraph("None of the 4 fits that can be compared is limited by optimisation."))
    let earlier = try FakeStudy.inFolder { folder in
      let study = try FakeStudy.study(FakeStudy.realistic)
      return try StudyFindings(study: study, store: FakeStudy.store(study, in: folder))
    }
    #expect(Self.blocks(earlier).isEmpty && !FitPresentation(findings: earlier).tables.contains { $0.name == "optimisation.csv" })
  }
}
