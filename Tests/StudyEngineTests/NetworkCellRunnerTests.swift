import Testing

@testable import StudyEngine

@Suite("What the fit of a cell gives") struct NetworkCellRunnerTests {
  private static let result = Result {
    let study = try StudyFileTests.study(
      """
      data: {teacher: {inputs: 4, active: [2]}, sample-size: 200}
      model: {hidden: [5, 4]}
      training: {steps: 600, tune-steps: 200, search-rounds: 2, confirmations: 1, evidence-draws: 20}
      measure: {posterior-draws: 20, points: 64}
      """)
    return try CellRunner().run(study.cells[0], progress: CellProgress())
  }

  private static func number(_ name: String) throws -> Double {
    let metric = try #require(try result.get().metrics.first { $0.name == name }, "\(name)")
    return try #require(metric.value, "\(name)")
  }

  @Test("the verdict on the credible ball stands beside the two distances that it compares")
  func credibleBall() throws {
    let names = try Self.result.get().metrics.map(\.name)
    let verdict = try #require(names.firstIndex(of: "coverage_ball"))
    #expect(names[(verdict + 1)...].prefix(2) == ["credible_ball_radius", "distance_to_mean"])
    let (radius, distance) = (try Self.number("credible_ball_radius"), try Self.number("distance_to_mean"))
    #expect(radius > 0 && distance > 0 && radius != distance)
    #expect(try Self.number("coverage_ball") == (distance <= radius ? 1 : 0))
    // The same mean of the same draws, summed in another order.
    #expect(try abs(distance - Self.number("rmse_mean")) < 1e-9 * distance)
  }

  @Test("each point of the trace has the expected number of active nodes of all hidden layers")
  func effectiveNodes() throws {
    let nodes = try Self.result.get().trace.map { try #require($0.effectiveNodes) }
    #expect(nodes.count >= 12 && nodes.allSatisfy { (0...9).contains($0) })
    // All nodes are nearly on at first, more than either layer has; gates are frozen at last.
    #expect(try #require(nodes.first) > 5)
    #expect(try nodes.last == Self.number("active_nodes"))
    #expect(try Self.number("active_nodes") == Self.number("active_nodes_0") + Self.number("active_nodes_1"))
  }
}
