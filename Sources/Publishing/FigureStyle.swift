import Priors

/// One look for all figures: colours that colour-blind eyes and a grey printer tell apart (lightness about 70, 45 and
/// 28 of 100), and a marker each.
struct FigureStyle: Sendable, Equatable {
  let colour: String
  /// gnuplot's number of a filled marker.
  let marker: Int
  /// gnuplot's dash pattern, for lines that cross others.
  var dash = "1"

  static let grey = "#707070"
  static let warning = "#C2185B"
  /// One column of a journal page, and a whole page, in inches.
  static let columnWidth = 3.3
  static let pageWidth = 6.9

  private static let slabs: [String: FigureStyle] = [
    SlabKind.gaussian.rawValue: FigureStyle(colour: "#E69F00", marker: 7),
    SlabKind.groupLasso.rawValue: FigureStyle(colour: "#0072B2", marker: 5, dash: "(9,4)"),
    SlabKind.groupHorseshoe.rawValue: FigureStyle(colour: "#00523E", marker: 9, dash: "(3,3)"),
  ]
  /// What is drawn beside the data to hold them against.
  static let reference = FigureStyle(colour: grey, marker: 6, dash: "(1.5,3)")

  /// Styles that stand for no slab, in turn.
  static let others = [
    FigureStyle(colour: "#CC79A7", marker: 13, dash: "(12,3,3,3)"),
    FigureStyle(colour: "#56B4E9", marker: 11, dash: "(6,2)"),
    FigureStyle(colour: "#8B5A00", marker: 15, dash: "(2,2)"),
    FigureStyle(colour: "#999933", marker: 7, dash: "(9,2,2,2,2,2)"),
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
}
