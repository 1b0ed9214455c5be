/// How the family q writes the weights of a node with a random scale (THEORY.md 2.4): the prior is the same, the
/// mean-field families differ. The Gaussian slab has no scale and is the same in both.
public enum Parametrisation: String, CaseIterable, Codable, Sendable {
  /// w = t̃ w̃ with w̃ independent of the scale, as the released networks do: the scale's spread uses up radius.
  case nonCentred = "non-centred"
  /// w itself is independent of the scale.
  case centred
}
