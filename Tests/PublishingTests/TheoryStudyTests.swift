import Foundation
import Testing

@testable import Publishing
@testable import StudyEngine

/// The shipped studies that train nothing run for real here: they take a second each.
@Suite("Publishing studies of the theory") struct TheoryStudyTests {
  private static let studies = URL(filePath: #filePath).appending(path: "../../../Studies").standardizedFileURL

  private static func published<Value>(
    _ name: String, _ overrides: [String] = [], _ body: (StudyPublisher, [String: String]) throws -> Value
  ) throws -> Value {
    try FakeStudy.inFolder { folder in
      let path = studies.appending(path: "\(name).yaml").path(percentEncoded: false)
      let study = try StudyFile(path: path, overrides: overrides).study()
      let store = try StudyStore(folder: folder, study: study, programVersion: "0.0.0-test")
      let report = try LocalExecutor(workers: 2).run(study, with: CellRunner(), into: store)
      #expect(report.failed == 0 && report.ran == study.cells.count)
      let publisher = try StudyPublisher(study: study, store: store)
      let files = try publisher.publish()
      var texts = [String: String]()
      for file in files where ["csv", "md", "html"].contains(file.pathExtension) {
        texts[file.lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
      }
      for figure in publisher.presentation.figures {
        let file = folder.figures.appending(path: "\(figure.name).pdf")
        #expect(try Data(contentsOf: file).starts(with: Data("%PDF".utf8)))
      }
      return try body(publisher, texts)
    }
  }

  private static func rows(_ csv: String?) throws -> [[String: String]] {
    let lines = try #require(csv).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { first, _ in first } }
  }

  @Test("growth-regimes: the slab changes the power of n only where the strength explodes") func growth() throws {
    try Self.published("growth-regimes", ["sample-size=[100,1000,1e6]"]) { publisher, texts in
      let slopes = try Self.rows(texts["slopes.csv"])
      func limit(_ slab: String, _ bounds: String) -> Double? {
        slopes.first { $0["slab"] == slab && $0["bounds"] == bounds }?["asymptotic_slope"].flatMap(Double.init)
      }
      let level = try #require(limit("gaussian", "level"))
      for slab in ["group-lasso", "group-horseshoe"] {
        #expect(limit(slab, "level") == level && limit(slab, "shrinking") == limit("gaussian", "shrinking"))
      }
      let exploding = try #require(limit("gaussian", "exploding"))
      #expect(try #require(limit("group-lasso", "exploding")) < exploding - 0.1)
      #expect(limit("group-horseshoe", "exploding") == exploding)
      #expect(publisher.presentation.figures.map(\.name) == ["contraction-rate"])
      let summary = try #require(texts["summary.md"])
      #expect(summary.contains("With bounds = level, every slab tends to the slope −0.222."))
      let changes = "With bounds = exploding, the slab changes the power of n: gaussian −0.100, group-lasso −0.222"
      #expect(summary.contains(changes))
    }
  }

  @Test("phase-map: horseshoe where weights are weak, Gaussian near x = 1, lasso where they are strong") func phaseMap()
    throws
  {
    try Self.published("phase-map", ["strength=[0.001,1,1000]", "width=[8,1000]"]) { publisher, texts in
      let best = try Self.rows(texts["phase-map.csv"]).map { [$0["strength"], $0["width"], $0["best"]] }
      #expect(
        best == [
          ["0.001", "8", "group-horseshoe"], ["1", "8", "gaussian"], ["1000", "8", "group-lasso"],
          ["0.001", "1000", "group-horseshoe"], ["1", "1000", "gaussian"], ["1000", "1000", "group-lasso"],
        ])
      #expect(publisher.presentation.figures.map(\.name) == ["phase-map", "node-cost"])
      #expect(publisher.summary.rows.map { $0[1] } == ["2", "2", "2"])
    }
  }

  @Test("lognormal-error: reverse KL falls with the width against the prior, stays above a cap that weights exceed")
  func logNormalError() throws {
    try Self.published("lognormal-error", ["width=[10,1000]"]) { publisher, texts in
      let rows = try Self.rows(texts["lognormal-error.csv"]?.replacing("\"", with: "").replacing(", ", with: "; "))
      func error(_ target: String, _ width: String) throws -> Double {
        try #require(
          rows.first { $0["target"] == target && $0["fit"] == "reverse" && $0["width"] == width }?["kl_reverse"]
            .flatMap(Double.init))
      }
      #expect(abs(try error("lasso; prior", "10") / 0.01388 - 1) < 1e-3)
      #expect(try error("lasso; prior", "1000") < 2e-4)
      #expect(try error("lasso; posterior", "1000") < 1e-6)
      #expect(try error("horseshoe; x = 4", "1000") > 0.1)
      #expect(publisher.presentation.figures.map(\.name) == ["lognormal-error", "scale-density"])
    }
  }
}
