/// Marks over one pair of axes. What an axis cannot show - a number that is not finite, one not above zero on a
/// logarithmic axis - is left out here, once for all renderers, and counted.
struct Panel: Sendable, Equatable {
  /// A place in the units of the axes.
  struct Place: Sendable, Equatable {
    let x: Double
    let y: Double
  }

  enum Mark: Sendable, Equatable {
    /// Connected in order; parted where a nil stands.
    case line([Place?], Figure.LineStyle)
    case points([Place], Figure.PointStyle)
    /// Straight strokes from one place to another: error bars, the sticks of lollies, rules.
    case segments([Segment], Figure.LineStyle)
    /// Filled, without an outline.
    case areas([Area], colour: String)
    case label(Label)
  }

  struct Segment: Sendable, Equatable {
    let from: Place
    let to: Place
  }

  /// A rectangle with its sides along the axes.
  struct Area: Sendable, Equatable {
    let from: Place
    let to: Place
  }

  struct Label: Sendable, Equatable {
    enum Side: Sendable, Equatable { case centre, left, right }

    let text: RichText
    let place: Place
    var colour = "#000000"
    var isUpright = false
    /// Which part of the text stands at its place.
    var anchor = Side.centre
  }

  var title: RichText = ""
  let x: Axis
  let y: Axis
  let marks: [Mark]
  /// How many places the axes could not show.
  let leftOut: Int

  init(title: RichText = "", x: Axis, y: Axis, marks: [Mark]) {
    self.title = title
    self.x = x
    self.y = y
    var leftOut = 0
    func shows(_ place: Place) -> Bool { x.shows(place.x) && y.shows(place.y) }
    func kept<Element>(_ elements: [Element], _ isShown: (Element) -> Bool) -> [Element] {
      let kept = elements.filter(isShown)
      leftOut += elements.count - kept.count
      return kept
    }
    self.marks = marks.compactMap { mark in
      switch mark {
      case .line(let places, let style):
        let shown = places.map { place -> Place? in
          guard let place else { return nil }
          if shows(place) { return place }
          leftOut += 1
          return nil
        }
        return shown.contains { $0 != nil } ? .line(shown, style) : nil
      case .points(let places, let style):
        let shown = kept(places, shows)
        return shown.isEmpty ? nil : .points(shown, style)
      case .segments(let segments, let style):
        let shown = kept(segments) { shows($0.from) && shows($0.to) }
        return shown.isEmpty ? nil : .segments(shown, style)
      case .areas(let areas, let colour):
        let shown = kept(areas) { shows($0.from) && shows($0.to) }
        return shown.isEmpty ? nil : .areas(shown, colour: colour)
      case .label(let label):
        return shows(label.place) ? .label(label) : nil
      }
    }
    self.leftOut = leftOut
  }

  /// Nothing but labels.
  var isEmpty: Bool {
    marks.allSatisfy { mark in
      if case .label = mark { return true }
      return false
    }
  }
}
