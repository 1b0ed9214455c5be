import CGSL
import CKernels

/// A stream of random numbers, which every sampler of GSL can draw from.
///
///     let random = RandomGenerator(key: StreamKey(seed: 7).child("design"))
///     let noise = (0..<100).map { _ in random.gaussian() }
///
/// It has a position, so it belongs to one thread: give each task its own key instead of sharing a generator.
public final class RandomGenerator {
  /// GSL's own generators, for comparison with other programs that use them.
  public enum Algorithm: String, CaseIterable, Sendable {
    /// MT19937.
    case mersenneTwister = "mersenne-twister"
    /// RANLUX in double precision, luxury level 2.
    case ranlxd2
    /// The combined Tausworthe generator of L'Ecuyer, with corrected seeding.
    case taus2

    /// The seeds that give distinct streams: GSL reads 0 as another seed and drops the bits above these.
    public var seeds: ClosedRange<UInt64> {
      switch self {
      case .mersenneTwister, .taus2: 1...0xFFFF_FFFF
      case .ranlxd2: 1...0x7FFF_FFFF
      }
    }
  }

  /// The state; samplers of this module draw from it.
  let pointer: UnsafeMutablePointer<gsl_rng>

  /// The start of the stream named `key`, by Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC'11).
  public convenience init(key: StreamKey) {
    // C declares the type untyped, to keep GSL out of its header.
    self.init(type: slab_gsl_rng_philox().assumingMemoryBound(to: gsl_rng_type.self), seed: key.value)
  }

  /// GSL's generator `algorithm`, started as `gsl_rng_set` does.
  ///
  /// - Throws: `GSLError.domain` for a seed outside of `algorithm.seeds`.
  public convenience init(algorithm: Algorithm, seed: UInt64) throws(GSLError) {
    let seeds = algorithm.seeds
    guard seeds.contains(seed) else {
      throw .domain(
        name: "seed of \(algorithm.rawValue)", value: Double(seed), needs: "\(seeds.lowerBound) to \(seeds.upperBound)")
    }
    let type = switch algorithm {
    case .mersenneTwister: slab_gsl_rng_mt19937()
    case .ranlxd2: slab_gsl_rng_ranlxd2()
    case .taus2: slab_gsl_rng_taus2()
    }
    self.init(type: type, seed: seed)
  }

  private init(type: UnsafePointer<gsl_rng_type>?, seed: UInt64) {
    pointer = gsl_rng_alloc(type)  // null only without memory, where Swift itself traps
    gsl_rng_set(pointer, UInt(seed))
  }

  deinit { gsl_rng_free(pointer) }

  /// U[0, 1); 53 random bits from a keyed stream, 48 from ranlxd2, 32 from the others.
  public func uniform() -> Double { gsl_rng_uniform(pointer) }

  /// U(0, 1): never 0, so that its logarithm is finite.
  public func positiveUniform() -> Double { gsl_rng_uniform_pos(pointer) }

  /// N(0, 1), by the ziggurat of Marsaglia & Tsang.
  public func gaussian() -> Double { gsl_ran_gaussian_ziggurat(pointer, 1) }

  /// An index in `0..<bound`, each equally likely.
  ///
  /// - Precondition: `bound` is the count of something that can be indexed: 1 to 2³² − 1.
  public func index(below bound: Int) -> Int {
    precondition((1...0xFFFF_FFFF).contains(bound), "no index below \(bound) can be drawn")
    return Int(gsl_rng_uniform_int(pointer, UInt(bound)))
  }
}
