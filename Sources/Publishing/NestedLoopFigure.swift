import Foundation
import StudyEngine

/// The nested-loop plot of Rücker & Schwarzer (2014, BMC Medical Research Methodology 14:129): a metric as a step line
/// over all combinations of the factors in lexicographic order, with the factors' levels as step lines below.
struct NestedLoopFigure {
  let design: FactorialDesign
  /// A radius, or what else stands for the study.
  let metric: String
  let styles: [String: FigureStyle]

  /// Sample sizes are a loop of their own, the innermost, if that makes no more steps than this.
  private static let maximumSteps = 240
  /// Up to which number bars of error have room.
  private static let maximumBars = 60
  private static let maximumLabel = 100

  private struct Step {
    let combination: [FactorValue]
    let sampleSize: Int?
  }

  /// nil if no combination has a value.
  func figure(name: String) -> Figure? {
    let steps = self.steps
    let end = Double(steps.count)
    let lines = design.slabs.enumerated().map { index, slab in
      (slab: slab, index: index, values: steps.map { measurement(slab, $0) })
    }
    let all = lines.flatMap { $0.values.compactMap { $0 } }
    let hasBars = steps.count * design.slabs.count <= Self.maximumBars
    let heights = all.flatMap { [$0.value] + (hasBars ? [$0.interval?.lower, $0.interval?.upper].compactMap { $0 } : []) }
    let label = RichText(isRatio ? ContractionFigure.axisLabel(metric) : metric.replacing("_", with: " "))
    let y = isRatio ? Axis.logarithmic(label, holding: heights) : Axis.linear(label, holding: heights)
    guard let y else { return nil }
    let x = Axis.linear("", from: 0, to: end)
    let rules = outerBoundaries(steps).map { boundary -> Panel.Segment in
      let (from, to) = isRatio ? (pow(10, y.lower), pow(10, y.upper)) : (y.lower, y.upper)
      return .init(from: .init(x: boundary, y: from), to: .init(x: boundary, y: to))
    }
    let marks = lines.flatMap { line -> [Panel.Mark] in
      let style = styles[line.slab] ?? .reference
      let bars = line.values.enumerated().compactMap { step, found -> Panel.Segment? in
        guard hasBars, let interval = found?.interval else { return nil }
        let x = Double(step) + (Double(line.index) + 1) / Double(lines.count + 1)
        return .init(from: .init(x: x, y: interval.lower), to: .init(x: x, y: interval.upper))
      }
      return [
        .segments(bars, .init(colour: style.colour, width: 0.6)),
        .line(Self.stepLine(line.values.map { $0?.value }), stepStyle(line.slab)),
      ]
    }
    let loops = self.loops
    let entries = lines.filter { $0.values.contains { $0 != nil } }.map { line in
      Figure.Key.Entry(text: RichText(line.slab), line: stepStyle(line.slab))
    }
    return Figure(
      name: name, caption: caption(all, steps, hasBars: hasBars && all.contains { $0.interval != nil }),
      width: FigureStyle.pageWidth, panelHeight: max(1.9, 0.36 * Double(loops.count) + 0.5),
      panels: [
        Panel(x: x.unlabelled, y: y, marks: [.segments(rules, .init(colour: "#D9D9D9", width: 0.6))] + marks),
        loopPanel(loops, steps, end),
      ], key: .init(entries: entries.count > 1 ? entries : []))
  }

  private var isRatio: Bool { SlopeSummary.radiusMetrics.contains(metric) }

  private var hasSampleSizes: Bool {
    design.sampleSizes.count > 1 && design.sampleSizes.count * design.combinations.count <= Self.maximumSteps
  }

  private var steps: [Step] {
    let sizes: [Int?] = hasSampleSizes ? design.sampleSizes : [design.sampleSizes.last]
    return design.combinations.flatMap { combination in sizes.map { Step(combination: combination, sampleSize: $0) } }
  }

  private func measurement(_ slab: String, _ step: Step) -> FactorialDesign.Measurement? {
    design.measurement(metric, step.combination, slab: slab, sampleSize: step.sampleSize, isRatio: isRatio)
  }

  // MARK: Lines

  /// Dashes tell slabs apart; one needs none.
  private func stepStyle(_ slab: String) -> Figure.LineStyle {
    let style = styles[slab] ?? .reference
    return design.slabs.count > 1 ? style.line(width: 1.3) : style.solid(width: 1.3)
  }

  /// Level over each step, parted where a value is missing.
  private static func stepLine(_ values: [Double?]) -> [Panel.Place?] {
    values.enumerated().flatMap { index, value -> [Panel.Place?] in
      guard let value else { return [nil] }
      return [.init(x: Double(index), y: value), .init(x: Double(index + 1), y: value)]
    }
  }

  /// Where the first factor's level changes.
  private func outerBoundaries(_ steps: [Step]) -> [Double] {
    zip(steps, steps.dropFirst()).enumerated().compactMap { index, pair in
      pair.0.combination.first == pair.1.combination.first ? nil : Double(index + 1)
    }
  }

  // MARK: Levels of the factors

  private struct Loop {
    let name: String
    let levels: [String]
    /// Which level a step has.
    let level: (Step) -> Int?
  }

  private var loops: [Loop] {
    let factors = design.factors.enumerated().map { index, factor in
      Loop(name: factor.name, levels: factor.levels) { factor.levels.firstIndex(of: $0.combination[index].value) }
    }
    let sizes = Loop(name: "sample-size", levels: design.sampleSizes.map(String.init)) { step in
      step.sampleSize.flatMap { design.sampleSizes.firstIndex(of: $0) }
    }
    return factors + (hasSampleSizes ? [sizes] : [])
  }

  /// A band of height 1 a factor, the first at the top: its name and levels, and its step line below them.
  private func loopPanel(_ loops: [Loop], _ steps: [Step], _ end: Double) -> Panel {
    let marks = loops.enumerated().flatMap { index, loop -> [Panel.Mark] in
      let bottom = Double(loops.count - 1 - index)
      let rise = 0.42 / Double(max(1, loop.levels.count - 1))
      let line = Self.stepLine(steps.map { step in loop.level(step).map { bottom + 0.06 + rise * Double($0) } })
      let text = FactorialDesign.cut("\(loop.name): \(loop.levels.joined(separator: ", "))", Self.maximumLabel)
      return [
        .line(line, .init(colour: "#404040", width: 0.9)),
        .label(.init(text: RichText(text), place: .init(x: 0.01 * end, y: bottom + 0.76), anchor: .left)),
      ]
    }
    return Panel(
      x: .linear("combination", from: 0, to: end), y: .unmarked("", from: 0, to: Double(loops.count)), marks: marks)
  }

  private func caption(_ all: [FactorialDesign.Measurement], _ steps: [Step], hasBars: Bool) -> String {
    let what = isRatio ? ContractionFigure.axisLabel(metric) : metric.replacing("_", with: " ")
    var text = """
      Nested-loop plot: the \(what)\(isRatio ? ", on a logarithmic axis, its geometric mean" : ", its mean") over \
      \(CaptionText.replicates(all.map(\.count))), for all \(design.combinations.count) combinations of \
      \(design.factors.map(\.name).joined(separator: ", ")) in lexicographic order, a line a slab
      """
    text += hasBars ? ", bars ± 2 Monte Carlo standard errors." : "."
    text += " Below, each factor's levels, the first lowest."
    if hasSampleSizes {
      text += " The innermost loop is the sample size, \(CaptionText.sampleSizes(design.sampleSizes))."
    } else if let size = design.sampleSizes.last {
      text += " n = \(size)\(design.sampleSizes.count > 1 ? ", the largest" : "")."
    }
    if design.combinations.count > FactorialLollyFigure.maximumCombinations {
      text += " There is no lolly plot of more than \(FactorialLollyFigure.maximumCombinations) combinations."
    }
    let missing = steps.count * design.slabs.count - all.count
    return text
      + CaptionText.ending(
        leftOut: [
          ("combinations and slabs without a value", missing),
          ("values of zero", isRatio ? design.nonPositive(metric) : 0),
        ])
  }
}
