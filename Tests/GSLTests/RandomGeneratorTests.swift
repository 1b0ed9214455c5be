import CKernels
import Testing

@testable import GSL

@Suite struct RandomGeneratorTests {
  struct KnownAnswer: Sendable { let key, counterHigh, counterLow: UInt64, words: [UInt32] }

  /// philox4x32-10 of Random123's kat_vectors; a 64-bit number is two of its words, the first one low.
  static let knownAnswers = [
    KnownAnswer(
      key: 0, counterHigh: 0, counterLow: 0, words: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    KnownAnswer(
      key: .max, counterHigh: .max, counterLow: .max, words: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    KnownAnswer(
      key: 0x299f_31d0_a409_3822, counterHigh: 0x0370_7344_1319_8a2e, counterLow: 0x85a3_08d3_243f_6a88,
      words: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]

  @Test("Philox gives the words that its authors published", arguments: knownAnswers)
  func knownAnswer(answer: KnownAnswer) {
    let word = slab_philox4x32(answer.key, answer.counterHigh, answer.counterLow).word
    #expect([word.0, word.1, word.2, word.3] == answer.words)
  }

  @Test("a uniform takes 53 bits of two words, block after block")
  func uniformReadsTheBlocks() {
    let key = StreamKey(seed: 11)
    let random = RandomGenerator(key: key)
    for counter in 0..<3 {
      let word = slab_philox4x32(key.value, 0, UInt64(counter)).word
      for (high, low) in [(word.0, word.1), (word.2, word.3)] {
        #expect(random.uniform() == Double((UInt64(high) << 32 | UInt64(low)) >> 11) * 0x1p-53)
      }
    }
  }

  @Test("a stream depends on its key only")
  func sameKeySameStream() {
    let key = StreamKey(seed: 3)
    func draws(_ key: StreamKey) -> [Double] {
      let random = RandomGenerator(key: key)
      return (0..<50).map { _ in random.gaussian() }
    }
    #expect(draws(key.child("a")) == draws(key.child("a")))
    #expect(draws(key.child("a")) != draws(key.child("b")))
  }

  @Test("the Mersenne twister is the published one: its 10 000th word from seed 5489")
  func mersenneTwister() throws {
    // 4123659995 is what the C++ standard requires of mt19937 (26.6.5).
    let random = try RandomGenerator(algorithm: .mersenneTwister, seed: 5489)
    for _ in 0..<9999 { _ = random.uniform() }
    #expect(random.uniform() * 0x1p32 == 4_123_659_995)
  }

  @Test("a seed that GSL would cut to another one is refused", arguments: RandomGenerator.Algorithm.allCases)
  func seedRange(algorithm: RandomGenerator.Algorithm) throws {
    let largest = algorithm.seeds.upperBound
    _ = try RandomGenerator(algorithm: algorithm, seed: largest)
    for seed in [0, largest + 1, .max] {
      #expect(throws: GSLError.self) { _ = try RandomGenerator(algorithm: algorithm, seed: seed) }
    }
    let refusal = #expect(throws: GSLError.self) { _ = try RandomGenerator(algorithm: algorithm, seed: 0) }
    #expect(
      refusal?.description
        == "seed of \(algorithm.rawValue) = 0.0 is outside of the domain: it must be 1 to \(largest)")
  }

  @Test("indices are equally likely")
  func indices() {
    // χ² with 6 degrees of freedom exceeds 38.2 once in 10⁶ seeds; seed fixed.
    let random = RandomGenerator(key: StreamKey(seed: 5))
    var counts = [Double](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[random.index(below: 7)] += 1 }
    let chiSquared = counts.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 }
    #expect(chiSquared < 38.2)
  }
}
