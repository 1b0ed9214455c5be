import CKernels
import NetworkShape

/// The number type of a training step: `Float` trains, `Double` checks the very same code to nine digits.
///
/// Each requirement is one pass over memory, documented in `network_kernels.h`; `multiply` is BLAS.
package protocol NetworkScalar: BinaryFloatingPoint, Sendable {
  typealias Vector = UnsafeMutablePointer<Self>
  typealias Constant = UnsafePointer<Self>

  /// C (m × n) = op(A) op(B), row-major, with inner dimension k; `transposed` says which operand is stored transposed.
  static func multiply(
    _ transposed: TransposedOperand, m: Int, n: Int, k: Int, _ a: Constant, _ b: Constant, into c: Vector)
  static func normals(key: UInt64, high: UInt64, count: Int, into out: Vector)
  static func softplus(count: Int, _ rho: Constant, into value: Vector, slope: Vector)
  static func sample(count: Int, mean: Constant, deviation: Constant, noise: Constant, into out: Vector)
  static func square(count: Int, _ x: Constant, into out: Vector)
  static func product(count: Int, factor: Self, _ x: Constant, _ y: Constant, into out: Vector)
  static func localNoise(count: Int, noise: Constant, preactivation: Vector, variance: Vector)
  static func activate(
    _ activation: Activation, rows: Int, columns: Int, gate: Constant, preactivation: Constant, slope: Vector,
    into hidden: Vector)
  static func delta(
    rows: Int, columns: Int, gate: Constant, preactivation: Constant, slope: Constant?, delta: Vector,
    gateGradient: Vector)
  static func addVarianceDelta(rows: Int, columns: Int, hidden: Constant, varianceDelta: Constant, to delta: Vector)
  static func gaussianDivergence(
    rows: Int, columns: Int, weight: Self, inclusion: Constant, precision: Constant, mean: Constant,
    deviation: Constant, slope: Constant, squares: Vector, logs: Vector, meanGradient: Vector, rhoGradient: Vector)
  static func adam(
    count: Int, stepSize: Self, rootScale: Self, gradient: Constant, first: Vector, second: Vector, parameter: Vector)
}

/// Which operand of a product is stored transposed.
package enum TransposedOperand { case none, left, right }

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
