import Testing

@testable import Priors

@Suite struct ParallelMapTests {
  private struct Odd: Error, Equatable {
    let index: Int
  }

  @Test("the elements come in order, for any number of workers", arguments: [1, 2, 7, 1000])
  func order(workers: Int) {
    #expect(parallelMap(count: 500, workers: workers) { $0 * $0 } == (0..<500).map { $0 * $0 })
    #expect(parallelMap(count: 0, workers: workers) { $0 }.isEmpty)
  }

  @Test("the first error of all is thrown, for any number of workers", arguments: [1, 2, 7, 1000])
  func firstError(workers: Int) {
    for _ in 0..<50 {
      #expect(throws: Odd(index: 37)) {
        try parallelMap(count: 300, workers: workers) { index throws(Odd) in
          if index >= 37, !index.isMultiple(of: 2) { throw Odd(index: index) }
          return index
        }
      }
    }
  }
}
