import Foundation

/// Writes a figure's name and provenance into its drawn files, where their formats have a place for it: `title` and
/// `desc` of SVG, the document information of PDF, text chunks of PNG.
struct FigureStamp: Sendable {
  let provenance: Provenance

  func stamped(_ data: Data, _ format: Gnuplot.Format, name: String) -> Data {
    switch format {
    case .svg: svg(data, name)
    case .pdf: pdf(data, name)
    case .png: png(data, name)
    }
  }

  // MARK: SVG

  private func svg(_ data: Data, _ name: String) -> Data {
    let text = String(decoding: data, as: UTF8.self)
      .replacing("<title>Gnuplot</title>", with: "<title>\(name)</title>")
      .replacing(/<desc>[^<]*<\/desc>/, with: "<desc>\(provenance.lines.map(MarkupText.escaped).joined(separator: "\n"))</desc>")
      // Tooltips such as `gnuplot_plot_1`.
      .replacing(/<title>gnuplot_plot_[0-9a-z]*<\/title>/, with: "")
    return Data(text.utf8)
  }

  // MARK: PDF

  /// An incremental update (ISO 32000-1, 7.5.6): the file as it is, then its information dictionary again with what
  /// is new, and a table of offsets for that one object.
  private func pdf(_ data: Data, _ name: String) -> Data {
    let data = Self.undated(data)
    let end = String(decoding: data.suffix(2048), as: UTF8.self)
    guard let information = end.matches(of: /\/Info ([0-9]+) 0 R/).last?.1, let root = end.matches(of: /\/Root ([0-9]+) 0 R/).last?.1,
      let size = end.matches(of: /\/Size ([0-9]+)/).last?.1, let previous = end.matches(of: /startxref\s+([0-9]+)/).last?.1
    else { return data }
    let date = provenance.date ?? Date(timeIntervalSince1970: 0)
    let digits = date.ISO8601Format().filter(\.isNumber)
    let entries = [
      ("Title", name), ("Subject", provenance.lines.joined(separator: "; ")), ("Creator", provenance.program),
    ]
    let dictionary = entries.map { "/\($0) \(Self.pdfString($1))" }.joined(separator: "\n   ")
    let object = "\(information) 0 obj\n<< \(dictionary)\n   /CreationDate (D:\(digits)Z)\n>>\nendobj\n"
    var update = data
    if update.last != UInt8(ascii: "\n") { update.append(UInt8(ascii: "\n")) }
    let start = update.count
    update += Data(object.utf8)
    let table = update.count
    let offset = String(repeating: "0", count: max(0, 10 - "\(start)".count)) + "\(start)"
    update += Data(
      """
      xref
      \(information) 1
      \(offset) 00000 n\u{20}
      trailer
      << /Size \(size)
         /Root \(root) 0 R
         /Info \(information) 0 R
         /Prev \(previous)
      >>
      startxref
      \(table)
      %%EOF

      """.utf8)
    return update
  }

  /// The creation date that cairo writes at 1970: a figure is a function of the study.
  private static func undated(_ pdf: Data) -> Data {
    var pdf = pdf
    let key = Data("/CreationDate (D:".utf8)
    guard let range = pdf.range(of: key, options: .backwards), range.upperBound + 14 <= pdf.endIndex else { return pdf }
    // As many digits as before, so that the file's table of offsets stays true.
    pdf.replaceSubrange(range.upperBound..<range.upperBound + 14, with: Data("19700101000000".utf8))
    return pdf
  }

  /// A literal string, or where it is not ASCII one in UTF-16.
  private static func pdfString(_ text: String) -> String {
    guard text.allSatisfy(\.isASCII) else {
      return "<FEFF\(text.utf16.map { String(format: "%04X", $0) }.joined())>"
    }
    return "(\(text.backslashed("()\\")))"
  }

  // MARK: PNG

  /// Chunks of international text after the header (PNG specification, 11.3.3.4).
  private func png(_ data: Data, _ name: String) -> Data {
    // The signature of 8 bytes, then the header's chunk: length, name, 13 bytes, checksum.
    let headerEnd = 8 + 4 + 4 + 13 + 4
    guard data.count > headerEnd else { return data }
    let texts = [("Title", name), ("Description", provenance.lines.joined(separator: "\n")), ("Software", provenance.program)]
    // Pixels a metre, both ways, in metres: without them a reader has to guess the figure's size.
    let density = Self.bigEndian(UInt32((Double(Gnuplot.dotsPerInch) / 0.0254).rounded()))
    let size = Self.chunk("pHYs", density + density + Data([1]))
    let chunks = [size] + texts.map { keyword, text in
      Self.chunk("iTXt", Data(keyword.utf8) + Data([0, 0, 0, 0, 0]) + Data(text.utf8))
    }
    return data.prefix(headerEnd) + chunks.reduce(Data(), +) + data.dropFirst(headerEnd)
  }

  private static func bigEndian(_ number: UInt32) -> Data { Data((0..<4).map { UInt8(number >> (24 - 8 * $0) & 255) }) }

  private static func chunk(_ type: String, _ content: Data) -> Data {
    let body = Data(type.utf8) + content
    return bigEndian(UInt32(content.count)) + body + bigEndian(checksum(body))
  }

  /// CRC-32 as PNG wants it (ISO 3309).
  private static func checksum(_ data: Data) -> UInt32 {
    ~data.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
    }
  }
}
