import Testing

@testable import Publishing

@Suite("CSV by RFC 4180") struct CSVTextTests {
  @Test(
    "a field is quoted only where it must be",
    arguments: [
      ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"no\"", "\"say \"\"no\"\"\""), ("two\nlines", "\"two\nlines\""),
      ("two\r\nlines", "\"two\r\nlines\""), ("", ""), ("Größe %_&'", "Größe %_&'"),
    ])
  func quoting(field: String, written: String) {
    var csv = CSVText(["a", "b"])
    csv.add([field, "x"])
    #expect(csv.text == "a,b\n\(written),x\n")
  }

  @Test(
    "a number is the shortest that reads back; an undefined one is empty",
    arguments: [
      (0.1, "0.1"), (1.0 / 3, "0.3333333333333333"), (5, "5"), (-0.0, "-0.0"), (1e-300, "1e-300"),
      (.leastNonzeroMagnitude, "5e-324"), (1e22, "1e+22"), (-2.5, "-2.5"), (nil, ""), (.nan, ""), (.infinity, ""),
    ] as [(Double?, String)])
  func numbers(value: Double?, written: String) {
    #expect(CSVText.number(value) == written)
    if let value, value.isFinite { #expect(Double(written) == value) }
  }
}
