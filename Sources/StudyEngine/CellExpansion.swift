import Priors

/// Factors × replicates to cells: the file's tree with each combination of levels substituted, then decoded.
struct CellExpansion {
  let root: YAMLNode
  let kind: StudyKind
  let declarations: [FactorDeclaration]
  /// Groups of factors, by name, whose levels go side by side.
  let zips: [[String]]
  let exclusions: [[FactorValue]]
  let replicates: Int
  let seed: UInt64

  private static let maximumCells = 1_000_000

  /// All cells in table order.
  /// - Throws: `StudyFileError` at the value that makes a cell impossible, or at `position` if there are too many
  ///   cells, none, or two with the same content.
  func cells(at position: SourcePosition) throws(StudyFileError) -> [Cell] {
    var count = replicates
    for axis in axes {
      count *= declarations[axis[0]].nodes.count  // at most 10⁶ · 10⁵
      guard count <= Self.maximumCells else {
        throw StudyFileError(
          at: position, "the factors cross to more than \(Self.maximumCells) cells", expected: "fewer")
      }
    }
    let followers = kind.followers(declarations.map(\.factor), zips)
    var cells = [Cell]()
    var seen = [String: Cell]()
    for levels in combinations() where !isExcluded(levels) {
      let task = try decode(levels)
      let text = CanonicalText.text(task.canonicalLines)
      let factors = factorValues(levels)
      let groupFactors = factors.filter { !followers.contains($0.name) }
      for replicate in 1...replicates {
        let cell = Cell(
          index: cells.count, factors: factors, groupFactors: groupFactors,
          slab: slabLabel(levels, task), replicate: replicate, task: task, canonicalText: text, seed: seed)
        if let twin = seen.updateValue(cell, forKey: cell.contentHash) {
          throw StudyFileError(
            at: position, "cells \(twin.index) and \(cell.index) are the same: \(describe(levels)) changes nothing",
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

  /// The factors by index, those that are zipped together in one axis, which stands where its first factor does.
  private var axes: [[Int]] {
    let names = declarations.map(\.factor.name)
    return declarations.indices.compactMap { index in
      guard let zip = zips.first(where: { $0.contains(names[index]) }) else { return [index] }
      let members = declarations.indices.filter { zip.contains(names[$0]) }
      return members[0] == index ? members : nil
    }
  }

  /// The indices of the levels of each factor, the last axis fastest.
  private func combinations() -> [[Int]] {
    axes.reduce([declarations.map { _ in 0 }]) { combinations, axis in
      combinations.flatMap { combination in
        declarations[axis[0]].nodes.indices.map { level in
          var levels = combination
          for factor in axis { levels[factor] = level }
          return levels
        }
      }
    }
  }

  private func isExcluded(_ levels: [Int]) -> Bool {
    exclusions.contains { exclusion in
      exclusion.allSatisfy { excluded in
        zip(declarations, levels).contains { $0.factor.name == excluded.name && $0.factor.levels[$1] == excluded.value }
      }
    }
  }

  private func decode(_ levels: [Int]) throws(StudyFileError) -> CellTask {
    // Short paths first: `model.slab` must stand before `model.slab.cap` reaches into it.
    let order = declarations.indices.sorted {
      (declarations[$0].factor.path.count, $0) < (declarations[$1].factor.path.count, $1)
    }
    let tree = order.reduce(root) { tree, index in
      let declaration = declarations[index]
      return tree.setting(
        declaration.factor.path[...], to: declaration.nodes[levels[index]], keyPosition: declaration.position)
    }
    return try CellTask(kind, in: tree)
  }

  private func factorValues(_ levels: [Int]) -> [FactorValue] {
    zip(declarations, levels).filter { $0.0.factor.path != kind.slabPath && $0.0.factor.path != kind.sampleSizePath }
      .map { FactorValue(name: $0.factor.name, value: $0.factor.levels[$1]) }
  }

  private func slabLabel(_ levels: [Int], _ task: CellTask) -> String {
    guard let kind = task.slab?.kind else { return "" }
    guard let index = declarations.firstIndex(where: { $0.factor.path == self.kind.slabPath }) else {
      return kind.rawValue
    }
    let sharing = declarations[index].nodes.count { node in
      if case .scalar(let text, _) = node.content { return SlabKind(name: text) == kind }
      return SlabKind(name: node["kind"]?.printed ?? "group-horseshoe") == kind
    }
    return sharing > 1 ? declarations[index].factor.levels[levels[index]] : kind.rawValue
  }

  private func describe(_ levels: [Int]) -> String {
    zip(declarations, levels).map { "\($0.factor.name) \($0.factor.levels[$1])" }.joined(separator: ", ")
  }
}
