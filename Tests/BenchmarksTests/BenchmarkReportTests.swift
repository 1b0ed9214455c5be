import Foundation
import Testing

@testable import Benchmarks

@Suite("What a run of the benchmarks writes") struct BenchmarkReportTests {
  private let machine = Machine(
    cpu: "Intel(R) Xeon(R) CPU @ 2.50GHz / µ", level: "x86-64-v4", cores: 2, blasKernel: "SkylakeX",
    date: "2026-11-28", programVersion: "0.1.0", commit: nil)
  private let peaks = MachinePeaks(
    sgemmGflops: 100, memoryGigabytesPerSecond: 10, cacheGigabytesPerSecond: 50, normalNanoseconds: 0.5,
    secondLevelBytes: 1, thirdLevelBytes: 2)

  @Test("the file's name holds date and processor in letters, digits and hyphens")
  func fileName() { #expect(machine.fileName == "2026-11-28-intel-r-xeon-r-cpu-2-50ghz.json") }

  @Test("JSON has machine, peaks and steps, by names in snake case, the same bytes each time")
  func json() throws {
    let report = BenchmarkReport(machine: machine, peaks: peaks)
    let json = try report.json
    #expect(try json == report.json)
    let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    #expect(object["steps"] as? [Any] != nil)
    #expect((object["machine"] as? [String: Any])?["blas_kernel"] as? String == "SkylakeX")
    #expect((object["peaks"] as? [String: Any])?["sgemm_gflops"] as? Double == 100)
    #expect((object["peaks"] as? [String: Any])?["normal_nanoseconds"] as? Double == 0.5)
  }

  @Test("a whole fit is a row of JSON and of a table, of two fits that differ in both")
  func fits() throws {
    var report = BenchmarkReport(machine: machine, peaks: peaks)
    report.fits = [
      FitBenchmark.Row(
        activation: "relu", widths: [50, 400, 1], teacherActive: [5], steps: 100, stepsWhole: 100, seconds: 2,
        secondsWhole: 5, ratio: 2.5, active: [5], activeWhole: [6], evidenceBound: -10, evidenceBoundWhole: -10.5,
        differenceInStandardErrors: 0.25)
    ]
    let object = try #require(try JSONSerialization.jsonObject(with: report.json) as? [String: Any])
    let row = try #require((object["fits"] as? [[String: Any]])?.first)
    #expect(row["teacher_active"] as? [Int] == [5] && row["active"] as? [Int] == [5])
    #expect(row["active_whole"] as? [Int] == [6])
    #expect(row["seconds"] as? Double == 2 && row["seconds_whole"] as? Double == 5 && row["ratio"] as? Double == 2.5)
    #expect(row["evidence_bound"] as? Double == -10 && row["evidence_bound_whole"] as? Double == -10.5)
    #expect(row["difference_in_standard_errors"] as? Double == 0.25)
    #expect(
      FitBenchmark.table(report.fits).hasSuffix(
        "| relu | 50-400-1 | 5 | 100 | 2.00 | 5.00 | 2.50 | 5; 6 | -10.0; -10.5 | 0.250 |"))
  }

  @Test("median and interquartile range of rounds")
  func rounds() {
    let rounds = Rounds(values: [5, 1, 4, 2, 3])
    #expect(rounds.median == 3 && rounds.spread == 2.0 / 3)
    #expect(Rounds(values: [1, 2]).median == 1.5)
    #expect(Rounds().median.isNaN)
  }

  @Test(
    "numbers have three significant digits",
    arguments: [(0.01234, "0.0123"), (1.005, "1.00"), (12.345, "12.3"), (1234.5, "1234"), (0, "0.00")])
  func number(value: Double, text: String) { #expect(MarkdownTable.number(value) == text) }

  @Test("a table is Markdown")
  func table() {
    var table = MarkdownTable(["what", "µs"], texts: 1)
    table.add(["step", MarkdownTable.number(nil)])
    #expect(table.text == "| what | µs |\n| --- | ---: |\n| step | – |")
  }
}
