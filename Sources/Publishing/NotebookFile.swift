import Contraction
import Foundation
import StudyEngine

/// A Jupyter notebook of a study with its outputs in it, so that it can be read without being run. It needs nothing but
/// Python's standard library and the files beside it: `data/` and `figures/`.
///
/// The outputs are written here, not by a kernel; running the notebook gives the same ones, which a test holds it to.
struct NotebookFile {
  struct PublishedFigure {
    let name: String
    let caption: String
    let svg: Data
    /// The Vega-Lite specification.
    let specification: String
  }

  let findings: StudyFindings
  /// What was found, in sentences.
  let sentences: [String]
  let tables: [PublishedTable]
  let figures: [PublishedFigure]
  let provenance: Provenance

  private enum Output {
    case text(String)
    /// By MIME type.
    case display([(String, JSONText)])
  }

  private enum Cell {
    case markdown(String)
    case code(String, [Output])
  }

  /// nbformat 4.5.
  var text: String {
    let document = JSONText.object([
      "cells": .array(cells.enumerated().map { Self.json($0.element, number: $0.offset) }),
      "metadata": .object([
        "kernelspec": .object(["display_name": "Python 3", "language": "python", "name": "python3"]),
        "language_info": .object(["name": "python"]),
        "slablab": .members(provenance.fields.map { ($0.name, .string($0.value)) }),
      ]),
      "nbformat": .integer(4), "nbformat_minor": .integer(5),
    ])
    return document.text() + "\n"
  }

  private var cells: [Cell] {
    var cells = [Cell]()
    let document = Document(title: findings.study.title.isEmpty ? findings.study.name : findings.study.title)
    cells.append(.markdown(([document.markdown] + sentences.map(Document.markdown)).joined(separator: "\n\n")))
    cells.append(.code(Self.preamble, [.text(tables.map { "\($0.name)\n" }.joined())]))
    for table in tables where ["slopes.csv", "contrasts.csv"].contains(table.name) {
      let columns = table.name == "slopes.csv"
        ? ["slab"] + findings.study.groupColumns + ["metric", "slope", "lower", "upper", "theory_slope"]
        : ["slab", "minus_slab"] + findings.study.groupColumns + ["metric", "quantity", "sample_size", "difference", "p_adjusted"]
      let header = table.header
      let shown = columns.filter(header.contains)
      cells.append(.markdown("## \(table.meaning.capitalisedFirst)"))
      let list = shown.map(Self.pythonText).joined(separator: ", ")
      cells.append(.code("show_table(\(Self.pythonText(table.name)), [\(list)])", [.text(Self.listed(table, shown))]))
    }
    if let check = slopeCheck {
      cells.append(.markdown("## The slopes again, from the metrics of each fit"))
      cells.append(check)
    }
    for figure in figures {
      cells.append(.markdown("## \(Document.markdown(figure.name))\n\n\(Document.markdown(figure.caption))"))
      cells.append(
        .code(
          "show_figure(\(Self.pythonText(figure.name)))",
          [
            .display([
              ("application/vnd.vegalite.v5+json", .verbatim(figure.specification)),
              ("image/svg+xml", .string(String(decoding: figure.svg, as: UTF8.self))),
            ])
          ]))
    }
    cells.append(.markdown("## Provenance\n\n" + provenance.fields.map { "- \(Document.markdown($0.name)): \(Document.markdown($0.value))" }.joined(separator: "\n")))
    return cells
  }

  private static let preamble = """
    import csv
    import json
    import math
    import statistics
    from pathlib import Path

    from IPython.display import display


    def table(name):
        with open(Path("data") / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))


    def show_table(name, columns):
        print(" | ".join(columns))
        for row in table(name):
            print(" | ".join(row[column] for column in columns))


    def show_figure(name):
        # Interactive where the viewer knows Vega-Lite, a picture elsewhere.
        specification = Path("figures") / f"{name}.vl.json"
        picture = Path("figures") / f"{name}.svg"
        bundle = {
            "application/vnd.vegalite.v5+json": json.loads(specification.read_text(encoding="utf-8")),
            "image/svg+xml": picture.read_text(encoding="utf-8"),
        }
        display(bundle, raw=True)


    for resource in json.loads(Path("data/datapackage.json").read_text(encoding="utf-8"))["resources"]:
        print(resource["path"])
    """

  /// What `show_table` prints.
  private static func listed(_ table: PublishedTable, _ columns: [String]) -> String {
    let rows = table.rows()
    let places = columns.compactMap { rows[0].firstIndex(of: $0) }
    return rows.map { row in places.map { row[$0] }.joined(separator: " | ") + "\n" }.joined()
  }

  /// The slopes of the first radius metric computed again in Python; nil for a study without slopes.
  private var slopeCheck: Cell? {
    guard tables.contains(where: { $0.name == "metrics.csv" }), let metric = findings.curves.first?.metric, findings.curves.contains(where: { $0.slope?.slope != nil }) else {
      return nil
    }
    let columns = ["slab"] + findings.study.groupColumns
    let list = columns.map(Self.pythonText).joined(separator: ", ")
    let code = """
      groups = {}
      for row in table("metrics.csv"):
          if row["metric"] == \(Self.pythonText(metric)) and row["value"] and float(row["value"]) > 0:
              key = " | ".join(row[column] for column in [\(list)])
              point = (math.log(int(row["sample_size"])), math.log(float(row["value"])))
              groups.setdefault(key, []).append(point)
      for key, points in groups.items():
          if len({x for x, _ in points}) > 1:
              print(f"{key} | {statistics.linear_regression(*zip(*points)).slope:.3f}")
      """
    let lines = findings.curves.compactMap { curve -> String? in
      let points = findings.table.entries.filter { CellGroup($0.cell) == curve.group }.compactMap { entry -> (x: Double, y: Double)? in
        guard let n = entry.cell.sampleSize, let value = entry.value(of: metric), value > 0 else { return nil }
        return (log(Double(n)), log(value))
      }
      guard Set(points.map(\.x)).count > 1 else { return nil }
      let key = ([curve.group.slab] + curve.group.factors.map(\.value)).joined(separator: " | ")
      return "\(key) | \(String(format: "%.3f", ContractionRate.slope(of: points)))\n"
    }
    return .code(code, [.text(lines.joined())])
  }

  /// A string literal of Python, which reads JSON's.
  private static func pythonText(_ text: String) -> String { JSONText.string(text).text() }

  // MARK: nbformat

  private static func json(_ cell: Cell, number: Int) -> JSONText {
    switch cell {
    case .markdown(let text):
      return .object([
        "cell_type": "markdown", "id": .string("cell-\(number)"), "metadata": .object([:]), "source": source(text),
      ])
    case .code(let text, let outputs):
      return .object([
        "cell_type": "code", "execution_count": .integer(number), "id": .string("cell-\(number)"),
        "metadata": .object([:]), "outputs": .array(outputs.map(json)), "source": source(text),
      ])
    }
  }

  private static func json(_ output: Output) -> JSONText {
    switch output {
    case .text(let text): .object(["name": "stdout", "output_type": "stream", "text": source(text)])
    case .display(let bundle):
      .object(["data": .members(bundle.map { (key: $0.0, value: $0.1) }), "metadata": .object([:]), "output_type": "display_data"])
    }
  }

  /// Lines that keep their breaks, as notebooks store text.
  private static func source(_ text: String) -> JSONText {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "\($0)\n" }
    lines[lines.count - 1].removeLast()
    if lines.last == "" { lines.removeLast() }
    return .array(lines.map(JSONText.string))
  }
}
