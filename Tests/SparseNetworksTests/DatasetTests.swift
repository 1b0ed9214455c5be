import NetworkShape
import Testing

@testable import SparseNetworks

@Suite struct DatasetTests {
  @Test("rows are counted by the targets")
  func rows() throws {
    #expect(try Dataset(inputs: [1, 2, 3, 4], inputCount: 2, targets: .classes([0, 1], classes: 2)).rowCount == 2)
    #expect(try Dataset(inputs: [1, 2], inputCount: 2, targets: .real([5, 6, 7], outputs: 3)).rowCount == 1)
    #expect(try Dataset(inputs: [], inputCount: 2, targets: .real([], outputs: 1)).rowCount == 0)
  }

  @Test(
    "shapes that disagree are refused",
    arguments: [
      ([1, 2], 0, Dataset.Targets.real([1], outputs: 1), "the number of inputs is 0; it must be at least 1"),
      ([1], 1, .real([1], outputs: 0), "the number of outputs is 0; it must be at least 1, a divisor of 1 targets"),
      (
        [1], 1, .real([1, 2, 3], outputs: 2),
        "the number of outputs is 2; it must be at least 1, a divisor of 3 targets"
      ),
      ([1, 2, 3], 2, .real([1], outputs: 1), "inputs is 3 numbers; it must be 2 for each of 1 rows of targets"),
      ([1, 2], 1, .classes([0], classes: 2), "inputs is 2 numbers; it must be 1 for each of 1 rows of targets"),
    ])
  func refusals(inputs: [Double], inputCount: Int, targets: Dataset.Targets, message: String) {
    let error = #expect(throws: ShapeError.self) {
      try Dataset(inputs: inputs, inputCount: inputCount, targets: targets)
    }
    #expect(error?.description == message)
  }
}
