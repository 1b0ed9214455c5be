import Priors
import Testing

@testable import slablab

@Suite struct ArgumentParsingTests {
  @Test(
    "numbers are decimal, finite and without tricks",
    arguments: [("1e3", 1000), ("2.0e+2", 200), ("-0.5", -0.5), (".25", 0.25), ("7", 7)] as [(String, Double)])
  func number(text: String, value: Double) throws {
    #expect(try ArgumentParsing.number(text) == value)
  }

  @Test(
    "what only looks like a number is refused",
    arguments: ["1_000", "0x10", "nan", "inf", "1e999", "", "1 ", "e", "²"])
  func noNumber(text: String) { #expect(throws: ArgumentError.self) { try ArgumentParsing.number(text) } }

  @Test func wholeNumbers() throws {
    #expect(try ArgumentParsing.integer("1e3") == 1000)
    #expect(try ArgumentParsing.integers("20, 3e1,1") == [20, 30, 1])
    for text in ["1.5", "1e30", "1,,2"] { #expect(throws: ArgumentError.self) { try ArgumentParsing.integers(text) } }
  }

  @Test("a grid is even in the logarithm and keeps both ends")
  func grid() throws {
    let grid = try ArgumentParsing.logarithmicGrid("1e2:1e6:5")
    for (got, expected) in zip(grid, [1e2, 1e3, 1e4, 1e5, 1e6]) { #expect(abs(got / expected - 1) < 1e-13) }
    #expect(grid.count == 5 && grid[0] == 100 && grid[4] == 1e6)
    for text in ["1:2", "0:1:3", "2:1:3", "1:2:1", "1:2:1.5", "a:2:3", "1:2:3:4"] {
      #expect(throws: ArgumentError.self) { try ArgumentParsing.logarithmicGrid(text) }
    }
  }

  @Test(
    "times are numbers with units, the larger unit first",
    arguments: [("90s", 90), ("45m", 2700), ("2h", 7200), ("1h30m", 5400), ("1.5d", 129_600), ("1d2h3m4s", 93784)]
      as [(String, Double)])
  func duration(text: String, seconds: Double) throws {
    #expect(try ArgumentParsing.duration(text) == seconds)
  }

  @Test("what is no time is refused", arguments: ["", "2", "h", "2h30", "0s", "30m2h", "2hh", "-1h", "1e30d", "2 h"])
  func noDuration(text: String) { #expect(throws: ArgumentError.self) { try ArgumentParsing.duration(text) } }

  @Test func slabs() throws {
    #expect(try ArgumentParsing.slabKinds("all") == [.gaussian, .groupLasso, .groupHorseshoe])
    #expect(try ArgumentParsing.slabKinds("ghs,gaussian,gl") == [.groupHorseshoe, .gaussian, .groupLasso])
    let error = #expect(throws: ArgumentError.self) { try ArgumentParsing.slabKinds("horshoe") }
    #expect(
      error?.description
        == "'horshoe' is not a slab; there are gaussian, group-lasso, group-horseshoe (or ig, gl, ghs)")
  }

  @Test func priorParameters() throws {
    #expect(try ArgumentParsing.rateParameter("proportional:0.5") == .proportional(0.5))
    #expect(try ArgumentParsing.rateParameter("fixed:2") == .fixed(2))
    #expect(try ArgumentParsing.rateParameter("hyper") == .hyperprior())
    #expect(try ArgumentParsing.cap("none") == .infinity)
    for text in ["", "fixed", "hyper:1", "other:1", "fixed:1:2"] {
      #expect(throws: ArgumentError.self) { try ArgumentParsing.rateParameter(text) }
    }
  }

  @Test func training() throws {
    #expect(try ArgumentParsing.seed("18446744073709551615") == .max)
    #expect(try ArgumentParsing.seed("1e3") == 1000)
    for text in ["-1", "1.5", "18446744073709551616"] {
      #expect(throws: ArgumentError.self) { try ArgumentParsing.seed(text) }
    }
  }

  @Test("a negative number after an option is its value, whatever the option then says to it")
  func negativeNumbers() {
    for (arguments, joined) in [
      (["train", "--seed", "-1", "--json"], ["train", "--seed=-1", "--json"]),
      (["--level", "-.5", "-n"], ["--level=-.5", "-n"]), (["--seed=2", "-1"], ["--seed=2", "-1"]),
      (["--", "-1"], ["--", "-1"]), (["-n", "-1"], ["-n", "-1"]), (["--seed", "-"], ["--seed", "-"]),
    ] {
      #expect(ArgumentParsing.joiningNegativeNumbers(arguments) == joined)
    }
  }

  @Test func filesAndSeparators() throws {
    #expect(try ArgumentParsing.fileLine("a:b.txt:12") == .init(file: "a:b.txt", line: 12))
    for text in ["a.txt", "a.txt:", ":1", "a.txt:0", "a.txt:x"] {
      #expect(throws: ArgumentError.self) { try ArgumentParsing.fileLine(text) }
    }
    #expect(try ArgumentParsing.separator(";") == ";")
    #expect(try ArgumentParsing.separator("tab") == "\t" && ArgumentParsing.separator("\t") == "\t")
    for text in ["", ";;"] { #expect(throws: ArgumentError.self) { try ArgumentParsing.separator(text) } }
  }
}
