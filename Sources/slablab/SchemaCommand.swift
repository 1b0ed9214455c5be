import ArgumentParser
import StudyEngine

/// `slablab schema`: study files for editors.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of study files: every key with its meaning, values and default.",
    discussion: """
      Draft 2020-12. An editor with a YAML language server (VS Code, Neovim, Emacs, Kate) then completes keys, explains
      them and marks mistakes in a study file that begins with the second line. Example:

        slablab schema > study.schema.json

        # yaml-language-server: $schema=study.schema.json

      A file that extends one of another kind than fit has to name its kind for that.
      """)

  func run() throws { print(SchemaText.document.text()) }
}
