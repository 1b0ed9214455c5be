/// The terms that θ_l adds up (THEORY.md 6.1, 6.3).
public enum LeadingTerm: String, CaseIterable, Sendable {
  case strength = "g(x_l)"
  case otherBounds = "sum log B_m"
  case depth = "L"
  case nodes = "log k_{l+1}"
  case groupSize = "log(k_l+1)"
  case sampleSize = "log n"
  case sumU = "log sum u"
  case lipschitz = "L log K"
}
