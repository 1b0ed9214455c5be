import SparseNetworks
import Testing

@testable import Simulation

@Suite("Standardisation") struct StandardisationTests {
  @Test("training rows get mean 0 and variance 1, other rows the same transformation")
  func transformation() throws {
    let training = try Dataset(inputs: [1, 10, 3, 30, 5, 20], inputCount: 2, targets: .real([2, 4, 9], outputs: 1))
    let scaling = try Standardisation(training: training)
    #expect(scaling.warnings.isEmpty)
    let scaled = scaling.apply(to: training)
    for column in 0..<2 {
      let values = (0..<3).map { scaled.inputs[$0 * 2 + column] }
      #expect(abs(values.reduce(0, +)) < 1e-15)
      #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 3 - 1) < 1e-15)
    }
    // 7 is two of column 1's standard deviations √(8/3) … 4/√(8/3) above its mean 3.
    #expect(abs(scaling.apply(toInputs: [7, 20])[0] - 4 / (8.0 / 3).squareRoot()) < 1e-15)
    #expect(scaling.apply(toInputs: [7, 20])[1] == 0)
    guard case .real(let targets, _) = scaled.targets else {
      Issue.record("targets changed kind")
      return
    }
    for (standardised, original) in zip(targets, [2.0, 4, 9]) {
      #expect(abs(scaling.originalTarget(standardised) - original) < 1e-15)
    }
  }

  @Test("a constant column is standardised to 0 and named, also for rows where it differs")
  func constantColumn() throws {
    let read = try TableFile(path: table("09-constant-column.csv"))
    let scaling = try Standardisation(
      training: read.dataset(target: "risk"), inputNames: read.inputNames(target: "risk"), targetNames: ["risk"])
    #expect(
      scaling.warnings.map(\.description)
        == ["`bp` is constant (100) in the training rows: it carries no information and is standardised to 0"])
    let scaled = scaling.apply(toInputs: [60, 25, 100, 60, 25, 117])
    #expect(scaled[2] == 0 && scaled[5] == 0)
    #expect(scaled.allSatisfy { $0.isFinite })
  }

  @Test("a constant that is not a whole number has no deviation either: its mean may not be rounded")
  func inexactConstant() throws {
    let rows = [Double](repeating: 0.1, count: 10)
    let scaling = try Standardisation(training: Dataset(inputs: rows, inputCount: 1, targets: .real(rows, outputs: 1)))
    #expect(scaling.inputDeviations == [0] && scaling.targetDeviations == [0])
    #expect(scaling.warnings.map(\.isTarget) == [false, true])
    #expect(scaling.apply(toInputs: [0.1, 5]) == [0, 0])
    #expect(scaling.originalTarget(0.25) == 0.35)
  }

  @Test("a large mean costs no digits of the deviation")
  func largeMean() throws {
    let training = try Dataset(inputs: [1e9, 1e9 + 1, 1e9 + 2], inputCount: 1, targets: .classes([0, 1, 0], classes: 2))
    let scaling = try Standardisation(training: training)
    #expect(abs(scaling.inputDeviations[0] - (2.0 / 3).squareRoot()) < 1e-9)
    #expect(scaling.apply(to: training).targets == training.targets)
  }

  @Test("no rows, and numbers whose squares overflow, are refused")
  func refusals() {
    #expect(throws: SimulationError.self) {
      try Standardisation(training: Dataset(inputs: [], inputCount: 1, targets: .real([], outputs: 1)))
    }
    let error = #expect(throws: SimulationError.self) {
      try Standardisation(
        training: Dataset(inputs: [1, 1e200, 2, -1e200], inputCount: 2, targets: .real([1, 2], outputs: 1)),
        inputNames: ["age", "income"])
    }
    #expect(error?.description.contains("`income`") == true)
    #expect(throws: SimulationError.self) {
      try Standardisation(training: Dataset(inputs: [1e200, -1e200], inputCount: 1, targets: .real([1, 2], outputs: 1)))
    }
  }
}
