import Foundation
import StudyEngine

/// The tidy tables of a study with `datapackage.json`, their dictionary and provenance: a Frictionless Data Package, which
/// readers of R, Python and others know.
struct DataPackage {
  let findings: StudyFindings
  let tables: [PublishedTable]
  let provenance: Provenance

  var files: [(name: String, content: Data)] {
    tables.map { ($0.name, Data($0.content.utf8)) } + [("datapackage.json", Data((description.text() + "\n").utf8))]
  }

  /// By the specification of data packages, version 1; `metrics` and `provenance` are ours.
  private var description: JSONText {
    let dictionary = DataDictionary(study: findings.study)
    return .object([
      "profile": "tabular-data-package", "name": .string(findings.study.name.lowercased()),
      "title": .string(findings.study.title),
      "resources": .array(tables.map { Self.resource($0, dictionary) }),
      "metrics": .array(
        findings.table.metricNames.map { name in
          .object(["name": .string(name), "description": .string(dictionary.metric(name) ?? "")])
        }),
      "provenance": .members(provenance.fields.map { ($0.name, .string($0.value)) }),
    ])
  }

  private static func resource(_ table: PublishedTable, _ dictionary: DataDictionary) -> JSONText {
    let name = table.name.replacing(".csv", with: "")
    let fields = dictionary.fields(of: name, header: table.header).map { field in
      JSONText.object([
        "name": .string(field.name), "type": .string(field.kind.rawValue), "description": .string(field.meaning),
      ])
    }
    return .object([
      "profile": "tabular-data-resource", "name": .string(name), "path": .string(table.name),
      "description": .string(table.meaning), "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
      "schema": .object(["fields": .array(fields), "missingValues": .array([""])]),
    ])
  }
}

extension PublishedTable {
  /// The names of its columns.
  var header: [String] { rows(limit: 1).first ?? [] }

  /// Its first lines as fields.
  func rows(limit: Int = .max) -> [[String]] {
    var rows = [[String]]()
    var (row, field) = ([String](), [UInt8]())
    var isQuoted = false
    // By bytes, as CSVText writes it: a quote inside quotes is doubled, and so opens again what it closed.
    let bytes = Array(content.utf8)
    var index = 0
    while index < bytes.count, rows.count < limit {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        if isQuoted, index + 1 < bytes.count, bytes[index + 1] == byte {
          field.append(byte)
          index += 1
        } else {
          isQuoted.toggle()
        }
      case UInt8(ascii: ",") where !isQuoted:
        row.append(String(decoding: field, as: UTF8.self))
        field = []
      case UInt8(ascii: "\n") where !isQuoted:
        rows.append(row + [String(decoding: field, as: UTF8.self)])
        (row, field) = ([], [])
      default: field.append(byte)
      }
      index += 1
    }
    return rows
  }
}
