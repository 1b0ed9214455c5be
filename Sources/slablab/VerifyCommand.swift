import ArgumentParser
import Foundation
import Publishing
import Verification

/// `slablab verify`: reference values against our numbers.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check our numbers against files of reference values.",
    discussion: """
      A number passes if |got − ref| ≤ atol + rtol·|ref|; gradients are measured by the largest |ref| of their array, \
      and are also checked in single precision, to 1e-4. Exit code 1 if a case fails. Example:

        slablab verify Tests/Fixtures/oracle/*.json
      """)

  @Argument(help: "Files of reference values (JSON).") var files: [String]
  @Flag(help: "Print one JSON document.") var json = false

  func run() throws {
    // All files are read before the first is checked, so that a typing mistake costs no waiting.
    let reports = try files.map { try OracleFile(path: $0) }.map { try OracleReport(of: $0) }
    if json {
      print(Self.document(reports).text())
    } else {
      print(Self.table(reports))
      let failures = reports.flatMap { report in report.failures.map { "\(report.file): \($0)" } }
      for failure in failures.prefix(20) { StandardError.printLine("failed: \(failure)") }
      if failures.count > 20 { StandardError.printLine("and \(failures.count - 20) more, which --json lists") }
    }
    if !reports.allSatisfy(\.allPassed) { throw ExitCode(1) }
  }

  private static func table(_ reports: [OracleReport]) -> String {
    var table = TextTable(
      ["file", "quantity", "passed", "worst relative error", "in float", "worst case"], leftAligned: [0, 1, 5])
    for report in reports {
      table.add([
        URL(fileURLWithPath: report.file).lastPathComponent, report.quantity, "\(report.passed)/\(report.cases)",
        String(format: "%.1e", report.worstRelativeError),
        report.worstRelativeErrorFloat.map { String(format: "%.1e", $0) } ?? "",
        report.worstCase ?? "",
      ])
    }
    return table.text(indentation: "")
  }

  private static func document(_ reports: [OracleReport]) -> JSONText {
    .object([
      "files": .array(
        reports.map { report in
          .object([
            "file": .string(report.file), "quantity": .string(report.quantity), "cases": .integer(report.cases),
            "passed": .integer(report.passed), "worst_relative_error": .number(report.worstRelativeError),
            "worst_relative_error_float": .number(report.worstRelativeErrorFloat),
            "worst_case": report.worstCase.map(JSONText.string) ?? .number(nil),
            "failures": .array(report.failures.map(JSONText.string)),
          ])
        })
    ])
  }
}
