/// How our numbers stand beside one file of reference values.
package struct OracleReport: Sendable {
  package let file: String
  package let quantity: String
  package let cases: Int
  package let passed: Int
  package let worstRelativeError: Double
  package let worstCase: String?
  /// The same check in single precision, where the quantity is computed in it (tolerance 10⁻⁴).
  package let worstRelativeErrorFloat: Double?
  /// What failed, case by case.
  package let failures: [String]

  /// Runs every case of `file`. A case that our code refuses counts as failed, with the reason.
  /// - Throws: `OracleFileError` for a case whose inputs lack something or have it in another shape.
  package init(of file: OracleFile) throws(OracleFileError) {
    var worst: [Oracle.Precision: Double] = [:]
    var worstCase: String?
    var failures: [String] = []
    var passed = 0
    for oracleCase in file.cases {
      var caseFailures: [String] = []
      for precision in file.quantity.precisions {
        var comparison = OracleComparison(oracleCase, of: file.quantity, as: precision)
        let prefix = precision == .float ? "\(oracleCase.name) (float)" : oracleCase.name
        do {
          let ours = try file.quantity.evaluate(oracleCase.inputs, as: precision)
          comparison.compare(ours, with: oracleCase.expected)
          caseFailures += comparison.failures.map { "\(prefix): \($0)" }
        } catch let error as JSONValueError {
          throw OracleFileError(path: file.path, problem: "\(oracleCase.name): \(error)")
        } catch {
          caseFailures.append("\(prefix): \(error)")
        }
        if comparison.worstRelativeError > worst[precision, default: 0] {
          worst[precision] = comparison.worstRelativeError
          if precision == .double { worstCase = oracleCase.name }
        }
      }
      if caseFailures.isEmpty { passed += 1 }
      failures += caseFailures
    }
    self.file = file.path
    quantity = file.quantity.rawValue
    cases = file.cases.count
    self.passed = passed
    worstRelativeError = worst[.double, default: 0]
    worstRelativeErrorFloat = file.quantity.precisions.contains(.float) ? worst[.float, default: 0] : nil
    self.worstCase = worstCase
    self.failures = failures
  }

  package var allPassed: Bool { passed == cases }
}
