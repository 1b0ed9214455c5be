import GSL

/// Why a log-normal could not be fitted to a scale law, or its error not be found.
public enum LogNormalFitError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The law has no fit of that kind: the law, the kind, and what it would need.
  case noFit(kind: LogNormalFit.Kind, law: ScaleLaw, needs: String)
  /// A parameter outside of its domain, or a function of GSL that failed.
  case numerical(GSLError)
  /// A result whose digits were lost or that a `Double` cannot hold: which, and what it came to.
  case inaccurate(quantity: String, value: Double)

  public var description: String {
    switch self {
    case .noFit(let kind, let law, let needs): "\(law) has no \(kind.rawValue) fit of a log-normal: it needs \(needs)"
    case .numerical(let error): error.description
    case .inaccurate(let quantity, let value):
      "\(quantity) came out as \(value), which is no result; the law or the log-normal is too extreme for it"
    }
  }

  /// What `body` gives, with its errors as this type.
  static func from<Result>(_ body: () throws -> Result) throws(LogNormalFitError) -> Result {
    do {
      return try body()
    } catch let error as LogNormalFitError {
      throw error
    } catch let error as GSLError {
      throw .numerical(error)
    } catch {
      throw .inaccurate(quantity: "a result without which there is none (\(error))", value: .nan)
    }
  }
}
