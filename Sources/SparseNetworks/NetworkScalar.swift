import CKernels
import NetworkShape

/// The number type of a training step: `Float` trains, `Double` checks the very same code to nine digits.
package protocol NetworkScalar: BinaryFloatingPoint, Sendable {
  typealias Vector = UnsafeMutablePointer<Self>
  typealias Constant = UnsafePointer<Self>

  /// The passes of a step, documented in `network_kernels.h`. Their pointers are untyped there: to `Self`.
  static func kernels(_ level: CPULevel) -> UnsafePointer<slab_kernels>
  /// C (m × n) = A B by BLAS, row-major; `aIsTransposed`: A is stored k × m. Rows are `lda`, `ldb`, `ldc` apart.
  static func blas(
    m: Int, n: Int, k: Int, _ a: Constant, _ lda: Int, aIsTransposed: Bool, _ b: Constant, _ ldb: Int,
    bIsTransposed: Bool, into c: Vector, _ ldc: Int)
}

extension NetworkScalar {
  static var kernels: UnsafePointer<slab_kernels> { kernels(.current) }
}

extension Int {
  /// The room that so many rows of a minibatch take: whole vectors.
  var wholeLanes: Int { (self + Int(SLAB_LANE_MULTIPLE) - 1) / Int(SLAB_LANE_MULTIPLE) * Int(SLAB_LANE_MULTIPLE) }
}

extension Activation {
  /// The kernels' number for it; `NetworkModel` admits no activation but these.
  var code: Int32 {
    switch self {
    case .relu: Int32(SLAB_RELU.rawValue)
    case .leakyRelu: Int32(SLAB_LEAKY_RELU.rawValue)
    case .elu: Int32(SLAB_ELU.rawValue)
    case .tanh: Int32(SLAB_TANH.rawValue)
    case .silu: Int32(SLAB_SILU.rawValue)
    case .gelu: Int32(SLAB_GELU.rawValue)
    case .softplus: Int32(SLAB_SOFTPLUS.rawValue)
    default: Int32(SLAB_IDENTITY.rawValue)
    }
  }
}
