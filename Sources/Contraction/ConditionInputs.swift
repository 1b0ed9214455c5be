import NetworkShape

/// c_min, c_max and the activation: what 6.7 reads beside the rate itself.
package struct ConditionInputs: Sendable, Equatable {
  package var activation: Activation
  package var minimumConstant: Double
  package var maximumConstant: Double
  package var topologyIsValid: Bool

  package init(activation: Activation, minimumConstant: Double, maximumConstant: Double, topologyIsValid: Bool) {
    self.activation = activation
    self.minimumConstant = minimumConstant
    self.maximumConstant = maximumConstant
    self.topologyIsValid = topologyIsValid
  }
}
