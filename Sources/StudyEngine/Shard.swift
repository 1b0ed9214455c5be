import Foundation

/// What one run of a cluster's task has recorded, as it lies on the disk.
///
/// A shard is a file of lines that only grows, and one process alone ever writes it: a task that runs again, even while
/// a lost node still works on, begins another. So no lock is needed, which shared file systems do not keep reliably. A
/// line is a checksum, a kind and its fields:
///
///     SHA-256 begin {header}
///     SHA-256 cell CONTENT-HASH done|unconverged|failed SECONDS {record}
///     SHA-256 end finished|stopped|failed {message}
///
/// The checksum is that of the rest of the line. What a kill or a broken disk leaves is told line by line: whole cells
/// count, all else does not.
package struct Shard: Sendable {
  static let format = 1

  /// Which run this is, and what its bits may depend on.
  struct Header: Codable, Sendable, Equatable {
    let format: Int
    let task: Int
    let run: Int
    let host: String
    let process: Int32
    let workers: Int
    let manifest: ProvenanceManifest
  }

  enum CellState: String, Sendable { case done, unconverged, failed }

  /// A cell's line; what it gave is decoded when it is asked for.
  struct Entry: Sendable {
    let contentHash: String
    let state: CellState
    let seconds: Double
    fileprivate let record: Data

    /// Nil if this program does not understand the record.
    func outcome(of cell: Cell) -> CellOutcome? {
      (try? Shard.decoder.decode(ShardRecord.self, from: record)).map { $0.outcome(of: cell, seconds: seconds) }
    }

    /// Why the cell failed.
    var error: String? { (try? Shard.decoder.decode(ShardRecord.self, from: record))?.error }
  }

  /// How the run ended, by its own word.
  struct Ending: Sendable, Equatable {
    enum Kind: String, Sendable {
      /// All of the share is recorded.
      case finished
      /// It was asked to stop, as before a preemption.
      case stopped
      /// It could not go on.
      case failed
    }

    let kind: Kind
    let message: String
  }

  let url: URL
  /// Nil if the beginning is lost.
  let header: Header?
  let entries: [Entry]
  /// Nil while the run goes on, and when it was killed.
  let ending: Ending?
  /// Lines that are whole but not as they were written.
  let damagedLines: Int
  /// Whether the last line is not whole: it is being written, or its writer was killed, or the file was cut.
  let isCut: Bool
  /// When the file was last changed, by the clock of the file's host: its writer's sign of life.
  let lastChange: Date

  init(reading url: URL) throws(StudyStoreError) {
    self.url = url
    let path = url.path(percentEncoded: false)
    let data: Data
    do {
      // Before the content, so that a change in between makes it seem older, never newer, than it is.
      lastChange = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date ?? .distantPast
      data = try Data(contentsOf: url)
    } catch { throw StudyStoreError(error, path: path) }
    var (header, entries, ending, damagedLines) = (Header?.none, [Entry](), Ending?.none, 0)
    var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // What follows the last line feed is no line: nothing in a shard that ends well.
    isCut = lines.popLast().map { !$0.isEmpty } ?? false
    for line in lines {
      switch Self.parse(line) {
      case .header(let value): header = value
      case .entry(let value): entries.append(value)
      case .ending(let value): ending = value
      case nil: damagedLines += 1
      }
    }
    (self.header, self.entries, self.ending, self.damagedLines) = (header, entries, ending, damagedLines)
  }

  /// Of its task, counted from 1: the second number of its name.
  var run: Int { url.lastPathComponent.firstMatch(of: /-run-(\d+)\.shard/).flatMap { Int($0.1) } ?? 0 }

  /// What is wrong with the file, for people; nil if nothing is. While its run goes on, a cut last line means nothing.
  var damage: String? {
    var parts = [String]()
    if header == nil { parts.append("its beginning is lost") }
    if damagedLines > 0 { parts.append("\(damagedLines) record\(damagedLines == 1 ? " is" : "s are") damaged") }
    if isCut { parts.append("it is cut off within a record") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  // MARK: Lines

  private enum Line {
    case header(Header)
    case entry(Entry)
    case ending(Ending)
  }

  /// The whole line, its line feed included.
  static func line(_ content: String) -> Data { Data("\(SHA256.hex(content)) \(content)\n".utf8) }

  /// Nil for a line that is not as it was written.
  private static func parse(_ line: Data) -> Line? {
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].elementsEqual(SHA256.hex(Array(parts[1])).utf8) else { return nil }
    let space = UInt8(ascii: " ")
    func word(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }
    let fields = parts[1].split(separator: space, maxSplits: 1)
    guard let kind = fields.first, fields.count == 2 else { return nil }
    switch word(kind) {
    case "begin":
      return (try? decoder.decode(Header.self, from: fields[1])).map { .header($0) }
    case "cell":
      let fields = fields[1].split(separator: space, maxSplits: 3)
      guard fields.count == 4, let state = CellState(rawValue: word(fields[1])), let seconds = Double(word(fields[2]))
      else { return nil }
      return .entry(Entry(contentHash: word(fields[0]), state: state, seconds: seconds, record: fields[3]))
    case "end":
      let fields = fields[1].split(separator: space, maxSplits: 1)
      guard fields.count == 2, let kind = Ending.Kind(rawValue: word(fields[0])),
        let message = try? decoder.decode(String.self, from: fields[1])
      else { return nil }
      return .ending(Ending(kind: kind, message: message))
    default: return nil
    }
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
