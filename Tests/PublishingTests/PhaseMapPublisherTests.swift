import Contraction
import Foundation
import Priors
import Testing

@testable import Publishing

@Suite struct PhaseMapPublisherTests {
  private func map() throws -> PhaseMap {
    try PhaseMap(strengths: [0.01, 100], widths: [8, 9], slabs: [.gaussian(), .groupHorseshoe()])
  }

  @Test("the table has a line a point, with every number in full")
  func table() throws {
    let map = try map()
    let lines = PhaseMapPublisher(map: map).csv.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(lines.count == 5 && lines[0] == ["strength", "width", "sigma2", "best", "gaussian", "group-horseshoe"])
    for (line, point) in zip(lines.dropFirst(), map.points) {
      #expect(Double(line[0]) == point.strength && Int(line[1]) == point.width)
      #expect(Double(line[2]) == point.node.squaredRadius && line[3] == point.best?.rawValue)
      #expect(line[4...].map { Double($0) } == point.costs)
    }
    #expect(lines[1][3] == "group-horseshoe")
  }

  @Test("it makes the folder, writes whole files, and leaves nothing else")
  func publish() throws {
    try FakeStudy.inFolder { folder in
      let publisher = PhaseMapPublisher(map: try map())
      let deep = folder.url.appending(path: "deep")
      let files = try publisher.publish(to: deep)
      #expect(try String(contentsOf: files[0], encoding: .utf8) == publisher.csv)
      let names = try FileManager.default.contentsOfDirectory(atPath: deep.path(percentEncoded: false)).sorted()
      #expect(names == ["phase-map.csv", "phase-map.pdf", "phase-map.svg"])
      #expect(try Data(contentsOf: files[2]).starts(with: Data("%PDF".utf8)))
      // A file where the folder should be.
      #expect(throws: PublishingError.self) { try publisher.publish(to: files[0].appending(path: "deeper")) }
    }
  }

  @Test("without gnuplot the table is there, and the error says what is missing")
  func withoutGnuplot() throws {
    try FakeStudy.inFolder { folder in
      let publisher = PhaseMapPublisher(map: try map())
      #expect(throws: PublishingError.gnuplotMissing) { try publisher.publish(to: folder.url, searchPath: nil) }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names == ["phase-map.csv"])
    }
  }

  @Test("the figure names each slab in its area, once")
  func figure() throws {
    let figure = try #require(PhaseMapPublisher(map: try map()).figure)
    for kind in [SlabKind.gaussian, .groupHorseshoe] {
      let names = figure.panels[0].marks.filter { mark in
        if case .label(let label) = mark { label.text == RichText(kind.rawValue) } else { false }
      }
      #expect(names.count == 1)
    }
    #expect(figure.caption.contains("Δ² = 0.01, non-centred"))
  }
}
