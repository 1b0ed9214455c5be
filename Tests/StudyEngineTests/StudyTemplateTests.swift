import Foundation
import Testing

@testable import StudyEngine

@Suite("A study file to start from") struct StudyTemplateTests {
  @Test("is a study of its name and kind, in lines that a terminal holds", arguments: StudyKind.allCases)
  func study(kind: StudyKind) throws {
    let text = StudyTemplate.text(name: "my-study_2", kind: kind)
    let study = try StudyFile(text: text, path: "my-study_2.yaml").study()
    #expect(study.name == "my-study_2" && study.kind == kind && study.cells.count > 20)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }

  @Test("what stands behind a # without a space is the default", arguments: StudyKind.allCases)
  func defaults(kind: StudyKind) throws {
    let text = StudyTemplate.text(name: "mine", kind: kind)
    let open = text.replacing(try Regex("(?m)^( *)#([a-z].*)$")) { match in
      "\(match.output[1].substring ?? "")\(match.output[2].substring ?? "")"
    }
    #expect(open != text)
    // A key of the first kind that is a factor now changes cells' places in tables, never what they are.
    let plain = try StudyFile(text: text, path: "mine.yaml").study()
    let spelt = try StudyFile(text: open, path: "mine.yaml").study()
    #expect(spelt.cells.map(\.contentHash) == plain.cells.map(\.contentHash))
  }

  @Test("a name that no study may have is refused") func names() throws {
    for name in ["a b", "a/b", ""] {
      #expect(throws: StudyFileError.self) {
        try StudyFile(text: StudyTemplate.text(name: name, kind: .fit), path: "x").study()
      }
    }
  }
}
