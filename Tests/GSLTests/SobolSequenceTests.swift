import Testing

import GSL

@Suite struct SobolSequenceTests {
  @Test("the first points are the published ones")
  func firstPoints() throws {
    let sequence = try SobolSequence(dimensions: 3)
    #expect(try sequence.next() == [0.5, 0.5, 0.5])
    #expect(try sequence.next() == [0.75, 0.25, 0.75])
    #expect(try sequence.next() == [0.25, 0.75, 0.25])
  }

  @Test("the first 2ᵐ − 1 points and the origin fill every dyadic interval once", arguments: [1, 2, 40])
  func stratification(dimensions: Int) throws {
    let sequence = try SobolSequence(dimensions: dimensions)
    var filled = Array(repeating: Set([0]), count: dimensions)
    for _ in 1..<256 {
      for (axis, x) in try sequence.next().enumerated() { filled[axis].insert(Int(x * 256)) }
    }
    #expect(filled.allSatisfy { $0.count == 256 })
  }

  @Test("skipping equals drawing")
  func skip() throws {
    let drawn = try SobolSequence(dimensions: 2)
    let skipped = try SobolSequence(dimensions: 2)
    for _ in 0..<10 { _ = try drawn.next() }
    try skipped.skip(10)
    #expect(try drawn.next() == skipped.next())
  }

  @Test("dimensions that GSL has no numbers for are refused", arguments: [-1, 0, 41])
  func dimensions(count: Int) {
    #expect(throws: GSLError.self) { _ = try SobolSequence(dimensions: count) }
  }
}
