import CGSL

/// Sobol's low-discrepancy sequence in the unit cube (GSL's, after Antonov & Saleev), from the point (½, …, ½) on.
///
/// It has a position, so it belongs to one thread.
public final class SobolSequence {
  public let dimensions: Int
  private let pointer: UnsafeMutablePointer<gsl_qrng>

  /// The dimensions that GSL has direction numbers for.
  public static let supportedDimensions = 1...40

  /// - Throws: `GSLError.domain` for `dimensions` outside of 1...40.
  public init(dimensions: Int) throws(GSLError) {
    guard Self.supportedDimensions.contains(dimensions) else {
      throw .domain(
        name: "dimensions of a Sobol sequence", value: Double(dimensions),
        needs: "1 to 40, the direction numbers that GSL has; use pseudo-random points beyond")
    }
    self.dimensions = dimensions
    pointer = gsl_qrng_alloc(slab_gsl_qrng_sobol(), UInt32(dimensions))
  }

  deinit { gsl_qrng_free(pointer) }

  /// The next point: `dimensions` coordinates in (0, 1).
  ///
  /// - Throws: `GSLError.failure` once the 2³⁰ points that GSL can number are used up.
  public func next() throws(GSLError) -> [Double] {
    _ = abortingHandlerIsOff
    var point = [Double](repeating: 0, count: dimensions)
    try check(gsl_qrng_get(pointer, &point), "gsl_qrng_get")
    return point
  }

  /// Leaves out the next `count` points (in time proportional to `count`).
  public func skip(_ count: Int) throws(GSLError) {
    for _ in 0..<count { _ = try next() }
  }
}
