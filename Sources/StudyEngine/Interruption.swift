import Synchronization

/// The request to stop a run, such as Ctrl-C; may be made from any thread, or from a signal's dispatch source.
package final class Interruption: Sendable {
  private let requested = Atomic(false)

  package init() {}

  package func request() { requested.store(true, ordering: .relaxed) }

  package var isRequested: Bool { requested.load(ordering: .relaxed) }
}
