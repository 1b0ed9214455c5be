import Foundation
import Testing

@testable import StudyEngine

@Suite("Study files that extend others") struct ExtendedStudyFileTests {
  /// Writes files into a folder of their own and reads the first.
  private static func read(
    _ files: KeyValuePairs<String, String>, _ overrides: [String] = []
  ) throws -> (study: Study, file: StudyFile) {
    try TemporaryFolder.use { folder in
      for (name, text) in files {
        let url = folder.appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
      do throws(StudyFileError) {
        let file = try StudyFile(path: folder.appending(path: files[0].key).path, overrides: overrides)
        return (try file.study(), file)
      } catch {
        throw Refused(sentence: error.description.replacingOccurrences(of: folder.path + "/", with: ""))
      }
    }
  }

  private struct Refused: Error { let sentence: String }

  private static func refusal(_ files: KeyValuePairs<String, String>, _ overrides: [String] = []) -> String? {
    #expect(throws: Refused.self) { try read(files, overrides) }?.sentence
  }

  private static let base = """
    # the base
    study: base
    seed: 7
    data: {teacher: {kind: sparse-network, inputs: 4, active: [2]}, noise: 0.2}
    model: {hidden: [10], slab: {kind: ghs, cap: 2}}
    factors:
      slab: [ghs, gl]
      sample-size: [100, 200]
    replicates: 2
    """

  @Test("its keys hold where the file says nothing; sections merge key by key, each key whole") func merging() throws {
    let (study, _) = try Self.read([
      "mine.yaml": """
      extends: base.yaml
      data: {teacher: friedman1}
      model: {activation: relu}
      factors: {sample-size: [300], data.noise: [0.5, 1]}
      """, "base.yaml": Self.base,
    ])
    #expect(study.name == "mine" && study.seed == 7 && study.replicates == 2)
    #expect(study.factors.map(\.name) == ["slab", "sample-size", "data.noise"])
    #expect(study.factors.map(\.levels) == [["group-horseshoe", "group-lasso"], ["300"], ["0.5", "1"]])
    let task = try study.cells[0].fit
    #expect(task.data.teacher == .friedman1(inputs: 10) && task.model.hidden == [10] && task.model.activation == .relu)
  }

  @Test("an empty value takes a key away, --set comes last") func removing() throws {
    let (study, _) = try Self.read(
      ["m.yaml": "extends: base.yaml\nfactors: {slab: }\nmodel: ~\nseed: null", "base.yaml": Self.base], ["replicates=1"])
    #expect(study.factors.map(\.name) == ["sample-size"] && study.seed == 1 && study.cells.count == 2)
    #expect(try study.cells[0].fit.model == ModelSection(nil))
  }

  @Test("of several files the later win, files may extend others, from their own folders, and one may come twice")
  func chains() throws {
    let (study, _) = try Self.read([
      "a/m.yaml": "extends: [../b/one.yaml, two.yaml]\nstudy: m",
      "b/one.yaml": "extends: ./deep/root.yaml\ntraining: {steps: 1, batch: 10}",
      "a/two.yaml": "extends: ../b/deep/root.yaml\ntraining: {batch: 20}",
      "b/deep/root.yaml": "training: {steps: 9, restarts: 3}\nreplicates: 1",
    ])
    let training = try study.cells[0].fit.training
    // two.yaml wins over one.yaml, with what it extends.
    #expect(training.steps == 9 && training.batch == 20 && training.restarts == 3)
  }

  @Test("the cells are those of one file with the same content") func identity() throws {
    let (study, _) = try Self.read(["m.yaml": "study: base\nextends: base.yaml", "base.yaml": Self.base])
    let whole = try StudyFileTests.study(Self.base)
    #expect(study.cells == whole.cells && study.contentHash == whole.contentHash)
  }

  @Test("its text is the file verbatim with all that it extends, and is a study file again, wherever it lies")
  func selfContained() throws {
    let own = "extends: [../b/one.yaml, study.yaml]  # both\nfactors: {slab: [ig]}"
    let (study, file) = try Self.read([
      "a/m.yaml": own, "b/one.yaml": "extends: two.yaml\r\nseed: 3\r\n", "b/two.yaml": "training: {steps: 5}\n",
      "a/study.yaml": Self.base,
    ])
    #expect(file.text.hasPrefix(own + "\n--- # extended file: ../b/one.yaml\n") && study.source == file.text)
    #expect(file.text.contains("--- # extended file: ../b/two.yaml\ntraining: {steps: 5}\n"))
    #expect(file.text.contains("--- # extended file: study.yaml\n" + Self.base))
    let stored = try StudyFile(text: file.text, path: "study.yaml")
    #expect(try stored.study().cells == study.cells && stored.text == file.text)
    let (copied, copy) = try Self.read(["elsewhere.yaml": file.text])
    #expect(copied.cells == study.cells && copy.text == file.text)
  }

  @Test("a study without extends is its text to the letter", arguments: ["seed: 1", "seed: 1\n", "seed: 1\r\n", "{}\n\n"])
  func verbatim(text: String) throws {
    #expect(try StudyFile(text: text, path: "s.yaml").text == text)
  }

  @Test("from the folder alone: status, check and another run know the study, and it may change what it extends")
  func store() throws {
    try TemporaryFolder.use { url in
      let (study, _) = try Self.read(["base2.yaml": "study: s\nextends: base.yaml", "base.yaml": Self.base])
      let folder = StudyFolder(url)
      let store = try StudyStore(folder: folder, study: study, programVersion: "test")
      _ = try LocalExecutor(workers: 2).run(study, with: FakeRunner(), into: store)
      store.close()
      #expect(try StudyStatus(reading: folder).done == 8)
      let check = try StudyCheck(of: folder, recomputing: 8, with: FakeRunner())
      #expect(check.problems == [] && check.done == 8)
      // The folder's study.yaml is a study file that needs no other.
      let again = try StudyFile(path: folder.studyFile.path).study()
      #expect(again.cells == study.cells)
      try StudyStore(folder: folder, study: again, programVersion: "test").close()
      // A base that changed is a change of the study.
      let (changed, _) = try Self.read([
        "s.yaml": "study: s\nextends: base.yaml", "base.yaml": Self.base.replacing("noise: 0.2", with: "noise: 0.3"),
      ])
      let error = #expect(throws: StudyStoreError.self) {
        try StudyStore(folder: folder, study: changed, programVersion: "test")
      }
      #expect(error?.description.contains("data.noise is 0.2 there, 0.3 here") == true, "\(error?.description ?? "")")
      try StudyStore(folder: folder, study: changed, programVersion: "test", acceptsChanges: true).close()
      #expect(try StudyStatus(reading: folder).done == 0)
      #expect(try StudyCheck(of: folder, recomputing: 1, with: FakeRunner()).strays == 8)
    }
  }

  @Test("what is wrong is one line that names both files") func refusals() {
    #expect(
      Self.refusal(["m.yaml": "seed: 1\nextends: none.yaml"])
        == "m.yaml:2:10: extends none.yaml, but there is no such file: none.yaml; expected a study file")
    #expect(
      Self.refusal(["a/m.yaml": "extends: ../b.yaml", "b.yaml": "extends: c/none.yaml"])
        == "a/../b.yaml:1:10: extends c/none.yaml, but there is no such file: a/../c/none.yaml; expected a study file")
    #expect(
      Self.refusal(["m.yaml": "extends: m.yaml"])
        == "m.yaml:1:10: extends goes in a circle: m.yaml extends m.yaml; expected files that end somewhere")
    #expect(
      Self.refusal(["m.yaml": "extends: d/b.yaml", "d/b.yaml": "extends: [../c.yaml]", "c.yaml": "extends: d/../d/b.yaml"])
        == "c.yaml:1:10: extends goes in a circle: d/b.yaml extends c.yaml extends d/b.yaml; expected files that end somewhere"
    )
    #expect(
      Self.refusal(["m.yaml": "extends: {a: b}"])
        == "m.yaml:1:10: extends is a mapping; expected a study file by its path from this one's folder, or a list of such")
    #expect(Self.refusal(["m.yaml": "extends: b.yaml", "b.yaml": ""]) == "b.yaml: the file is empty; expected a study file")
    #expect(
      Self.refusal(["m.yaml": "extends: b.yaml", "b.yaml": "training: {steps: x}"])
        == "b.yaml:1:19: training.steps is 'x'; expected a whole number, at least 1")
    #expect(
      Self.refusal(["m.yaml": "extends: b.yaml\nkind: theory", "b.yaml": "data: {noise: 1}"])?
        .hasPrefix("b.yaml:1:1: unknown key 'data'") == true)
    #expect(
      Self.refusal(["m.yaml": "extends: ."]) == "m.yaml:1:10: extends ., but this is a folder: .; expected a study file")
    let error = #expect(throws: StudyFileError.self) { try StudyFile(text: "extends: a.yaml", path: "study.yaml") }
    #expect(
      error?.description
        == "study.yaml:1:10: extends a.yaml, whose text is not in this file; expected it behind a line '--- # extended file: a.yaml'"
    )
    #expect(Self.refusal(["m.yaml": "seed: 1"], ["extends=b.yaml"])?.hasPrefix("--set extends=b.yaml: what a study") == true)
  }
}
