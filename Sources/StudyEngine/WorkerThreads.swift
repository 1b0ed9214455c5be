import Foundation

/// Threads that are waited for, with stacks for numerical kernels.
///
/// Foundation's `Thread` cannot be joined and releases what its closure holds only while the system tears the thread
/// down. libdispatch has freed the thread's cache by then but still takes memory from it: a database queue whose last
/// reference goes there corrupts the heap. These threads release the work while they are whole.
enum WorkerThreads {
  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Does the work on so many threads at once, and returns when all are gone with what they held.
  ///
  /// Where the system has no more threads to give, fewer do it, and the calling thread if there is none.
  static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
    let work = Work(body)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    // Threads start with as little as half a megabyte on some systems; kernels keep small buffers on the stack.
    pthread_attr_setstacksize(&attributes, 8 << 20)
    let threads = (0..<count).compactMap { _ in start(work, &attributes) }
    if threads.isEmpty, count > 0 { body() }
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Nil if the system has no thread to give.
  private static func start(_ work: Work, _ attributes: UnsafePointer<pthread_attr_t>) -> pthread_t? {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let held = Unmanaged.passRetained(work).toOpaque()
    if pthread_create(&thread, attributes, { workerMain($0) }, held) == 0 { return thread }
    Unmanaged<Work>.fromOpaque(held).release()
    return nil
  }

  fileprivate static func takeWork(_ pointer: UnsafeMutableRawPointer) -> @Sendable () -> Void {
    Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body
  }
}

/// A thread's start routine. (`pthread_create` takes it with an optional argument on some systems, without on others.)
private func workerMain(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let work { WorkerThreads.takeWork(work)() }
  return nil
}
