/// The name among `candidates` that a misspelt `word` most likely meant, if one is near.
///
/// Near is at most one edit in three letters, against the whole name or one of its hyphenated parts, so that
/// `horshoe` finds `group-horseshoe`. Ties go to the earlier candidate.
package func nearestName(to word: String, among candidates: [String]) -> String? {
  let allowed = max(1, word.count / 3)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let parts = [candidate] + candidate.split(separator: "-").map(String.init).filter { $0.count > 2 }
    let distance = parts.map { editDistance(word.lowercased(), $0) }.min() ?? .max
    if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other (optimal string
/// alignment).
func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first)
  let b = Array(second)
  var beforeLast = [Int]()
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforeLast[j - 1] + 1) }
      row.append(distance)
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}

/// `a`, `a or b`, `a, b or c`.
func oneOf(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.first ?? "nothing" }
  return names.dropLast().joined(separator: ", ") + " or " + last
}
