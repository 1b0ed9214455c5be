import NetworkShape
import Testing

@Suite struct TopologyTests {
  @Test func namesItsParts() throws {
    let topology = try Topology(widths: [20, 30, 15, 1])
    #expect(topology.hiddenLayerCount == 2)
    #expect(topology.layerCount == 3)
    #expect(topology.inputCount == 20)
    #expect(topology.outputCount == 1)
    #expect((0..<3).map(topology.groupSize(ofLayer:)) == [21, 31, 16])
    #expect((0..<3).map(topology.nodeCount(ofLayer:)) == [30, 15, 1])
  }

  @Test("impossible widths are refused", arguments: [[], [3], [3, 0, 1], [-2, 1]])
  func refusals(widths: [Int]) {
    #expect(throws: ShapeError.self) { try Topology(widths: widths) }
  }
}
