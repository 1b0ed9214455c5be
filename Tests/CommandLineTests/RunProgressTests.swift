import Testing

@testable import StudyEngine
@testable import slablab

@Suite struct RunProgressTests {
  @Test("the line tells cells, time left and the newest bound, however far the bound has fallen")
  func line() {
    var progress = ExecutionProgress()
    (progress.done, progress.failed, progress.total, progress.secondsLeft) = (3, 1, 9, 200)
    progress.latest = .init(cell: 4, step: 50, steps: 100, elbo: -1234.5678)
    #expect(RunProgress.line(progress) == "3/9 cells · 1 failed · 3 min left · cell 4: step 50, ELBO -1235")
    for elbo in [-1e300, -.infinity, .nan] {
      progress.latest = .init(cell: 4, step: 50, steps: 100, elbo: elbo)
      #expect(RunProgress.line(progress).hasPrefix("3/9 cells"))
    }
  }

  @Test(
    "durations are as exact as an estimate deserves",
    arguments: [
      (0.4, "0 s"), (89.4, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "1 h 30 min"), (1e30, "30 years or more"),
    ])
  func durations(seconds: Double, text: String) { #expect(roughDuration(seconds) == text) }
}
