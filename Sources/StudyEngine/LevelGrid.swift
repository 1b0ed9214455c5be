import Foundation

/// The levels of a factor as a grid: `{from: 1e-3, to: 1e3, count: 7}`, even in the logarithm, ends included.
///
/// Values are rounded to six digits, so that tables can print them, or with `whole: true` to whole numbers, of which
/// each comes once.
struct LevelGrid {
  static let properties = [
    JSONSchema.Property("from", .real(.positive), "The first value."),
    JSONSchema.Property("to", .real(.positive), "The last value."),
    JSONSchema.Property("count", .whole(2...10_000), "How many values, even in the logarithm."),
    JSONSchema.Property("whole", .flag, default: "false", "Whether they are rounded to whole numbers."),
  ]
  static var keys: [String] { properties.map(\.name) }
  static let expected = "a list of its values, names with a value each, or a grid such as {from: 1, to: 1000, count: 7}"

  /// What a factor may be whose values are `value`s: a list, names with a value each, or a grid.
  static func schema(of value: JSONSchema) -> JSONSchema {
    .either([.list(value), .mapping(properties, required: ["from", "to", "count"]), .open(others: value)])
  }

  let nodes: [YAMLNode]

  init(_ field: YAMLField) throws(StudyFileError) {
    let fields = try field.mapping(Self.keys, expected: Self.expected)
    func bound(_ key: String) throws(StudyFileError) -> Double {
      guard let value = fields[key] else {
        throw field.refusal("\(field.path) has no '\(key)'", expected: Self.expected)
      }
      return try value.real(.positive)
    }
    let (from, to) = (try bound("from"), try bound("to"))
    guard from < to else {
      throw field.refusal(
        "\(field.path) runs from \(StrictNumber.print(from)) to \(StrictNumber.print(to))",
        expected: "a larger number to run to")
    }
    guard let countField = fields["count"] else {
      throw field.refusal("\(field.path) has no 'count'", expected: Self.expected)
    }
    let count = try countField.whole(2...10_000)
    let whole = try fields["whole"]?.flag() ?? false
    if whole {
      for key in ["from", "to"] { _ = try fields[key]?.whole(1...(1 << 53)) }
    }
    var texts = [String]()
    for index in 0..<count {
      // Over logarithms: the ratio of the ends may overflow.
      let share = Double(index) / Double(count - 1)
      let value = index == count - 1 ? to : exp((1 - share) * log(from) + share * log(to))
      let text = StrictNumber.print(whole ? value.rounded() : Double(String(format: "%.6g", value)) ?? value)
      if texts.last != text { texts.append(text) }
    }
    nodes = texts.map { YAMLNode(content: .scalar($0, quoted: false), position: field.node.position) }
  }
}
