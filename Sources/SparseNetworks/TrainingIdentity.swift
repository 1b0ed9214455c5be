import GSL

/// What a training is of: every setting of model and recipe by name, the table and the key.
struct TrainingIdentity: Codable, Equatable, Sendable {
  struct Setting: Codable, Equatable, Sendable {
    let name: String
    let value: String
  }

  /// To be raised where the numbers of a step change on purpose: half a training by one arithmetic and half by another would
  /// be nobody's.
  private static let arithmetic = 5

  let settings: [Setting]

  init(model: NetworkModel, recipe: TrainingRecipe, data: TrainingSet<Float>, key: StreamKey) {
    // By reflection, so that no setting can be forgotten.
    func settings(_ name: String, _ value: Any) -> [Setting] {
      Mirror(reflecting: value).children.map { Setting(name: "\(name)'s \($0.label ?? "?")", value: "\($0.value)") }
    }
    self.settings =
      [
        Setting(name: "program's arithmetic (a version)", value: "\(Self.arithmetic)"),
        Setting(name: "seed (as a hash)", value: String(key.value, radix: 16)),
      ] + settings("model", model) + settings("recipe", recipe) + [
        Setting(name: "rows", value: "\(data.rowCount)"),
        Setting(name: "data (as a hash)", value: String(data.fingerprint, radix: 16)),
      ]
  }

  /// - Throws: `FitError.mismatch` that names the first thing that differs.
  func require(_ other: TrainingIdentity) throws(FitError) {
    guard self != other else { return }
    let pair = zip(other.settings, settings).first { $0 != $1 }
    throw FitError.mismatch(
      what: "the saved training is another one, to go on with by its own arguments or to be removed; its "
        + (pair?.0.name ?? "settings"),
      found: pair?.0.value ?? "\(other.settings.count)", expected: pair?.1.value ?? "\(settings.count)")
  }
}

extension TrainingSet {
  /// Of all numbers, bit for bit.
  fileprivate var fingerprint: UInt64 {
    var hash = FNVHash()
    inputs.withUnsafeBytes { hash.combine($0) }
    realTargets.withUnsafeBytes { hash.combine($0) }
    classes.withUnsafeBytes { hash.combine($0) }
    return hash.value
  }
}
