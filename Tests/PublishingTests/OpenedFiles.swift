import Foundation
import TestSupport
import Testing

@testable import Publishing

/// Files in the hands of programs that are not ours; `make setup-tests` installs these.
enum OpenedFiles {
  static let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

  /// In a folder of their own that `body` is given.
  static func inFolder<Value>(_ files: [TextFile], _ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "opened \(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in files { try OutputFile.write(file.content, to: folder.appending(path: file.name)) }
    return try body(folder)
  }

  /// What a program prints; an expectation fails if it ends with another status than 0.
  static func output(
    _ program: String, _ arguments: [String], in folder: URL, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let run = try ProgramRun(program, arguments, in: folder, withErrors: true)
    let lines = run.output.split(separator: "\n").filter { $0.hasPrefix("!") || program != "pdflatex" }
    #expect(
      run.status == 0, "\(program) failed; is it installed (make setup-tests)? \(lines.suffix(20))",
      sourceLocation: sourceLocation)
    return run.output
  }

  /// Sets `NAME.tex` among the files and reads its page back; anything that LaTeX calls an error fails.
  static func set(
    _ files: [TextFile], _ name: String, reading options: [String] = ["-raw"],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    try inFolder(files) { folder in
      let said = try output(
        "pdflatex", ["-interaction=nonstopmode", "-halt-on-error", "\(name).tex"], in: folder, sourceLocation: sourceLocation)
      #expect(!said.contains("Missing character"), sourceLocation: sourceLocation)
      return try output("pdftotext", options + ["\(name).pdf", "-"], in: folder, sourceLocation: sourceLocation)
    }
  }

  private static let renderer = """
    import importlib.util, json, pathlib, sys
    import jsonschema, vl_convert
    package = pathlib.Path(importlib.util.find_spec("altair").origin).parent
    schema = json.loads((package / "vegalite/v5/schema/vega-lite-schema.json").read_text())
    specification = json.loads(pathlib.Path(sys.argv[1]).read_text())
    jsonschema.Draft7Validator(schema).validate(specification)
    pathlib.Path("figure.svg").write_text(vl_convert.vegalite_to_svg(specification, vl_version="5.20"))
    """

  /// Holds a specification against Vega-Lite's own schema and draws it: SVG.
  static func drawn(_ file: TextFile, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    try inFolder([file]) { folder in
      let python = root.appending(path: ".build/python/bin/python").path(percentEncoded: false)
      _ = try output(python, ["-c", renderer, file.name], in: folder, sourceLocation: sourceLocation)
      return try String(contentsOf: folder.appending(path: "figure.svg"), encoding: .utf8)
    }
  }

  /// Text with any blanks and line breaks as one blank.
  static func words(_ text: String) -> String { text.split { $0.isWhitespace }.joined(separator: " ") }
}
