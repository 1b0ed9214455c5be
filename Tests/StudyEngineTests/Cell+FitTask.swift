import GSL
import Testing

@testable import StudyEngine

extension Cell {
  /// The task of a cell that trains a network.
  var fit: FitTask {
    get throws {
      guard case .fit(let task) = task else { throw NotAFit(cell: index) }
      return task
    }
  }

  /// n of a cell that has data, 0 otherwise.
  var size: Int { sampleSize ?? 0 }

  var dataStream: StreamKey { get throws { dataStream(try fit.data) } }
}

struct NotAFit: Error {
  let cell: Int
}

extension Study {
  /// The sections of the first cell.
  var fit: FitTask { get throws { try #require(cells.first).fit } }
}
