import Foundation

/// A state as the bytes of a file:
///
///     offset  bytes
///          0      8  "SLABFIT" and a zero
///          8      4  format version, little-endian
///         12      8  checksum: FNV-1a of all that follows, little-endian
///         20         the state, a binary property list
///
/// Arenas are written in this machine's byte order: a training goes on where it began.
extension TrainingState {
  public static let formatVersion: UInt32 = 3

  private static let magic = Array("SLABFIT\0".utf8)
  private static let headerSize = 20

  /// - Throws: what the encoder throws.
  public func bytes() throws -> [UInt8] {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    let content = try encoder.encode(self)
    var checksum = FNVHash()
    content.withUnsafeBytes { checksum.combine($0) }
    var bytes = Self.magic
    bytes.reserveCapacity(Self.headerSize + content.count)
    bytes.append(littleEndian: Self.formatVersion)
    bytes.append(littleEndian: checksum.value)
    return bytes + content
  }

  /// Of a file called `file` in error messages; header, checksum and content are checked.
  ///
  /// - Throws: `CheckpointError`.
  public init(bytes: [UInt8], file: String) throws(CheckpointError) {
    func refuse(
      _ kind: CheckpointError.Kind, _ found: String, expected: String, advice: String = "remove it and train again"
    ) -> CheckpointError {
      CheckpointError(kind, file: file, found: found, expected: expected, advice: advice)
    }
    guard bytes.starts(with: Self.magic) else {
      throw refuse(.notACheckpoint, "not a training that SlabLab saved", expected: "\"SLABFIT\" at the start")
    }
    guard bytes.count > Self.headerSize else {
      throw refuse(.truncated, "\(bytes.count) bytes", expected: "a header of \(Self.headerSize) and a state")
    }
    let version: UInt32 = bytes.littleEndian(at: 8)
    guard version == Self.formatVersion else {
      throw refuse(
        .newerFormat, "format version \(version)", expected: "version \(Self.formatVersion)",
        advice: "use the version of SlabLab that wrote it")
    }
    let expected: UInt64 = bytes.littleEndian(at: 12)
    var actual = FNVHash()
    actual.combine(bytes[Self.headerSize...])
    guard actual.value == expected else {
      throw refuse(
        .damaged, "the bytes have checksum \(String(actual.value, radix: 16))", expected: String(expected, radix: 16))
    }
    do {
      self = try PropertyListDecoder().decode(Self.self, from: Data(bytes[Self.headerSize...]))
    } catch {
      throw refuse(.damaged, "the state cannot be read", expected: "what SlabLab writes")
    }
  }
}
