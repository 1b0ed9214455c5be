extension String {
  /// Each Unicode scalar as `escape` writes it, or as itself where that is nil. By scalars, not by characters: a quote
  /// with a combining mark behind it is one character, and still a quote to whoever reads the file.
  func escapingScalars(_ escape: (Unicode.Scalar) -> String?) -> String {
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if let text = escape(scalar) { result.append(contentsOf: text.unicodeScalars) } else { result.append(scalar) }
    }
    return String(result)
  }

  /// A backslash before each of these scalars.
  func backslashed(_ special: String) -> String {
    let special = Set(special.unicodeScalars)
    return escapingScalars { special.contains($0) ? "\\\($0)" : nil }
  }
}
