import Foundation
import Testing

@testable import StudyEngine

@Suite struct WholeFileTests {
  @Test("what a killed writer left is gone after the next write")
  func leftover() throws {
    try TemporaryFolder.use { folder in
      let file = folder.appending(path: "metrics.csv")
      try Data("half a ta".utf8).write(to: folder.appending(path: ".metrics.csv.partial"))
      for text in ["first", "second"] {
        try WholeFile.write(Data(text.utf8), to: file)
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["metrics.csv"])
      }
    }
  }

  @Test("a write that fails leaves nothing behind")
  func failure() throws {
    try TemporaryFolder.use { folder in
      let file = folder.appending(path: "metrics.csv")
      try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
      #expect(throws: (any Error).self) { try WholeFile.write(Data("text".utf8), to: file) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["metrics.csv"])
    }
  }
}
