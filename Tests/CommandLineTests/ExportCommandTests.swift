import Foundation
import TestSupport
import Testing

/// `slablab export` through the program; what it writes is opened by the programs of its readers
/// (`Tests/open_export.py`, with what `make setup-tests` installs).
@Suite("slablab export", .serialized) struct ExportCommandTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

  /// A study run in a folder of its own, which `body` is given.
  private static func inStudy<Value>(
    _ file: String, _ overrides: [String], _ body: (String) throws -> Value
  ) throws -> Value {
    let place = FileManager.default.temporaryDirectory.appending(path: "export \(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: place) }
    let folder = place.appending(path: "study").path(percentEncoded: false)
    let run = try SlabLabProcess(
      ["run", file, "--out", folder, "--quiet"] + overrides.flatMap { ["--set", $0] })
    #expect(run.status == 0, "\(run.errors)")
    return try body(folder)
  }

  /// Expects that all files of an export can be opened by their readers' programs.
  private static func open(_ folder: String, showing texts: [String]) throws {
    let reader = try ProgramRun(
      root.appending(path: ".build/python/bin/python").path(percentEncoded: false),
      [root.appending(path: "Tests/open_export.py").path(percentEncoded: false), folder] + texts, withErrors: true)
    #expect(reader.status == 0, "\(reader.output)")
  }

  /// The shipped studies in a form that takes seconds.
  static let quickForms: [(study: String, overrides: [String])] = [
    ("quickstart", ["replicates=2", "sample-size=500,1000", "training.restarts=1"]),
    ("rate-vs-n", ["replicates=2", "sample-size=1000,2000", "data.teacher.strength=1,4", "training.batch=256"]),
    ("ablation", ["replicates=1", "data.sample-size=500", "training.steps=1500", "training.search-rounds=2"]),
    ("growth-regimes", []), ("lognormal-error", ["width=1,30,1000"]),
    ("phase-map", ["strength=0.01,0.3,1,3,100", "width=8,64,1024"]),
  ]

  @Test("every format of every shipped study opens in its readers' programs", arguments: quickForms)
  func shippedStudies(form: (study: String, overrides: [String])) throws {
    let file = Self.root.appending(path: "Studies/\(form.study).yaml").path(percentEncoded: false)
    try Self.inStudy(file, form.overrides) { folder in
      let export = try SlabLabProcess(["export", folder, "--format", "all", "--quiet"])
      #expect(export.status == 0, "\(export.errors)")
      #expect(export.output.isEmpty)
      try Self.open(folder + "/export", showing: ["What was found", "How to repeat it", form.study])
    }
  }

  @Test("ten lines of Python and of R read the tidy table and the store alike") func readers() throws {
    let file = Self.root.appending(path: "Studies/quickstart.yaml").path(percentEncoded: false)
    let form = ["replicates=2", "sample-size=500", "training.restarts=1", "training.steps=300", "training.search-rounds=1"]
    try Self.inStudy(file, form) { folder in
      let rows = try String(contentsOf: URL(filePath: folder + "/tables/metrics.csv"), encoding: .utf8)
        .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      let (slab, metric, value) = (1, rows[0].count - 2, rows[0].count - 1)
      for (program, script) in [("python3", "read_study.py"), ("Rscript", "read_study.R")] {
        let run = try ProgramRun(program, [Self.root.appending(path: "Examples/\(script)").path(percentEncoded: false), folder])
        let printed = run.output
        #expect(run.status == 0)
        for name in ["gaussian", "group-lasso", "group-horseshoe"] {
          let values = rows.filter { $0[slab] == name && $0[metric] == "radius_median" }.compactMap { Double($0[value]) }
          let mean = values.reduce(0, +) / Double(values.count)
          let found = printed.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.first ?? "" == name }
            .compactMap { $0.last.flatMap { Double($0) } }
          // Once from the table, once from the store.
          #expect(values.count == 2 && found.count == 2, "\(script): \(printed)")
          for number in found { #expect(abs(number - mean) <= 1e-12 * mean, "\(script)") }
        }
      }
    }
  }

  @Test("names with every awkward character come out right in every format") func awkwardNames() throws {
    let awkward = "50 % a_b & <script>alert(1)</script> \"q\" 'r' é $x$ {y} \\z # ~ ^"
    let yaml = """
      study: awkward
      title: |-
        \(awkward)
        in two lines
      data: {teacher: {inputs: 4, active: [1], strength: 1}}
      model: {hidden: [3]}
      training: {steps: 300, search-rounds: 1}
      factors:
        slab: [gaussian, group-horseshoe]
        data.noise:
          '\(awkward.replacing("'", with: "''"))': 0.1
          much & more: 0.3
        sample-size: [100, 200]
      replicates: 2
      measure: {posterior-draws: 20, points: 64}
      """
    let file = FileManager.default.temporaryDirectory.appending(path: "awkward-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(yaml.utf8).write(to: file)
    try Self.inStudy(file.path(percentEncoded: false), []) { folder in
      let export = try SlabLabProcess(["export", folder, "--format", "all"])
      #expect(export.status == 0, "\(export.errors)")
      // As a browser serialises it: quotes in text stand for themselves.
      try Self.open(
        folder + "/export",
        showing: ["50 % a_b &amp; &lt;script&gt;alert(1)&lt;/script&gt; \"q\" 'r' é $x$ {y} \\z # ~ ^", "much &amp; more"])
      let url = URL(filePath: folder + "/export")
      let csv = try String(contentsOf: url.appending(path: "csv/slopes.csv"), encoding: .utf8)
      #expect(csv.contains("gaussian,\"\(awkward.replacing("\"", with: "\"\""))\",radius_median,"))
      let html = try String(contentsOf: url.appending(path: "html/report.html"), encoding: .utf8)
      #expect(!html.contains("<script"))
    }
  }

  @Test("a selection and a condition make their part, and what is not there is named") func parts() throws {
    let file = Self.root.appending(path: "Studies/lognormal-error.yaml").path(percentEncoded: false)
    try Self.inStudy(file, ["width=1,10"]) { folder in
      let out = folder + "/part"
      let chosen = try SlabLabProcess(
        ["export", folder, "--format", "csv,svg", "--select", "lognormal-*,metrics", "--where", "fit=reverse", "--out", out])
      #expect(chosen.status == 0, "\(chosen.errors)")
      let names = try FileManager.default.subpathsOfDirectory(atPath: out).filter { $0.contains(".") }.sorted()
      #expect(names.contains("csv/metrics.csv") && names.contains("csv/datapackage.json"))
      #expect(names.contains("svg/lognormal-error.svg") && !names.contains { $0.contains("density") })
      let metrics = try String(contentsOf: URL(filePath: out + "/csv/metrics.csv"), encoding: .utf8)
      #expect(metrics.contains(",reverse,") && !metrics.contains(",forward,"))

      let refusals: [([String], String)] = [
        (["--format", "docx"], "'docx' is no format; expected csv, pgfplots"),
        (["--format", ""], "--format is empty"),
        (["--format", "svg", "--select", "contraktion"], "--select contraktion: no figure or table"),
        (["--format", "svg", "--where", "fit=best"], "--where fit=best: no cell has fit best"),
        (["--format", "html", "--vega", "/nowhere.js"], "/nowhere.js: cannot be read"),
      ]
      for (arguments, said) in refusals {
        let refused = try SlabLabProcess(["export", folder, "--out", folder + "/no"] + arguments)
        #expect(refused.status == 2 && refused.errors.contains(said), "\(refused.errors)")
        #expect(refused.errors.split(separator: "\n").count == 1)
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/no"))
    }
    let missing = try SlabLabProcess(["export", "/nowhere/at all", "--format", "csv"])
    #expect(missing.status == 2 && missing.errors.contains("/nowhere/at all"))
  }
}
