import GSL
import SparseNetworks
import Testing

@testable import Simulation

@Suite("Splitting rows into training and test") struct TrainTestSplitTests {
  @Test("every row is on one side, the test side has its share", arguments: [(10, 0.1, 1), (442, 0.1, 44), (7, 0.5, 4)])
  func partition(rows: Int, fraction: Double, expected: Int) throws {
    let split = try TrainTestSplit(rowCount: rows, testFraction: fraction, key: StreamKey(seed: 1))
    #expect(split.test.count == expected)
    #expect((split.training + split.test).sorted() == Array(0..<rows))
    #expect(split.test == split.test.sorted() && split.training == split.training.sorted())
    #expect(try TrainTestSplit(rowCount: rows, testFraction: fraction, key: StreamKey(seed: 1)) == split)
  }

  @Test("each row tests equally often")
  func uniform() throws {
    var counts = [Int](repeating: 0, count: 10)
    for seed in 0..<2000 {
      let split = try TrainTestSplit(rowCount: 10, testFraction: 0.3, key: StreamKey(seed: UInt64(seed)))
      for row in split.test { counts[row] += 1 }
    }
    // 600 each with sd √(2000·0.3·0.7) = 20.5; 5.5 sd: some row fails by chance once in 10⁶ seeds; seeds fixed.
    #expect(counts.allSatisfy { abs($0 - 600) < 113 })
  }

  @Test("listed rows test")
  func listed() throws {
    let split = try TrainTestSplit(rowCount: 5, testRows: [3, 0])
    #expect(split.test == [0, 3] && split.training == [1, 2, 4])
    let data = try Dataset(
      inputs: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], inputCount: 2, targets: .classes([0, 1, 2, 1, 0], classes: 3))
    let (training, test) = split.apply(to: data)
    #expect(try test == Dataset(inputs: [0, 1, 6, 7], inputCount: 2, targets: .classes([0, 1], classes: 3)))
    #expect(training.inputs == [2, 3, 4, 5, 8, 9])
  }

  @Test("a line of a file lists the test rows")
  func file() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("0 2\r\n1,3 4\n7\nx\n\n", to: "splits.txt")
    #expect(try TrainTestSplit(file: path, line: 1, rowCount: 5).test == [0, 2])
    #expect(try TrainTestSplit(file: path, line: 2, rowCount: 5).test == [1, 3, 4])
    func message(_ line: Int) -> String? {
      do {
        _ = try TrainTestSplit(file: path, line: line, rowCount: 5)
        return nil
      } catch { return error.description }
    }
    #expect(
      message(3)
        == "\(path), line 3: test row is 7; expected from 0 to 4, the rows of the table (the header not counted); "
        + "use a split made for this table")
    #expect(
      message(4)
        == "\(path), line 4: \"x\"; expected zero-based row numbers, separated by blanks; correct the line")
    #expect(
      message(5) == "\(path), line 5: no such line; expected a line from 1 to 4; choose a split that the file has")
    #expect(message(0) != nil)
  }

  @Test("splits that leave a side empty are refused")
  func refusals() {
    for fraction in [0.0, 1.0, .nan, 0.01, 0.99] {
      #expect(throws: SimulationError.self) {
        try TrainTestSplit(rowCount: 10, testFraction: fraction, key: StreamKey(seed: 1))
      }
    }
    for rows in [[], [0, 0], [-1], [2], [0, 1]] {
      #expect(throws: SimulationError.self) { try TrainTestSplit(rowCount: 2, testRows: rows) }
    }
    #expect(throws: TableError.self) { try TrainTestSplit(file: "/nowhere/splits.txt", line: 1, rowCount: 5) }
  }
}
