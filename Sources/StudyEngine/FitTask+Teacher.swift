import Simulation

extension FitTask {
  /// s_0 + … + s_{L−1}, the truth's active hidden nodes; nil where the teacher is no network, or has other layers than
  /// the student, whose nodes then cannot be held against its.
  package var teacherActiveNodes: Int? {
    switch data.teacher {
    case .sparseNetwork(let network):
      network.active.count == model.hidden.count ? network.active.reduce(0, +) : nil
    case .reference: model.hidden.count == 1 ? ReferenceRegression.hiddenNodeCount : nil
    case .friedman1, .additive, .formula: nil
    }
  }
}
