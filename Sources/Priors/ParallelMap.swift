import Dispatch
import Foundation
import Synchronization

/// `body(0)`, …, `body(count − 1)`, computed on several threads and in order whatever their number.
///
/// Workers take the next index until none is left or one has failed. Indices before a failed one have been taken by
/// then, so the first error of all is always the one that is thrown.
/// - Parameter workers: the processor's cores by default.
package func parallelMap<Element: Sendable, Failure: Error>(
  count: Int, workers: Int = activeCoreCount,
  _ body: @Sendable (Int) throws(Failure) -> Element
) throws(Failure) -> [Element] {
  let progress = Mutex(Progress<Element, Failure>(elements: Array(repeating: nil, count: count)))
  DispatchQueue.concurrentPerform(iterations: max(1, min(workers, count))) { _ in
    while true {
      let index = progress.withLock { progress in
        defer { progress.next += 1 }
        return progress.failure == nil && progress.next < count ? progress.next : nil
      }
      guard let index else { return }
      do throws(Failure) {
        let element = try body(index)
        progress.withLock { $0.elements[index] = element }
      } catch {
        progress.withLock { progress in
          if index < progress.failure?.index ?? count { progress.failure = (index, error) }
        }
      }
    }
  }
  let (elements, failure) = progress.withLock { ($0.elements, $0.failure) }
  if let failure { throw failure.error }
  return elements.compactMap { $0 }
}

/// Asked for once: the answer takes the system as long as a short body.
package let activeCoreCount = ProcessInfo.processInfo.activeProcessorCount

private struct Progress<Element, Failure: Error> {
  var next = 0
  var elements: [Element?]
  var failure: (index: Int, error: Failure)?
}
