import Foundation
import StudyEngine

/// Why something of a study could not be published, and what to do.
package enum PublishingError: Error, Equatable, Sendable {
  /// The study could not be read back from its store.
  case unreadable(StudyStoreError)
  /// The study file in the store is of another version of the program.
  case unreadableStudy(String)
  case diskFull(path: String)
  /// No permission to write, or a file system mounted read-only.
  case notWritable(path: String)
  /// Any other failure of the file system.
  case cannotWrite(path: String, detail: String)
  /// gnuplot is not on the PATH. Everything but the figures was written.
  case gnuplotMissing
  /// gnuplot refused a figure. Everything but the figures from this one on was written.
  case gnuplotFailed(figure: String, detail: String)
  /// No figure and no table is called so.
  case noSuchPart(String, names: [String])
  /// What is selected, or what the study has, is nothing that this format holds.
  case nothingSelected(format: String)

  /// The case that an error met while writing `path` belongs to.
  init(_ error: any Error, path: String) {
    guard let error = error as? CocoaError else {
      self = (error as? PublishingError) ?? .cannotWrite(path: path, detail: oneLine(error.localizedDescription))
      return
    }
    switch error.code {
    case .fileWriteOutOfSpace: self = .diskFull(path: path)
    case .fileWriteNoPermission, .fileWriteVolumeReadOnly: self = .notWritable(path: path)
    default: self = .cannotWrite(path: path, detail: oneLine(error.localizedDescription))
    }
  }
}

extension PublishingError: CustomStringConvertible {
  /// One line.
  package var description: String {
    switch self {
    case .unreadable(let error): error.description
    case .unreadableStudy(let detail): detail
    case .diskFull(let path): "\(path): the disk is full; make room, then run the same command again"
    case .notWritable(let path): "\(path): cannot be written (no permission, or a read-only disk)"
    case .cannotWrite(let path, let detail): "\(path): cannot be written (\(detail))"
    case .gnuplotMissing:
      "no figures: gnuplot was not found; install it (apt install gnuplot-nox, brew install gnuplot), then run the "
        + "same command again; tables, summary and report are written"
    case .noSuchPart(let name, let names):
      "--select \(name): no figure or table of this study is called so; expected \(names.joined(separator: ", "))"
    case .nothingSelected(let format):
      "--format \(format): there is nothing to write in it; figures go to svg, pdf, png, pgfplots, vega-lite, tables to csv, latex"
    case .gnuplotFailed(let figure, let detail):
      "\(figure): gnuplot could not draw it (\(detail)); tables, summary and report are written"
    }
  }
}

/// Every run of line breaks, tabs and other control characters as one blank.
func oneLine(_ text: String) -> String {
  let parts = text.unicodeScalars.split { scalar in
    [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
  }
  return parts.map { String($0) }.joined(separator: " ")
}
