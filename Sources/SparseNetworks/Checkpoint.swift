/// A posterior's variational parameters as the bytes of a file.
///
/// All numbers are little-endian, whatever the machine:
///
///     offset  bytes
///          0      8  "SLABLAB" and a zero
///          8      4  format version
///         12      4  1 if the gates are frozen, else 0
///         16      8  number of parameters
///         24      8  number of weights among them
///         32      8  checksum: FNV-1a of all other bytes
///         40      4  a parameter, an IEEE 754 binary32; and so on, in the order of `ParameterLayout`
///
/// The model itself is not in it: a file is read for a model, and refused if its counts are another's.
public struct Checkpoint: Sendable, Equatable {
  public static let formatVersion: UInt32 = 2

  private static let magic = Array("SLABLAB\0".utf8)
  private static let headerSize = 40
  private static let checksumPlace = 32..<40

  public let bytes: [UInt8]

  /// Of a fitted posterior.
  public init(_ posterior: Posterior) {
    let values = posterior.parameters.values
    var bytes = Self.magic
    bytes.reserveCapacity(Self.headerSize + 4 * values.count)
    bytes.append(littleEndian: Self.formatVersion)
    bytes.append(littleEndian: UInt32(posterior.gatesAreFrozen ? 1 : 0))
    bytes.append(littleEndian: UInt64(values.count))
    bytes.append(littleEndian: UInt64(posterior.parameters.layout.weightCount))
    bytes.append(littleEndian: UInt64(0))
    for value in values { bytes.append(littleEndian: value.bitPattern) }
    let checksum = Self.checksum(of: bytes)
    for (place, index) in Self.checksumPlace.enumerated() {
      bytes[index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt64(place)))
    }
    self.bytes = bytes
  }

  /// Of a file called `file` in error messages; header, length and checksum are checked.
  ///
  /// - Throws: `CheckpointError`.
  public init(bytes: [UInt8], file: String) throws(CheckpointError) {
    func refuse(_ kind: CheckpointError.Kind, _ found: String, expected: String) -> CheckpointError {
      CheckpointError(kind, file: file, found: found, expected: expected, advice: "restore a copy or train again")
    }
    guard bytes.starts(with: Self.magic) else {
      throw refuse(.notACheckpoint, "not parameters that SlabLab wrote", expected: "\"SLABLAB\" at the start")
    }
    guard bytes.count >= Self.headerSize else {
      throw refuse(.truncated, "\(bytes.count) bytes", expected: "a header of \(Self.headerSize)")
    }
    self.bytes = bytes
    guard version == Self.formatVersion else {
      throw CheckpointError(
        .newerFormat, file: file, found: "format version \(version)", expected: "version \(Self.formatVersion)",
        advice: "use the version of SlabLab that wrote it")
    }
    // In floating point a count that is nonsense can't overflow.
    guard Double(bytes.count) == Double(Self.headerSize) + 4 * Double(parameterCount) else {
      throw refuse(
        .truncated, "\(bytes.count) bytes", expected: "a header of \(Self.headerSize) and \(parameterCount) parameters")
    }
    let actual = Self.checksum(of: bytes)
    guard checksum == actual else {
      throw refuse(.damaged, "the bytes have checksum \(String(actual, radix: 16))", expected: checksumText)
    }
  }

  /// The posterior that these are the parameters of, given its model.
  ///
  /// - Throws: `CheckpointError` that mentions `file` if they are another model's or not finite.
  public func posterior(of model: NetworkModel, file: String) throws(CheckpointError) -> Posterior {
    let layout = ParameterLayout(model)
    for (what, found, expected) in [
      ("parameters", parameterCount, layout.count), ("weights", weightCount, layout.weightCount),
    ] where found != UInt64(expected) {
      throw CheckpointError(
        .otherModel, file: file, found: "\(found) \(what)", expected: "the model's \(expected)",
        advice: "keep the files of a model together")
    }
    let values = (0..<layout.count).map { Float(bitPattern: bytes.littleEndian(at: Self.headerSize + 4 * $0)) }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw CheckpointError(
        .damaged, file: file, found: "parameter \(index) is \(values[index])", expected: "finite numbers",
        advice: "train again")
    }
    return Posterior(
      model: model, parameters: VariationalParameters(layout: layout, values: values), gatesAreFrozen: flags & 1 == 1)
  }

  /// The checksum in hexadecimal.
  public var checksumText: String { String(checksum, radix: 16) }

  private var version: UInt32 { bytes.littleEndian(at: 8) }
  private var flags: UInt32 { bytes.littleEndian(at: 12) }
  private var parameterCount: UInt64 { bytes.littleEndian(at: 16) }
  private var weightCount: UInt64 { bytes.littleEndian(at: 24) }
  private var checksum: UInt64 { bytes.littleEndian(at: Self.checksumPlace.lowerBound) }

  private static func checksum(of bytes: [UInt8]) -> UInt64 {
    var hash = FNVHash()
    hash.combine(bytes[..<checksumPlace.lowerBound])
    hash.combine(bytes[checksumPlace.upperBound...])
    return hash.value
  }
}
