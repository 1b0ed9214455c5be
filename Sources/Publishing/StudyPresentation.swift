import StudyEngine

/// How the findings of one kind of study are shown.
protocol StudyPresentation: Sendable {
  var findings: StudyFindings { get }
  /// Above the summary in the report.
  var summaryHeading: String { get }
  var summary: SummaryTable { get }
  /// The CSV files beside `metrics.csv` in `tables/`: functions of the study alone.
  var tables: [PublishedTable] { get }
  var figures: [Figure] { get }

  /// What follows the summary in the report, before the figures.
  func addFindings(to document: inout Document)
  /// What follows the figures: what the findings rest on, and how far they can be trusted.
  func addReservations(to document: inout Document)
}

/// A CSV file of `tables/`.
struct PublishedTable: Sendable, Equatable {
  let name: String
  let content: String
  /// What it holds, for the report's list of files.
  let meaning: String
}

extension StudyPresentation {
  var study: Study { findings.study }
}
