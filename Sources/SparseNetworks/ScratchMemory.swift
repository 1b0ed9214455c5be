/// The buffers of one training step: allocated once, freed together.
///
/// Hot loops work on the pointers that `take` hands out; whoever owns the memory checks shapes at its edge.
final class ScratchMemory<Scalar: NetworkScalar> {
  private var buffers: [UnsafeMutablePointer<Scalar>] = []

  /// `count` zeros.
  func take(_ count: Int) -> UnsafeMutablePointer<Scalar> {
    let buffer = UnsafeMutablePointer<Scalar>.allocate(capacity: max(count, 1))
    buffer.initialize(repeating: 0, count: max(count, 1))
    buffers.append(buffer)
    return buffer
  }

  deinit { for buffer in buffers { buffer.deallocate() } }
}
