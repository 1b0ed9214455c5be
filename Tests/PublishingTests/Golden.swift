import Foundation
import Testing

/// Files that hold the expected output. `SLABLAB_WRITE_GOLDEN=1 swift test --filter Golden` writes them anew.
enum Golden {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/publishing")

  /// Expects the text of a golden file, numbers to 10 digits: the last ones differ between C libraries.
  static func expect(_ text: String, is name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let url = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["SLABLAB_WRITE_GOLDEN"] != nil {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    let expected = lines(try String(contentsOf: url, encoding: .utf8))
    let found = lines(text)
    #expect(found.count == expected.count, "\(name)", sourceLocation: sourceLocation)
    for (number, (found, expected)) in zip(found, expected).enumerated() {
      #expect(found.count == expected.count, "\(name):\(number + 1)", sourceLocation: sourceLocation)
      for (one, other) in zip(found, expected) where one != other {
        let (x, y) = (Double(one) ?? .nan, Double(other) ?? .nan)
        #expect(
          abs(x - y) <= 1e-10 * abs(y), "\(name):\(number + 1): \(one), not \(other)", sourceLocation: sourceLocation)
      }
    }
  }

  private static func lines(_ text: String) -> [[Substring]] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  }
}
