import NetworkShape
import Testing

@Suite struct WeightBoundsTests {
  let topology: Topology
  init() throws { topology = try Topology(widths: [4, 6, 3]) }

  @Test func theOutputLayerIsWhollyActive() throws {
    let bounds = try WeightBounds(hiddenActiveNodes: [2], rowNorms: [1, 2], topology: topology)
    #expect(bounds.activeNodes == [2, 3])
    #expect(try bounds == WeightBounds(activeNodes: [2, 3], rowNorms: [1, 2], topology: topology))
  }

  @Test(
    "what does not fit the topology is named, with what would",
    arguments: [
      ([2], [1, 1], "active nodes is [2]; it must be 2 numbers, one a layer with the output layer"),
      ([2, 3], [1], "row-norm bounds is [1.0]; it must be 2 numbers, one a layer with the output layer"),
      ([7, 3], [1, 1], "the number of active nodes in layer 0 is 7; it must be from 1 to the layer's 6 nodes"),
      ([0, 3], [1, 1], "the number of active nodes in layer 0 is 0; it must be from 1 to the layer's 6 nodes"),
      ([2, 2], [1, 1], "the number of active nodes in the output layer is 2; it must be 3, all of its nodes"),
      ([2, 3], [1, 0], "the row-norm bound of layer 1 is 0.0; it must be positive and finite"),
      ([2, 3], [.infinity, 1], "the row-norm bound of layer 0 is inf; it must be positive and finite"),
      ([2, 3], [.nan, 1], "the row-norm bound of layer 0 is nan; it must be positive and finite"),
    ] as [([Int], [Double], String)])
  func refusals(active: [Int], norms: [Double], message: String) {
    let error = #expect(throws: ShapeError.self) {
      try WeightBounds(activeNodes: active, rowNorms: norms, topology: topology)
    }
    #expect(error?.description == message)
  }
}
