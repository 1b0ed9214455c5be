import NetworkShape
import Simulation

/// `data:`, what is observed: teacher, design, noise, sample size.
package struct DataSection: Sendable, Equatable {
  /// The regression function f_0.
  package enum Teacher: Sendable, Equatable {
    case sparseNetwork(SparseNetwork)
    /// The reference regression whose rows a SplitMix64 generator fixes: 20 inputs, 5 active tanh nodes.
    case reference
    /// Friedman's first function of five inputs; the others are noise.
    case friedman1(inputs: Int)
    /// A sum of one function an input.
    case additive(inputs: Int)

    package var inputCount: Int {
      switch self {
      case .sparseNetwork(let network): network.inputs
      case .reference: 20
      case .friedman1(let inputs), .additive(let inputs): inputs
      }
    }
  }

  package let teacher: Teacher
  package let design: InputDesign
  /// σ_e, the standard deviation of the noise.
  package let noise: Double
  /// n.
  package let sampleSize: Int

  static let keys = ["teacher", "design", "noise", "sample-size"]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try field?.mapping(Self.keys) ?? [:]
    teacher = try fields["teacher"].map(Teacher.init) ?? .sparseNetwork(SparseNetwork())
    design = try fields["design"].map(InputDesign.init) ?? .uniform
    if let field = fields["design"] { try Self.check(design, fits: teacher, field) }
    noise = try fields["noise"]?.real(.positive) ?? 0.1
    sampleSize = try fields["sample-size"]?.whole(2...1_000_000_000) ?? 1000
  }

  /// Refuses a design that the teacher is not defined on.
  private static func check(
    _ design: InputDesign, fits teacher: Teacher, _ field: YAMLField
  ) throws(StudyFileError) {
    switch (teacher, design) {
    case (.reference, .gaussian), (.reference, .correlated):
      throw field.refusal(
        "data.design is \(field.node.printed), but the reference regression brings its own", expected: "uniform")
    case (.friedman1, .gaussian), (.additive, .gaussian):
      throw field.refusal(
        "data.design is gaussian, but the teacher is defined on [0, 1] only", expected: "uniform or {correlated: 0.5}")
    default: break
    }
  }
}

extension DataSection {
  /// A network of which only a few nodes a layer do anything: the truth that a sparse posterior should find.
  package struct SparseNetwork: Sendable, Equatable {
    /// How large the active nodes' rows are.
    package enum Magnitude: Sendable, Equatable {
      /// One effective strength x = B²/(k + 1) for all layers (THEORY.md 1.2).
      case strength(Double)
      /// B_0, …, B_L: the largest row norm of each layer.
      case bounds([Double])
    }

    package let inputs: Int
    /// s_0, …, s_{L−1}: active nodes of each hidden layer.
    package let active: [Int]
    /// k_1, …, k_L.
    package let hidden: [Int]
    package let activation: Activation
    package let magnitude: Magnitude

    /// k_0, …, k_{L+1}.
    package var widths: [Int] { [inputs] + hidden + [1] }

    /// B_0, …, B_L: given, or √(x (k_l + 1)) from the strength.
    package var rowNorms: [Double] {
      switch magnitude {
      case .bounds(let bounds): bounds
      case .strength(let strength): widths.dropLast().map { (strength * Double($0 + 1)).squareRoot() }
      }
    }

    init(
      inputs: Int = 20, active: [Int] = [5], hidden: [Int]? = nil, activation: Activation = .tanh,
      magnitude: Magnitude = .strength(1)
    ) {
      self.inputs = inputs
      self.active = active
      self.hidden = hidden ?? active
      self.activation = activation
      self.magnitude = magnitude
    }

    fileprivate init(_ fields: [String: YAMLField]) throws(StudyFileError) {
      let active = try fields["active"]?.wholes("a list of active nodes, one number a hidden layer") ?? [5]
      let hidden = try fields["hidden"]?.wholes("a list of widths, one a hidden layer") ?? active
      if let field = fields["hidden"] ?? fields["active"] {
        guard hidden.count == active.count else {
          throw field.refusal(
            "\(field.path) is \(field.node.printed)", expected: "as many hidden layers as active has (\(active.count))")
        }
        guard zip(hidden, active).allSatisfy({ $0 >= $1 }) else {
          throw field.refusal(
            "\(field.path) is \(field.node.printed)", expected: "widths not below the active nodes \(active)")
        }
      }
      var magnitude = Magnitude.strength(1)
      if let strength = fields["strength"] { magnitude = .strength(try strength.real(.positive)) }
      if let field = fields["bounds"] {
        guard fields["strength"] == nil else {
          throw field.refusal("\(field.path) stands beside strength", expected: "one of the two")
        }
        let expected = "a list of \(active.count + 1) bounds, one a hidden layer and one for the output"
        let bounds = try field.list(expected).map { item throws(StudyFileError) in try item.real(.positive) }
        guard bounds.count == active.count + 1 else {
          throw field.refusal("\(field.path) has \(bounds.count)", expected: expected)
        }
        magnitude = .bounds(bounds)
      }
      self.init(
        inputs: try fields["inputs"]?.whole(1...1_000_000) ?? 20, active: active, hidden: hidden,
        activation: try fields["activation"]?.trainableActivation { $0.valueAtZero == 0 } ?? .tanh, magnitude: magnitude)
    }
  }
}

extension DataSection.Teacher {
  private enum Kind: String, CaseIterable {
    case sparseNetwork = "sparse-network"
    case reference, friedman1, additive

    var keys: [String] {
      switch self {
      case .sparseNetwork: ["kind", "inputs", "active", "hidden", "activation", "strength", "bounds"]
      case .reference: ["kind"]
      case .friedman1, .additive: ["kind", "inputs"]
      }
    }
  }

  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    let (kind, fields) = try field.kind(Kind.self, default: .sparseNetwork, keys: \.keys)
    switch kind {
    case .sparseNetwork: self = .sparseNetwork(try DataSection.SparseNetwork(fields))
    case .reference: self = .reference
    case .friedman1: self = .friedman1(inputs: try fields["inputs"]?.whole(5...1_000_000) ?? 10)
    case .additive: self = .additive(inputs: try fields["inputs"]?.whole(4...1_000_000) ?? 10)
    }
  }
}

extension InputDesign {
  fileprivate init(_ field: YAMLField) throws(StudyFileError) {
    if field.isMapping {
      let fields = try field.mapping(["correlated"])
      guard let correlation = fields["correlated"] else { throw field.refusal(expected: "{correlated: 0.5}") }
      self = .correlated(try correlation.real(.correlation))
    } else {
      self = try field.choice([("uniform", .uniform), ("gaussian", .gaussian)], or: "{correlated: 0.5}")
    }
  }
}

extension YAMLField {
  /// An activation that networks can be trained with, of those that `suits` admits.
  func trainableActivation(
    where suits: (Activation) -> Bool = { _ in true }
  ) throws(StudyFileError) -> Activation {
    try choice(Activation.allCases.filter { $0.isTrainable && suits($0) }.map { ($0.rawValue, $0) })
  }

  /// A name, or a mapping whose `kind` is the name and whose other keys depend on it.
  func kind<Kind: CaseIterable & RawRepresentable>(
    _ type: Kind.Type, default fallback: Kind, aliases: [String: Kind] = [:], keys: (Kind) -> [String]
  ) throws(StudyFileError) -> (Kind, [String: YAMLField]) where Kind.RawValue == String {
    let options = type.allCases.map { (name: $0.rawValue, value: $0) }
    guard isMapping else {
      return (try choice(options, aliases: aliases, or: "a mapping with such a kind"), [:])
    }
    let kind =
      try node["kind"].map { node throws(StudyFileError) in
        try YAMLField(node: node, path: "\(path).kind").choice(options, aliases: aliases)
      } ?? fallback
    return (kind, try mapping(keys(kind)))
  }
}
