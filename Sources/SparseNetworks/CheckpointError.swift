/// Why a fitted model cannot be saved or loaded: what was found in which file, what was expected and what to do.
public struct CheckpointError: Error, Equatable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    case missing, unreadable, notACheckpoint, olderFormat, newerFormat, truncated, damaged, otherModel, badManifest
    case occupied, notWritable
  }

  public let kind: Kind
  public let file: String
  public let found: String
  public let expected: String
  public let advice: String

  public init(_ kind: Kind, file: String, found: String, expected: String, advice: String) {
    self.kind = kind
    self.file = file
    self.found = found
    self.expected = expected
    self.advice = advice
  }

  /// One line.
  public var description: String { "\(file): \(found); expected \(expected); \(advice)" }
}
