import CKernels
import COpenBLAS

extension Double: NetworkScalar {
  package static func kernels(_ level: CPULevel) -> UnsafePointer<slab_kernels> {
    slab_double_kernels(level.index)!  // a level is one that the CPU has
  }
  package static func blas(
    m: Int, n: Int, k: Int, _ a: Constant, _ lda: Int, aIsTransposed: Bool, _ b: Constant, _ ldb: Int,
    bIsTransposed: Bool, into c: Vector, _ ldc: Int
  ) {
    cblas_dgemm(
      CblasRowMajor, aIsTransposed ? CblasTrans : CblasNoTrans, bIsTransposed ? CblasTrans : CblasNoTrans, Int32(m),
      Int32(n), Int32(k), 1, a, Int32(lda), b, Int32(ldb), 0, c, Int32(ldc))
  }
}
