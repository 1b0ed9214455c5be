/// Whole numbers in files: little-endian, whatever the machine.
extension [UInt8] {
  mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  func littleEndian<Number: FixedWidthInteger & UnsignedInteger>(at start: Int) -> Number {
    var number: Number = 0
    for place in 0..<(Number.bitWidth / 8) { number |= Number(self[start + place]) << Number(8 * place) }
    return number
  }
}
