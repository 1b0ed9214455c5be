import ArgumentParser
import Foundation
import StudyEngine

/// `slablab init`: a study file to start from.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented study file to start from: NAME.yaml.",
    discussion: """
      A file that is there already is left alone. Examples:

        slablab init my-study
        slablab init my-regimes --kind theory
      """)

  @Argument(help: "The study's name: letters, digits, - and _.") var name: String
  @Option(help: "What the cells compute: \(StudyKind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var kind = StudyKind.fit

  func run() throws {
    let text = StudyTemplate.text(name: name, kind: kind)
    let file = "\(name).yaml"
    // What is wrong with the name is said as it would be of a file.
    _ = try StudyFile(text: text, path: file).study()
    // In one step, so that no file that appears meanwhile is lost.
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ArgumentError("\(file): \(errno == EEXIST ? "is there already; choose another name" : String(cString: strerror(errno)))")
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try failingWithCode1 { try handle.write(contentsOf: Data(text.utf8)) }
    print("written: \(file); next: slablab plan \(file), then slablab run \(file)")
  }
}

extension StudyKind: ExpressibleByArgument {}
