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
    /// A function of the user's own.
    case formula(FormulaTeacher)

    package var inputCount: Int {
      switch self {
      case .sparseNetwork(let network): network.inputs
      case .reference: 20
      case .friedman1(let inputs), .additive(let inputs): inputs
      case .formula(let formula): formula.inputCount
      }
    }
  }

  package private(set) var teacher = Teacher.sparseNetwork(SparseNetwork())
  package private(set) var design = InputDesign.uniform
  /// σ_e, the standard deviation of the noise.
  package private(set) var noise = 0.1
  /// n.
  package private(set) var sampleSize = 1000

  static let keys: [SectionKey<DataSection>] = [
    SectionKey("teacher", Teacher.type, \.teacher, default: "sparse-network", "The regression function f₀."),
    SectionKey(
      "design", InputDesign.type, \.design, default: "uniform",
      "Of the inputs: uniform on the teacher's domain, gaussian, or {correlated: ρ}, a Gaussian copula."),
    SectionKey("noise", .real(.positive), \.noise, default: "0.1", "σ_e, the standard deviation of the noise."),
    SectionKey(
      "sample-size", .whole(2...1_000_000_000), \.sampleSize, default: "1000", "n, the rows of the data; usually a factor."),
  ]

  init(_ field: YAMLField?) throws(StudyFileError) {
    let fields = try SectionKey.read(Self.keys, from: field, into: &self)
    if let field = fields["design"] { try Self.check(design, fits: teacher, field) }
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
    case (.formula(let formula), .gaussian) where formula.domain == .unit:
      throw field.refusal(
        "data.design is gaussian, but the teacher's domain is [0, 1]", expected: "domain: symmetric in the teacher")
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

    package private(set) var inputs: Int
    /// s_0, …, s_{L−1}: active nodes of each hidden layer.
    package private(set) var active: [Int]
    /// k_1, …, k_L.
    package private(set) var hidden: [Int]
    package private(set) var activation: Activation
    package private(set) var magnitude: Magnitude

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

    fileprivate static let keys: [SectionKey<SparseNetwork>] = [
      SectionKey("inputs", .whole(1...1_000_000), \.inputs, default: "20", "The number of inputs."),
      SectionKey(
        "active", .wholes("a list of active nodes, one number a hidden layer"), \.active, default: "[5]",
        "Active nodes of each hidden layer."),
      SectionKey(
        "hidden", .wholes("a list of widths, one a hidden layer"), \.hidden, default: nil,
        "Widths of the hidden layers; those of active unless given."),
      SectionKey(
        "activation", .trainableActivation { $0.valueAtZero == 0 }, \.activation, default: "tanh",
        "The activation of the hidden layers."),
      SectionKey(
        reading: "strength", .real(.positive), default: "1", "x = B²/(k + 1) for every layer; or give bounds."
      ) { field, network throws(StudyFileError) in network.magnitude = .strength(try field.real(.positive)) },
      SectionKey(
        reading: "bounds", .list(.real(.positive)), default: nil, "B_0, …, B_L, the largest row norm of each layer."
      ) { field, network throws(StudyFileError) in
        let expected = "a list of \(network.active.count + 1) bounds, one a hidden layer and one for the output"
        let bounds = try field.list(expected).map { item throws(StudyFileError) in try item.real(.positive) }
        guard bounds.count == network.active.count + 1 else {
          throw field.refusal("\(field.path) has \(bounds.count)", expected: expected)
        }
        network.magnitude = .bounds(bounds)
      },
    ]

    fileprivate init(_ fields: [String: YAMLField]) throws(StudyFileError) {
      self.init()
      try SectionKey.read(Self.keys, from: fields, into: &self)
      if fields["hidden"] == nil { hidden = active }
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
      if let field = fields["bounds"], fields["strength"] != nil {
        throw field.refusal("\(field.path) stands beside strength", expected: "one of the two")
      }
    }
  }
}

extension DataSection.Teacher {
  private enum Kind: String, CaseIterable {
    case sparseNetwork = "sparse-network"
    case reference, friedman1, additive, formula

    /// The keys beside `kind`.
    var keys: [JSONSchema.Property] {
      switch self {
      case .sparseNetwork: DataSection.SparseNetwork.keys.map(\.property)
      case .reference: []
      case .friedman1: InputCount.keys(atLeast: 5).map(\.property)
      case .additive: InputCount.keys(atLeast: 4).map(\.property)
      case .formula: FormulaKeys.keys.map(\.property)
      }
    }
  }

  fileprivate static var type: YAMLType<DataSection.Teacher> {
    let kinds = Kind.allCases.map { (names: [$0.rawValue], keys: $0.keys) }
    return YAMLType(.kinds(kinds, default: "sparse-network", "The kind of teacher.")) { field throws(StudyFileError) in
      try DataSection.Teacher(field)
    }
  }

  private init(_ field: YAMLField) throws(StudyFileError) {
    let (kind, fields) = try field.kind(Kind.self, default: .sparseNetwork) { ["kind"] + $0.keys.map(\.name) }
    switch kind {
    case .sparseNetwork: self = .sparseNetwork(try DataSection.SparseNetwork(fields))
    case .reference: self = .reference
    case .friedman1: self = .friedman1(inputs: try InputCount(fields, atLeast: 5).inputs)
    case .additive: self = .additive(inputs: try InputCount(fields, atLeast: 4).inputs)
    case .formula: self = .formula(try FormulaKeys(fields).teacher(field))
    }
  }

  private struct InputCount {
    var inputs = 10

    static func keys(atLeast minimum: Int) -> [SectionKey<InputCount>] {
      [
        SectionKey(
          "inputs", .whole(minimum...1_000_000), \.inputs, default: "10",
          "The number of inputs; those after the first \(minimum) do nothing.")
      ]
    }

    init(_ fields: [String: YAMLField], atLeast minimum: Int) throws(StudyFileError) {
      try SectionKey.read(Self.keys(atLeast: minimum), from: fields, into: &self)
    }
  }

  private struct FormulaKeys {
    var inputs = 10
    var domain = InputDomain.unit
    var expression: YAMLField?

    static let keys: [SectionKey<FormulaKeys>] = [
      SectionKey("inputs", .whole(1...1_000_000), \.inputs, default: "10", "The number of inputs, x1, x2, ….") ,
      SectionKey(
        "domain", .name, \.domain, default: "unit", "Where each input lies: unit for [0, 1], symmetric for [-1, 1]."),
      SectionKey(
        reading: "expression", .text, default: nil,
        "f₀ as a formula in x1, x2, …, such as sin(2*pi*x1) + abs(x2 - 0.5)^0.7; in quotes."
      ) { field, section in section.expression = field },
    ]

    init(_ fields: [String: YAMLField]) throws(StudyFileError) {
      try SectionKey.read(Self.keys, from: fields, into: &self)
    }

    func teacher(_ field: YAMLField) throws(StudyFileError) -> FormulaTeacher {
      let example = "a formula in quotes, such as \"sin(2*pi*x1) + x2^2\""
      guard let expression else { throw field.refusal("\(field.path) has no 'expression'", expected: example) }
      let text = try expression.text(example)
      do throws(FormulaError) {
        return FormulaTeacher(try Formula(text, inputCount: inputs), domain: domain)
      } catch {
        let start = expression.node.textPosition
        throw StudyFileError(
          at: start.map {
            SourcePosition(source: $0.source, line: $0.line, column: $0.column.map { $0 + error.column - 1 })
          } ?? expression.node.position,
          "\(expression.path): \(error.what) at column \(error.column) of the formula", expected: error.expected,
          suggestion: error.suggestion
            ?? error.name.flatMap { nearestName(to: $0, among: error.candidates) }.map { "'\($0)'" })
      }
    }
  }
}

extension InputDesign {
  fileprivate static let type = YAMLType<InputDesign>(
    .either([
      .names(["uniform", "gaussian"]),
      .mapping(
        [JSONSchema.Property("correlated", .real(.correlation), "ρ: latent normals have correlation ρ^|i−j|.")],
        required: ["correlated"]),
    ])
  ) { field throws(StudyFileError) in
    guard field.isMapping else {
      return try field.choice([("uniform", .uniform), ("gaussian", .gaussian)], or: "{correlated: 0.5}")
    }
    guard let correlation = try field.mapping(["correlated"])["correlated"] else {
      throw field.refusal(expected: "{correlated: 0.5}")
    }
    return .correlated(try correlation.real(.correlation))
  }
}

extension YAMLType<Activation> {
  /// An activation that networks can be trained with, of those that `suits` admits.
  static func trainableActivation(where suits: (Activation) -> Bool = { _ in true }) -> YAMLType {
    .choice(Activation.allCases.filter { $0.isTrainable && suits($0) }.map { ($0.rawValue, $0) })
  }
}

extension YAMLField {
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
