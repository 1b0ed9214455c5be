import CKernels
import COpenBLAS
import NetworkShape

extension Float: NetworkScalar {
  package static func multiply(
    _ transposed: TransposedOperand, m: Int, n: Int, k: Int, _ a: Constant, _ b: Constant, into c: Vector
  ) {
    cblas_sgemm(
      CblasRowMajor, transposed == .left ? CblasTrans : CblasNoTrans, transposed == .right ? CblasTrans : CblasNoTrans,
      Int32(m), Int32(n), Int32(k), 1, a, Int32(transposed == .left ? m : k), b, Int32(transposed == .right ? k : n),
      0, c, Int32(n))
  }
  package static func normals(key: UInt64, high: UInt64, count: Int, into out: Vector) {
    slab_normals_f32(key, high, count, out)
  }
  package static func softplus(count: Int, _ rho: Constant, into value: Vector, slope: Vector) {
    slab_softplus_f32(count, rho, value, slope)
  }
  package static func sample(count: Int, mean: Constant, deviation: Constant, noise: Constant, into out: Vector) {
    slab_sample_f32(count, mean, deviation, noise, out)
  }
  package static func square(count: Int, _ x: Constant, into out: Vector) { slab_square_f32(count, x, out) }
  package static func product(count: Int, factor: Float, _ x: Constant, _ y: Constant, into out: Vector) {
    slab_product_f32(count, factor, x, y, out)
  }
  package static func localNoise(count: Int, noise: Constant, preactivation: Vector, variance: Vector) {
    slab_local_noise_f32(count, noise, preactivation, variance)
  }
  package static func activate(
    _ activation: Activation, rows: Int, columns: Int, gate: Constant, preactivation: Constant, slope: Vector,
    into hidden: Vector
  ) {
    slab_activate_f32(activation.code, rows, columns, gate, preactivation, slope, hidden)
  }
  package static func delta(
    rows: Int, columns: Int, gate: Constant, preactivation: Constant, slope: Constant?, delta: Vector,
    gateGradient: Vector
  ) {
    slab_delta_f32(rows, columns, gate, preactivation, slope, delta, gateGradient)
  }
  package static func addVarianceDelta(
    rows: Int, columns: Int, hidden: Constant, varianceDelta: Constant, to delta: Vector
  ) {
    slab_add_variance_delta_f32(rows, columns, hidden, varianceDelta, delta)
  }
  package static func gaussianDivergence(
    rows: Int, columns: Int, weight: Float, inclusion: Constant, precision: Constant, mean: Constant,
    deviation: Constant, slope: Constant, squares: Vector, logs: Vector, meanGradient: Vector, rhoGradient: Vector
  ) {
    slab_gaussian_divergence_f32(
      rows, columns, weight, inclusion, precision, mean, deviation, slope, squares, logs, meanGradient, rhoGradient)
  }
  package static func adam(
    count: Int, stepSize: Float, rootScale: Float, gradient: Constant, first: Vector, second: Vector, parameter: Vector
  ) {
    slab_adam_f32(count, stepSize, rootScale, gradient, first, second, parameter)
  }
}
