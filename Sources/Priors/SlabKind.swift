/// Which slab, by the names of the command line and of study files.
public enum SlabKind: String, CaseIterable, Codable, Sendable {
  case gaussian
  case groupLasso = "group-lasso"
  case groupHorseshoe = "group-horseshoe"

  /// The papers' name.
  public var abbreviation: String {
    switch self {
    case .gaussian: "SS-IG"
    case .groupLasso: "SS-GL"
    case .groupHorseshoe: "SS-GHS"
    }
  }

  /// Shorter names that users may type.
  package static let aliases: [String: SlabKind] = ["ig": .gaussian, "gl": .groupLasso, "ghs": .groupHorseshoe]

  /// The kind with this name or alias, if there is one.
  public init?(name: String) {
    guard let kind = SlabKind(rawValue: name) ?? Self.aliases[name] else { return nil }
    self = kind
  }
}
