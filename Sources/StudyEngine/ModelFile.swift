import SparseNetworks

/// What is fitted to a table and how: the sections `model` and `training` of a study file, from a YAML file of their
/// own and from flags that set single keys over it.
package struct ModelFile: Sendable, Equatable {
  package let model: ModelSection
  package let training: TrainingRecipe

  /// One flag: the key that it sets, and the YAML of its value.
  package struct Setting {
    let path: [String]
    let yaml: String
    let option: String

    /// - Parameters:
    ///   - text: as flags are written: `log:-20` for `{log: -20}`, `0.03,0.0001` for a list, and `isList` for a key whose
    ///     single value is a list too.
    ///   - option: what errors call it, such as `--steps 100`.
    package init(_ path: String, text: String, option: String, isList: Bool = false) {
      self.path = path.split(separator: ".").map(String.init)
      self.option = option
      func value(_ text: Substring, isList: Bool) -> String {
        isList || text.contains(",") ? "[\(text)]" : String(text)
      }
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let isNamed = parts.count == 2 && !parts[0].isEmpty && parts[0].allSatisfy { $0.isLetter || $0 == "-" }
      yaml = isNamed ? "{\(parts[0]): \(value(parts[1], isList: false))}" : value(text[...], isList: isList)
    }

    package init(_ path: String, yaml: String, option: String) {
      self.path = path.split(separator: ".").map(String.init)
      self.yaml = yaml
      self.option = option
    }
  }

  /// What differs from a study's defaults where the truth is not known: σ_e is learned, the prior is less sparse, and
  /// more fine-tunings may look for a rise of the bound.
  private static let defaults = "{model: {inclusion: {log: -10}, noise: learned}, training: {confirmations: 10}}"

  /// - Parameter file: a YAML file; nil for the defaults.
  /// - Throws: `StudyFileError` with the file's line, or the flag, of the first thing that is wrong.
  package init(file: String?, settings: [Setting]) throws(StudyFileError) {
    let expected = "a model file: the sections model and training"
    guard var tree = try YAMLReader.tree(of: Self.defaults, source: "defaults", expected: expected) else {
      throw StudyFileError(at: SourcePosition(source: "defaults"), "there are none", expected: expected)
    }
    if let file {
      let root = YAMLField(node: try YAMLField(file: file, expected: expected).node, path: "")
      for (section, field) in try root.mapping(["model", "training"], expected: expected) {
        guard case .mapping(let entries) = field.node.content else { throw field.refusal(expected: "a mapping") }
        for entry in entries {
          tree = tree.setting([section, entry.key], to: entry.value, keyPosition: entry.keyPosition)
        }
      }
    }
    for setting in settings {
      let position = SourcePosition(source: setting.option)
      let value = try YAMLReader.tree(of: setting.yaml, source: setting.option, showsLines: false)
      guard let value else { throw StudyFileError(at: position, "there is no value", expected: "a value") }
      tree = tree.setting(setting.path[...], to: value, keyPosition: position)
    }
    let section = { (key: String) in tree[key].map { YAMLField(node: $0, path: key) } }
    model = try ModelSection(section("model"))
    training = try TrainingRecipe(section("training"), activation: model.activation)
  }
}
