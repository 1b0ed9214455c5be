import Priors

/// How one slab, or another thing that is compared, looks in every figure and format: a colour that colour-blind eyes
/// and a grey printer tell apart (lightness about 70, 45 and 28 of 100), a marker and a dash pattern.
struct FigureStyle: Sendable, Equatable {
  enum Marker: Sendable, Equatable, CaseIterable {
    case disc, square, triangle, diamond, invertedTriangle, pentagon, ring, cross
  }

  /// `#RRGGBB`.
  let colour: String
  let marker: Marker
  /// Lengths drawn and left out in turn, in points; empty for a solid line.
  var dash: [Double] = []

  static let grey = "#707070"
  static let warning = "#C2185B"
  /// One column of a journal page, and a whole page, in inches.
  static let columnWidth = 3.3
  static let pageWidth = 6.9

  private static let slabs: [String: FigureStyle] = [
    SlabKind.gaussian.rawValue: FigureStyle(colour: "#E69F00", marker: .disc),
    SlabKind.groupLasso.rawValue: FigureStyle(colour: "#0072B2", marker: .square, dash: [9, 4]),
    SlabKind.groupHorseshoe.rawValue: FigureStyle(colour: "#00523E", marker: .triangle, dash: [3, 3]),
  ]
  /// What is drawn beside the data to hold them against.
  static let reference = FigureStyle(colour: grey, marker: .ring, dash: [1.5, 3])

  /// Styles that stand for no slab, in turn.
  static let others = [
    FigureStyle(colour: "#CC79A7", marker: .diamond, dash: [12, 3, 3, 3]),
    FigureStyle(colour: "#56B4E9", marker: .invertedTriangle, dash: [6, 2]),
    FigureStyle(colour: "#8B5A00", marker: .pentagon, dash: [2, 2]),
    FigureStyle(colour: "#999933", marker: .disc, dash: [9, 2, 2, 2, 2, 2]),
  ]

  /// The styles of slabs by name: fixed for the three kinds, in turn for variants of them.
  static func styles(of slabs: [String]) -> [String: FigureStyle] {
    var styles = [String: FigureStyle]()
    var variants = 0
    for slab in slabs where styles[slab] == nil {
      if let style = Self.slabs[slab] {
        styles[slab] = style
      } else {
        styles[slab] = others[variants % others.count]
        variants += 1
      }
    }
    return styles
  }

  /// Red, green and blue from 0 to 255.
  static func components(_ colour: String) -> (red: Int, green: Int, blue: Int) {
    let value = Int(colour.dropFirst(), radix: 16) ?? 0
    return (value >> 16 & 255, value >> 8 & 255, value & 255)
  }

  /// Whether white letters read better on it than black ones.
  var isDark: Bool {
    let (red, green, blue) = Self.components(colour)
    return 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) < 128
  }
}
