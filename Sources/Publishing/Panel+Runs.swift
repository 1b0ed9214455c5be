extension Panel {
  /// Marks that follow one another and look the same: what formats with a data set for each look draw at once. Never
  /// empty; labels stand alone.
  var runs: [[Mark]] {
    marks.reduce(into: [[Mark]]()) { runs, mark in
      if let last = runs.last?.last, last.looks(like: mark) { runs[runs.count - 1].append(mark) } else { runs.append([mark]) }
    }
  }
}

extension Panel.Mark {
  fileprivate func looks(like other: Panel.Mark) -> Bool {
    switch (self, other) {
    case (.line(_, let style), .line(_, let otherStyle)), (.segments(_, let style), .segments(_, let otherStyle)):
      style == otherStyle
    case (.points(_, let style), .points(_, let otherStyle)): style == otherStyle
    case (.areas(_, let colour), .areas(_, let otherColour)): colour == otherColour
    default: false
    }
  }
}
