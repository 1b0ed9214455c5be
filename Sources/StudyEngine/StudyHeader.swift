/// What a study file says beside its sections.
struct StudyHeader {
  var study: YAMLField?
  var title = ""
  var seed: UInt64 = 1
  var replicates = 5
  var precision: Double?
  var factors, zip, exclude: YAMLField?

  /// The keys at the root of a file, sections included; those are read cell by cell.
  ///
  /// - Parameter factors: what the schema says of factors, which is long, and not needed to read them.
  static func keys(of kind: StudyKind, factors: JSONSchema = .anything) -> [SectionKey<StudyHeader>] {
    typealias Key = SectionKey<StudyHeader>
    let sections = kind.sections.map { section in
      Key(reading: section.name, .mapping(section.properties.map(\.orEmpty)), default: nil, section.about) { _, _ in }
    }
    let measured = ["measure", "theory"]
    let isMeasured = { (key: Key) in kind.isRandom && measured.contains(key.name) }
    let names = [
      Key(
        reading: "study", .text, default: nil, "The folder's name: letters, digits, - and _; the file's name unless given.",
        read: { field, header in header.study = field }),
      Key("title", .text, \.title, default: "\"\"", "For reports; does not enter the results."),
      Key(
        reading: "kind", .names(StudyKind.allCases.map(\.rawValue)), default: kind == .fit ? "fit" : nil,
        "What a cell computes."
      ) { _, _ in },
      Key(
        reading: "extends", .either([.text, .list(.text)]), default: nil,
        "A study file, or several, whose keys hold where this one says nothing; paths from this file's folder."
      ) { _, _ in },
    ]
    let combinations = [
      Key(
        reading: "factors", factors, default: nil, "Keys with their values each; all combinations are run.",
        read: { field, header in header.factors = field }),
      Key(
        reading: "zip", .either([.list(.text), .list(.list(.text))]), default: nil,
        "Factors that go through their values side by side: [[sample-size, training.steps]].",
        read: { field, header in header.zip = field }),
      Key(
        reading: "exclude", .list(.open(others: .anything)), default: nil,
        "Combinations left out: [{slab: gaussian, sample-size: 500}].",
        read: { field, header in header.exclude = field }),
    ]
    let seed = Key("seed", .seed, \.seed, default: "1", "The root of every random stream.")
    let replicates = Key(
      "replicates", .whole(1...100_000), \.replicates, default: "5", "Fits of each combination, on data of their own.")
    let precision = Key(
      reading: "precision", YAMLType.real(.positive).schema, default: nil,
      "A standard error: replicates are added until that of every slope is at most this.",
      read: { field, header throws(StudyFileError) in header.precision = try field.real(.positive) })
    return names + (kind.isRandom ? [seed] : []) + sections.filter { !isMeasured($0) } + combinations
      + (kind.isRandom ? [replicates, precision] : []) + sections.filter(isMeasured)
  }
}
