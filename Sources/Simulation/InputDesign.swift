import GSL

/// The distribution P_X of the inputs.
public enum InputDesign: Sendable, Hashable {
  /// Independent, uniform on the teacher's domain.
  case uniform
  /// Independent N(0, 1); only for teachers on [−1, 1], which are networks and defined everywhere.
  case gaussian
  /// Uniform on the domain, one by one; jointly a Gaussian copula whose latent normals are AR(1), with correlation
  /// ρ^|i−j|. The inputs themselves have correlation (6/π) asin(ρ^|i−j|/2), within 0.02 of it. −1 < ρ < 1.
  case correlated(Double)

  /// - Throws: `SimulationError` for a ρ out of range or a design that leaves the domain.
  public func validate(on domain: InputDomain) throws(SimulationError) {
    switch self {
    case .uniform: break
    case .gaussian:
      guard domain == .symmetric else {
        throw SimulationError(
          name: "design", value: "gaussian",
          needs: "uniform or correlated, since the teacher is defined on [0, 1] only")
      }
    case .correlated(let rho):
      guard abs(rho) < 1 else {
        throw SimulationError(name: "correlation of the design", value: "\(rho)", needs: "between -1 and 1, excluded")
      }
    }
  }

  /// M₂ = E‖X‖² for p = `inputCount` inputs.
  public func secondMoment(inputCount: Int, domain: InputDomain) -> Double {
    switch self {
    case .gaussian: return Double(inputCount)
    case .uniform, .correlated:
      let a = domain.bounds.lowerBound
      let b = domain.bounds.upperBound
      return Double(inputCount) * (a * a + a * b + b * b) / 3
    }
  }

  /// `count` rows of p inputs, drawn from the stream `key`, row-major.
  ///
  /// - Throws: `SimulationError` as `validate(on:)` does.
  public func sample(
    count: Int, inputCount: Int, domain: InputDomain, key: StreamKey
  ) throws(SimulationError) -> [Double] {
    try validate(on: domain)
    let random = RandomGenerator(key: key)
    var inputs: [Double] = []
    inputs.reserveCapacity(count * inputCount)
    for _ in 0..<count {
      let row = (0..<inputCount).map { _ in self == .uniform ? random.uniform() : random.gaussian() }
      inputs += self == .uniform ? row.map { scale($0, to: domain) } : transform(gaussians: row, domain)
    }
    return inputs
  }

  /// The first `count` points of Sobol's sequence, carried to this design by quantiles, row-major: an average over them
  /// has a smaller error than over random ones.
  ///
  /// - Throws: `SimulationError` as `validate(on:)` does, and for more inputs than the sequence has dimensions (40).
  public func sobolPoints(count: Int, inputCount: Int, domain: InputDomain) throws(SimulationError) -> [Double] {
    try validate(on: domain)
    guard SobolSequence.supportedDimensions.contains(inputCount) else {
      throw SimulationError(
        name: "number of inputs", value: "\(inputCount)", needs: "1 to 40 for Sobol points; draw random ones instead")
    }
    do {
      let sequence = try SobolSequence(dimensions: inputCount)
      var inputs: [Double] = []
      inputs.reserveCapacity(count * inputCount)
      for _ in 0..<count {
        var row = try sequence.next()
        if self == .uniform {
          inputs += row.map { scale($0, to: domain) }
        } else {
          for index in row.indices { row[index] = try normalQuantile(row[index]) }
          inputs += transform(gaussians: row, domain)
        }
      }
      return inputs
    } catch {
      throw SimulationError(name: "number of Sobol points", value: "\(count)", needs: "within the sequence (\(error))")
    }
  }

  /// Independent N(0, 1) variables made a row of the design.
  private func transform(gaussians: [Double], _ domain: InputDomain) -> [Double] {
    guard case .correlated(let rho) = self else { return gaussians }
    let innovation = ((1 - rho) * (1 + rho)).squareRoot()
    var latent = 0.0
    return gaussians.enumerated().map { index, gaussian in
      latent = index == 0 ? gaussian : rho * latent + innovation * gaussian
      return scale(normalCumulative(latent), to: domain)
    }
  }

  private func scale(_ u: Double, to domain: InputDomain) -> Double {
    domain.bounds.lowerBound + (domain.bounds.upperBound - domain.bounds.lowerBound) * u
  }
}
