import CKernels
import COpenBLAS
import Foundation

/// The matrix products' library, as this process resolved it.
package enum BLAS {
  /// Cells run in parallel, each on one thread; a threaded product inside a cell would change bits and lose time.
  package static let useOneThread: Void = openblas_set_num_threads(1)

  /// One thread, and an end to those that OpenBLAS starts with a process: they spin for some 30 ms, waiting for work that
  /// never comes, on a processor that a short command would use itself. For a program's first act: nobody else may be
  /// multiplying meanwhile.
  package static func stopIdleThreads() {
    useOneThread
    slab_call_if_loaded("blas_thread_shutdown_")  // a threaded OpenBLAS has it
  }

  /// OpenBLAS's description of its build, e.g. `OpenBLAS 0.3.21 … DYNAMIC_ARCH`.
  package static var configuration: String {
    String(cString: openblas_get_config()).trimmingCharacters(in: .whitespaces)
  }
  /// OpenBLAS's kernel for this CPU, e.g. `Haswell`.
  package static var kernel: String { String(cString: openblas_get_corename()) }

  /// The file that `cblas_dgemm` comes from, for GSL's own calls too: whichever library was named first at link time.
  package static var library: String? {
    slab_loaded_library("cblas_dgemm").map {
      URL(fileURLWithPath: String(cString: $0)).resolvingSymlinksInPath().path
    }
  }

  /// Whether that is GSL's reference CBLAS: right, but many times slower.
  package static var isSlowReference: Bool { library?.contains("gslcblas") ?? true }
}
