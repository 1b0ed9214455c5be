import Foundation
import GSL

/// Whether `make test-all` runs: every combination rather than a sample.
package let testsEveryCombination = ProcessInfo.processInfo.environment["SLABLAB_TEST_ALL"] != nil

/// `count` of the elements, drawn with a seed that is printed and can be set by SLABLAB_TEST_SEED; all of them in
/// `make test-all`.
package func sample<Element>(_ elements: [Element], count: Int, what: String) -> [Element] {
  guard !testsEveryCombination else { return elements }
  let seed = ProcessInfo.processInfo.environment["SLABLAB_TEST_SEED"].flatMap(UInt64.init) ?? 20261128
  print("\(what): \(count) of \(elements.count) combinations, SLABLAB_TEST_SEED=\(seed)")
  let generator = RandomGenerator(key: StreamKey(seed: seed).child(what))
  return (0..<count).map { _ in elements[Int(generator.uniform() * Double(elements.count))] }
}
