/// Why a file of reference values cannot be used.
package struct OracleFileError: Error, Equatable, CustomStringConvertible {
  package let path: String
  package let problem: String

  package var description: String { "\(path): \(problem)" }
}
