import StudyEngine
struct LogNormalErrorPresentation: StudyPresentation {
  let findings: StudyFindings
  let summaryHeading = "Rates"
  var summary: SummaryTable { SummaryTable(header: [], textColumns: 0, rows: []) }
  var tables: [PublishedTable] { [] }
  var figures: [Figure] { [] }
  func addFindings(to document: inout Document) {}
  func addReservations(to document: inout Document) {}
}
