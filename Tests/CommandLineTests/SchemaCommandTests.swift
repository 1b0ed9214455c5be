import Foundation
import Publishing
import TestSupport
import Testing

@testable import StudyEngine
@testable import slablab

/// The schema in the hands of a validator that is not ours.
@Suite("slablab schema") struct SchemaCommandTests {
  private static let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL

  private static let validator = """
    import json, sys
    from jsonschema import Draft202012Validator
    schema, files = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for file in files:
        errors = [error.message for error in validator.iter_errors(file["value"])]
        print("bad" if errors else "good", json.dumps([file["name"]] + errors[:1]))
    """

  /// `good` or `bad` for each file, with its name and the validator's reason.
  private static func verdicts(_ files: [(name: String, text: String)]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "schema-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let printed = try SlabLabProcess(["schema"])
    #expect(printed.status == 0 && printed.errors.isEmpty)
    try Data(printed.output.utf8).write(to: folder.appending(path: "schema.json"))
    let values = try files.map { file in
      JSONText.object(["name": .string(file.name), "value": JSONText(try #require(try YAMLReader.tree(of: file.text, source: file.name)))])
    }
    try Data(JSONText.array(values).text().utf8).write(to: folder.appending(path: "files.json"))
    let run = try ProgramRun("python3", ["-c", validator, "schema.json", "files.json"], in: folder)
    #expect(run.status == 0)
    return run.output.split(separator: "\n").map(String.init)
  }

  @Test("every study that comes with the program, every template and the docs' example are valid") func valid() throws {
    let studies = Self.root.appending(path: "Studies")
    var files = try FileManager.default.contentsOfDirectory(atPath: studies.path).filter { $0.hasSuffix(".yaml") }.sorted()
      .map { (name: $0, text: try String(contentsOf: studies.appending(path: $0), encoding: .utf8)) }
    #expect(files.count >= 6)
    for kind in StudyKind.allCases {
      let text = StudyTemplate.text(name: "mine", kind: kind)
      files.append((kind.rawValue, text))
      let open = text.replacing(try Regex("(?m)^( *)#([a-z].*)$")) { match in
        "\(match.output[1].substring ?? "")\(match.output[2].substring ?? "")"
      }
      files.append(("\(kind.rawValue), all open", open))
    }
    let docs = try String(contentsOf: Self.root.appending(path: "docs/study-files.md"), encoding: .utf8)
    let blocks = docs.components(separatedBy: "```yaml\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    files += blocks.enumerated().map { ("docs, \($0 + 1)", $1) }
    #expect(blocks.count >= 4)
    let verdicts = try Self.verdicts(files)
    #expect(verdicts.count == files.count)
    for verdict in verdicts { #expect(verdict.hasPrefix("good"), "\(verdict)") }
  }

  @Test("what the reader refuses for its shape the schema refuses") func invalid() throws {
    let texts = [
      "modle: {}", "data: {noise: 0}", "data: {noise: off}", "data: {teacher: {kind: friedman1, active: [5]}}",
      "model: {slab: horshoe}", "model: {slab: {kind: gaussian, cap: 1}}", "model: {slab: {rate-parameter: hyper}}",
      "training: {steps: 2.5}", "training: {steps: \"7\"}", "training: {learning-rate: [0.1]}", "model: {hidden: []}",
      "seed: -1", "replicates: 0", "factors: {slab: gaussian}", "factors: {foo: [1]}", "factors: {data.noise: [0]}",
      "factors: {noise: [1]}", "kind: theory\nseed: 3", "kind: phase-map\ndata: {}", "kind: fitt",
      "kind: theory\ntheory: {widths: [3, {values: [2]}, 1]}", "model: {inclusion: {log: 3}}", "zip: slab",
      "exclude: {slab: gl}", "- 1", "theory: {rate: yes}",
    ]
    let good = [
      "{}", "seed: 18446744073709551615", "training: {steps: 1e3}", "factors: {hidden: {narrow: [20], wide: [200]}}",
      "factors: {data.teacher.strength: {from: 0.1, to: 10, count: 3}}", "extends: [a.yaml, b.yaml]\nzip: [slab, steps]",
      "model: {slab: {cap: none}}", "factors: {slab: [{kind: ghs, cap: none}, ig]}",
    ]
    let verdicts = try Self.verdicts((texts + good).map { ($0, $0) })
    for (text, verdict) in zip(texts, verdicts) {
      #expect(verdict.hasPrefix("bad"), "\(text)")
      #expect(throws: StudyFileError.self) { try StudyFile(text: text, path: "s.yaml").study() }
    }
    for verdict in verdicts.suffix(good.count) { #expect(verdict.hasPrefix("good"), "\(verdict)") }
  }
}
