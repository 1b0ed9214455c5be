import Contraction
import Foundation
import Priors

/// A phase map as a table and as files.
package struct PhaseMapPublisher: Sendable {
  package let map: PhaseMap

  package init(map: PhaseMap) { self.map = map }

  /// A line a point, width by width: where it is, σ² of the node, the best slab (empty for a tie), and the cost of each
  /// in nats.
  package var csv: String {
    var table = CSVText(["strength", "width", "sigma2", "best"] + map.slabs.map(\.kind.rawValue))
    for point in map.points {
      table.add(
        [CSVText.number(point.strength), String(point.width), CSVText.number(point.node.squaredRadius)]
          + [point.best?.rawValue ?? ""] + point.costs.map(CSVText.number))
    }
    return table.text
  }

  /// The map as a figure; nil unless it has two strengths and two widths or more.
  var figure: Figure? {
    PhaseMapFigure(
      points: map.points.map {
        PhaseMapFigure.Point(strength: $0.strength, width: $0.width, best: $0.best?.rawValue)
      }, setting: PhaseMapFigure.setting(squaredRadius: map.squaredRadius, map.parametrisation)
    ).figure(name: "phase-map")
  }

  /// Writes `phase-map.csv`, `.svg` and `.pdf` into a folder, which is made if there is none, each whole or not at all;
  /// returns what it wrote.
  /// - Throws: `PublishingError`; where gnuplot is missing or refuses, once the table is written.
  @discardableResult
  package func publish(
    to folder: URL, searchPath: String? = ProcessInfo.processInfo.environment["PATH"]
  ) throws(PublishingError) -> [URL] {
    let table = folder.appending(path: "phase-map.csv")
    try OutputFile.write(csv, to: table)
    guard let figure else { return [table] }
    let stamp = FigureStamp(provenance: Provenance(command: "slablab phase-map", date: nil))
    let drawing = try Gnuplot(searchPath: searchPath).draw(figure, stamp: stamp)
    var files = [table]
    for format in [Gnuplot.Format.svg, .pdf] {
      guard let data = drawing.files[format] else { continue }
      let url = folder.appending(path: "phase-map.\(format.rawValue)")
      try OutputFile.write(data, to: url)
      files.append(url)
    }
    return files
  }
}
