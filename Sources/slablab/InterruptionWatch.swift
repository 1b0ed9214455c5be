import Foundation
import StudyEngine

/// Turns Ctrl-C and SIGTERM into a request to stop; a second one ends the process.
final class InterruptionWatch {
  private var sources: [any DispatchSourceSignal] = []
  /// A request of its own: `--until` makes one too.
  private let signalled = Interruption()

  var wasSignalled: Bool { signalled.isRequested }

  /// - Parameter endsAtSecond: whether a second signal ends the process at once. A cluster sends several, and kills by
  ///   itself who takes too long.
  init(_ interruption: Interruption, endsAtSecond: Bool = true) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [signalled] in
        if endsAtSecond, signalled.isRequested { _exit(130) }
        signalled.request()
        interruption.request()
      }
      source.resume()
      sources.append(source)
    }
  }

  func end() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
