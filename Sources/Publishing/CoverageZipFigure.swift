import Foundation
import StudyEngine

/// Which fits' 95 % credible balls hold the truth, and how far the others miss it: the zip plot of Morris, White &
/// Crowther (2019, Statistics in Medicine 38), whose intervals are here the balls' radii, from their centre outwards.
struct CoverageZipFigure {
  /// Of one combination of factors.
  let entries: [StudyTable.Entry]
  let styles: [String: FigureStyle]
  /// Said in the caption; empty for a study with one combination.
  let title: String

  /// In a panel: of fewer fits, nothing can be said about a share of 95 %.
  private static let fewestFits = 10
  /// From which number of fits on a sample size has panels of its own.
  private static let fitsOfOwnPanel = 40
  private static let maximumRows = 3

  private struct Fit {
    let slab: String
    let sampleSize: Int
    let radius: Double
    let distance: Double

    /// As `coverage_ball` has it.
    var covers: Bool { distance <= radius }
    var ratio: Double { radius > 0 ? distance / radius : distance > 0 ? .infinity : 0 }
  }

  /// Fits of one panel, the nearest to their centre first, in units of the mean radius of their sample size.
  private struct Zip {
    let slab: String
    /// nil for all together.
    let sampleSize: Int?
    let fits: [(radius: Double, distance: Double, covers: Bool)]

    init(slab: String, sampleSize: Int?, _ own: [Fit], units: [Int: Double]) {
      self.slab = slab
      self.sampleSize = sampleSize
      let ranked = own.enumerated().sorted { ($0.element.ratio, $0.offset) < ($1.element.ratio, $1.offset) }
      fits = ranked.map(\.element).map { fit in
        let unit = units[fit.sampleSize] ?? 1
        return (fit.radius / unit, fit.distance / unit, fit.covers)
      }
    }

    var coverage: ShareEstimate? { ShareEstimate(fits.map(\.covers)) }

    /// The middle of the share of fits that a fit stands for, in percent.
    func centile(_ index: Int) -> Double { 100 * (Double(index) + 0.5) / Double(fits.count) }
  }

  /// nil if balls were not measured, or in no panel for 10 fits.
  func figure(name: String) -> Figure? {
    let fits = entries.compactMap { entry -> Fit? in
      guard let radius = entry.value(of: "credible_ball_radius"), let distance = entry.value(of: "distance_to_mean")
      else { return nil }
      return Fit(slab: entry.cell.slab, sampleSize: entry.cell.sampleSize ?? 0, radius: radius, distance: distance)
    }
    let slabs = fits.map(\.slab).uniqued
    let sizes = Set(fits.map(\.sampleSize)).sorted()
    let fewest = slabs.flatMap { slab in
      sizes.map { size in fits.count { $0.slab == slab && $0.sampleSize == size } }
    }.min() ?? 0
    let isParted = sizes.count > 1 && fewest >= Self.fitsOfOwnPanel
    let rows: [Int?] = isParted ? sizes.spread(Self.maximumRows) : [nil]
    // One unit a panel's row, so that slabs can be compared; radii of several sample sizes differ by factors.
    let isScaled = !isParted && sizes.count > 1
    var units = [Int: Double]()
    for size in isScaled ? sizes : [] {
      let mean = Estimate(meanOf: fits.filter { $0.sampleSize == size }.map(\.radius))?.value ?? 0
      units[size] = mean > 0 ? mean : 1
    }
    let zips = rows.flatMap { row in
      slabs.map { slab in
        let own = fits.filter { $0.slab == slab && row ?? $0.sampleSize == $0.sampleSize }
        return Zip(slab: slab, sampleSize: row, own, units: units)
      }
    }
    guard zips.contains(where: { $0.fits.count >= Self.fewestFits }) else { return nil }
    func columns(fitting titles: [RichText]) -> Int {
      FigureLayout.columns(
        fitting: titles, most: FigureLayout.balanced(slabs.count, most: 3), width: FigureStyle.pageWidth, isShared: true)
    }
    // Where each sample size is a row of its own, it is said at the row's beginning.
    let short = zips.map { Self.title($0, sampleSize: nil) }
    let hasRows = isParted && slabs.count > 1 && columns(fitting: short) == slabs.count
    let titles = hasRows ? short : zips.map { Self.title($0, sampleSize: $0.sampleSize) }
    let columns = columns(fitting: titles)
    let panels = zips.enumerated().map { index, zip in
      panel(
        zip, titles[index], unit: isScaled ? "distance / mean radius of the ball" : "distance from the ball's centre",
        most: zips.filter { $0.sampleSize == zip.sampleSize }.flatMap { $0.fits.flatMap { [$0.radius, $0.distance] } }.max() ?? 1,
        row: index % columns > 0 ? nil : hasRows ? "n = \(zip.sampleSize ?? 0): centile" : "centile of distance / radius",
        isLast: index + columns >= zips.count)
    }
    return Figure(
      name: name, caption: caption(zips, fits, sizes, isScaled: isScaled, isParted: isParted),
      width: columns > 1 ? FigureStyle.pageWidth : FigureStyle.columnWidth, panelHeight: isParted ? 2 : 2.3,
      columns: columns, panels: panels, key: key(zips))
  }

  private static func title(_ zip: Zip, sampleSize: Int?) -> RichText {
    let size = sampleSize.map { ", n = \($0)" } ?? ""
    guard let coverage = zip.coverage else { return "\(zip.slab)\(size): no fits" }
    let percent = { (share: Double) in NumberText.fixed(100 * share, 0) }
    return "\(zip.slab)\(size): \(percent(coverage.share)) % [\(percent(coverage.lower)), \(percent(coverage.upper))]"
  }

  private static let covering = "#A6A6A6"
  private static let missing = FigureStyle.warning
  private static let black = "#000000"
  private static let nominal = Figure.LineStyle(colour: black, width: 0.8, dash: [4, 3])

  /// - Parameter row: what stands beside the panel; nil where the panel to the left has said it.
  private func panel(
    _ zip: Zip, _ title: RichText, unit: RichText, most: Double, row: RichText?, isLast: Bool
  ) -> Panel {
    let end = 1.05 * (most > 0 ? most : 1)
    let width = Self.strokeWidth(zip)
    func strokes(_ covers: Bool) -> [Panel.Segment] {
      zip.fits.enumerated().filter { $0.element.covers == covers }.map { index, fit in
        .init(from: .init(x: 0, y: zip.centile(index)), to: .init(x: fit.radius, y: zip.centile(index)))
      }
    }
    let distances = zip.fits.enumerated().map { Panel.Place(x: $0.element.distance, y: zip.centile($0.offset)) }
    let y = Axis.linear(row ?? "", from: 0, to: 100)
    return Panel(
      title: title, x: .linear(isLast ? unit : "", from: 0, to: end), y: row == nil ? y.unlabelled : y,
      marks: [
        .segments(strokes(true), .init(colour: Self.covering, width: width)),
        .segments(strokes(false), .init(colour: Self.missing, width: width)),
        .segments([.init(from: .init(x: 0, y: 95), to: .init(x: end, y: 95))], Self.nominal),
        .points(distances, .init(colour: Self.black, marker: .disc, size: min(2.6, 1.6 * width + 0.6))),
      ])
  }

  /// Points: strokes of a hundred fits stand apart, those of a dozen are no beams.
  private static func strokeWidth(_ zip: Zip) -> Double { min(2, max(0.3, 75 / Double(max(1, zip.fits.count)))) }

  private func key(_ zips: [Zip]) -> Figure.Key {
    let all = zips.flatMap(\.fits)
    var entries = [Figure.Key.Entry]()
    if all.contains(where: \.covers) {
      entries.append(.init(text: "ball holds the truth", line: .init(colour: Self.covering, width: 2)))
    }
    if all.contains(where: { !$0.covers }) {
      entries.append(.init(text: "ball misses the truth", line: .init(colour: Self.missing, width: 2)))
    }
    entries.append(.init(text: "distance of the truth", point: .init(colour: Self.black, marker: .disc, size: 3)))
    return .init(entries: entries + [.init(text: "nominal 95 %", line: Self.nominal)])
  }

  private func caption(_ zips: [Zip], _ fits: [Fit], _ sizes: [Int], isScaled: Bool, isParted: Bool) -> String {
    let counts = zips.map(\.fits.count)
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    var text = """
      Zip plot of the 95 % credible balls around the posterior mean: a stroke a fit, from the ball's centre to its radius, \
      and a dot at the truth's distance from that centre; from below in the order of distance over radius, as centiles. At \
      the nominal coverage, the balls above the dashed line miss the truth and those below hold it. Titles: coverage with \
      Wilson's 95 % interval; \(least == most ? "\(most)" : "\(least) to \(most)") fits a panel, 
      """
    let shown = isParted ? sizes.spread(Self.maximumRows) : sizes
    text += CaptionText.sampleSizes(shown)
    text += isScaled ? " together, in units of the mean radius over all slabs at that n." : "."
    let hidden = sizes.filter { !shown.contains($0) }
    if !hidden.isEmpty { text += " Not shown: \(CaptionText.sampleSizes(hidden))." }
    let done = entries.count { $0.stored != nil && $0.stored?.error == nil }
    let failed = entries.count { $0.stored?.error != nil }
    return text
      + CaptionText.ending(
        combination: title, leftOut: [("fits without a measured ball", done - fits.count), ("fits that failed", failed)])
  }
}
