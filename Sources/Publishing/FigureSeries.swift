/// What marks stand for: the entry of the key that looks as they do.
struct FigureSeries: Sendable {
  let entries: [Figure.Key.Entry]

  init(_ key: Figure.Key) { entries = key.entries }

  /// The entry's position; nil for a mark that the key does not name.
  func index(of mark: Panel.Mark) -> Int? {
    switch mark {
    case .line(_, let style), .segments(_, let style):
      entries.firstIndex { $0.line == style.moved(sideways: 0) } ?? only { $0.line?.colour == style.colour || $0.point?.colour == style.colour }
    case .points(_, let style):
      entries.firstIndex { $0.point == style.moved(sideways: 0) } ?? only { $0.point?.colour == style.colour || $0.line?.colour == style.colour }
    case .areas(_, let colour):
      only { $0.line?.colour == colour || $0.point?.colour == colour }
    case .label: nil
    }
  }

  /// A colour that two entries share tells nothing.
  private func only(_ holds: (Figure.Key.Entry) -> Bool) -> Int? {
    let found = entries.indices.filter { holds(entries[$0]) }
    return found.count == 1 ? found[0] : nil
  }
}
