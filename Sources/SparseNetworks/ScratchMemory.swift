/// The buffers of one training step: allocated once, freed together.
///
/// Hot loops work on the pointers that `take` hands out; whoever owns the memory checks shapes at its edge.
final class ScratchMemory<Scalar: NetworkScalar> {
  private var buffers: [UnsafeMutableRawPointer] = []

  /// `count` zeros, at the start of a cache line.
  func take(_ count: Int) -> UnsafeMutablePointer<Scalar> { take(count, of: Scalar.self, repeating: 0) }

  func take<Element>(_ count: Int, of type: Element.Type, repeating value: Element) -> UnsafeMutablePointer<Element> {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
    buffers.append(bytes)
    return bytes.initializeMemory(as: type, repeating: value, count: max(count, 1))
  }

  deinit { for buffer in buffers { buffer.deallocate() } }
}
