/// The buffers of one training step: allocated once, freed together.
///
/// Hot loops work on the pointers that `take` hands out; whoever owns the memory checks shapes at its edge.
final class ScratchMemory<Scalar: NetworkScalar> {
  private var buffers: [UnsafeMutableRawPointer] = []

  /// `count` zeros, at the start of a cache line.
  func take(_ count: Int) -> UnsafeMutablePointer<Scalar> { take(count, of: Scalar.self, repeating: 0) }

  /// - Precondition: an element holds no reference.
  func take<Element>(_ count: Int, of type: Element.Type, repeating value: Element) -> UnsafeMutablePointer<Element> {
    precondition(_isPOD(Element.self), "\(Element.self) holds a reference, which would never be released")
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    buffers.append(bytes)
    return bytes.initializeMemory(as: type, repeating: value, count: max(count, 1))
  }

  /// A copy of some values.
  func take<Element>(_ values: [Element]) -> UnsafeMutableBufferPointer<Element> {
    guard let first = values.first else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    let place = take(values.count, of: Element.self, repeating: first)
    for (i, value) in values.enumerated() { place[i] = value }
    return UnsafeMutableBufferPointer(start: place, count: values.count)
  }

  deinit { for buffer in buffers { buffer.deallocate() } }
}
