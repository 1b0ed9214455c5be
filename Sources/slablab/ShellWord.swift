/// Text as one word for a shell, to be copied from the screen.
enum ShellWord {
  static func quoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_./,:=+".contains($0) }
    return isPlain ? word : "'" + word.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false).map { String($0) }.joined(separator: "'\\''") + "'"
  }

  static func commandLine(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }
}
