/// The name of one independent random stream, a node in a tree of streams.
///
///     let cell = StreamKey(seed: 20_261_124).child("data").child(4000).child(replicate)
///
/// Streams are keyed, never sequential: what a stream yields depends on its path from the study's seed only, not on
/// the order in which streams are used, on the thread or on what ran before. `child` mixes with SplitMix64's
/// finaliser (Steele, Lea & Flood, OOPSLA 2014), a bijection of 64 bits, so that siblings never collide.
public struct StreamKey: Hashable, Sendable {
  /// The key of the counter-based generator.
  public let value: UInt64

  /// The root of a study's streams.
  public init(seed: UInt64) { value = Self.mix(seed) }

  private init(value: UInt64) { self.value = value }

  /// The stream numbered `index` below this one.
  public func child(_ index: Int) -> StreamKey {
    StreamKey(value: Self.mix(value &+ (UInt64(bitPattern: Int64(index)) &+ 1) &* 0x9E37_79B9_7F4A_7C15))
  }

  /// The stream called `role` below this one; the name enters by its FNV-1a hash.
  public func child(_ role: String) -> StreamKey {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in role.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return StreamKey(value: Self.mix(value ^ hash))
  }

  /// SplitMix64's finaliser.
  package static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
