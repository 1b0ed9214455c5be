/// A text to be written under a name, in a folder that its reader chooses.
package struct TextFile: Sendable, Equatable {
  /// With its extension.
  package let name: String
  package let content: String
}
