import Priors
import SparseNetworks

/// Factors × replicates to cells: the file's tree with each combination of levels substituted, then decoded.
struct CellExpansion {
  let root: YAMLNode
  let declarations: [FactorDeclaration]
  let exclusions: [[FactorValue]]
  let replicates: Int
  let seed: UInt64
  let theory: TheorySection

  private static let maximumCells = 1_000_000

  /// All cells in table order.
  /// - Throws: `StudyFileError` at the value that makes a cell impossible, or at `position` if there are too many
  ///   cells, none, or two with the same content.
  func cells(at position: SourcePosition) throws(StudyFileError) -> [Cell] {
    var count = replicates
    for declaration in declarations {
      count *= declaration.nodes.count  // at most 10⁶ · 10⁵
      guard count <= Self.maximumCells else {
        throw StudyFileError(
          at: position, "the factors cross to more than \(Self.maximumCells) cells", expected: "fewer")
      }
    }
    var cells = [Cell]()
    var seen = [String: Cell]()
    for levels in combinations() where !isExcluded(levels) {
      let sections = try decode(levels)
      for replicate in 1...replicates {
        let cell = Cell(
          index: cells.count, factors: factorValues(levels), slab: slabLabel(levels, sections.model),
          replicate: replicate, sections: sections, seed: seed)
        if let twin = seen.updateValue(cell, forKey: cell.contentHash) {
          throw StudyFileError(
            at: position, "cells \(twin.index) and \(cell.index) are the same fit: \(describe(levels)) changes nothing",
            expected: "factors whose values differ")
        }
        cells.append(cell)
      }
    }
    guard !cells.isEmpty else {
      throw StudyFileError(at: position, "the exclusions leave no cell", expected: "at least one combination")
    }
    return cells
  }

  /// The indices of the levels of each factor, the last factor fastest.
  private func combinations() -> [[Int]] {
    declarations.reduce([[]]) { prefixes, declaration in
      prefixes.flatMap { prefix in declaration.nodes.indices.map { prefix + [$0] } }
    }
  }

  private func isExcluded(_ levels: [Int]) -> Bool {
    exclusions.contains { exclusion in
      exclusion.allSatisfy { excluded in
        zip(declarations, levels).contains { $0.factor.name == excluded.name && $0.factor.levels[$1] == excluded.value }
      }
    }
  }

  private func decode(_ levels: [Int]) throws(StudyFileError) -> Cell.Sections {
    // Short paths first: `model.slab` must stand before `model.slab.cap` reaches into it.
    let order = declarations.indices.sorted {
      (declarations[$0].factor.path.count, $0) < (declarations[$1].factor.path.count, $1)
    }
    let tree = order.reduce(root) { tree, index in
      let declaration = declarations[index]
      return tree.setting(
        declaration.factor.path[...], to: declaration.nodes[levels[index]], keyPosition: declaration.position)
    }
    let section = { (key: String) in tree[key].map { YAMLField(node: $0, path: key) } }
    let data = try DataSection(section("data"))
    let model = try ModelSection(section("model"))
    if model.inclusion == .theorem, let node = tree["model"]?["inclusion"] {
      do {
        _ = try TheoryCurve.rate(model, data, inclusionConstant: theory.inclusionConstant)
      } catch {
        throw StudyFileError(
          at: node.position, "model.inclusion is 'theorem', but \(error.reason)",
          expected: "a probability or {log: -20}")
      }
    }
    let training = try TrainingRecipe(section("training"), activation: model.activation)
    let measure = try MeasureSection(section("measure"))
    let memory = CellMemory(data: data, model: model, training: training, measure: measure).bytes
    guard memory < CellMemory.available else {
      throw StudyFileError(
        at: tree.position,
        "a cell with sample-size \(data.sampleSize), hidden \(model.hidden), \(data.teacher.inputCount) inputs and "
          + "points \(measure.points) would take about \(CellMemory.text(memory))",
        expected: "what fits in this machine's \(CellMemory.text(CellMemory.available))")
    }
    return Cell.Sections(data: data, model: model, training: training, measure: measure, theory: theory)
  }

  private func factorValues(_ levels: [Int]) -> [FactorValue] {
    zip(declarations, levels).filter { $0.0.factor.path != StudyKey.slab && $0.0.factor.path != StudyKey.sampleSize }
      .map { FactorValue(name: $0.factor.name, value: $0.factor.levels[$1]) }
  }

  private func slabLabel(_ levels: [Int], _ model: ModelSection) -> String {
    let kind = model.slab.kind.rawValue
    guard let index = declarations.firstIndex(where: { $0.factor.path == StudyKey.slab }) else { return kind }
    let sharing = declarations[index].nodes.count { node in
      if case .scalar(let text, _) = node.content { return SlabKind(name: text) == model.slab.kind }
      return SlabKind(name: node["kind"]?.printed ?? "group-horseshoe") == model.slab.kind
    }
    return sharing > 1 ? declarations[index].factor.levels[levels[index]] : kind
  }

  private func describe(_ levels: [Int]) -> String {
    zip(declarations, levels).map { "\($0.factor.name) \($0.factor.levels[$1])" }.joined(separator: ", ")
  }
}
