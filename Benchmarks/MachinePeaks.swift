import CKernels
import COpenBLAS
import Foundation
import SparseNetworks

/// What this processor can do on one thread, measured: what a step's limit is made of.
struct MachinePeaks: Encodable, Equatable {
  /// The best rate of `sgemm` over a few shapes.
  let sgemmGflops: Double
  /// y ← y + ax over 256 MB and over 16 MB in all: what memory and what the last cache give. Three times the length of
  /// a vector is moved: both are read, one is written.
  let memoryGigabytesPerSecond, cacheGigabytesPerSecond: Double
  /// Of a draw from N(0, 1) by the fastest generator that training has.
  let normalNanoseconds: Double
  /// Sizes of the caches, as the system tells; 0 where it doesn't.
  let secondLevelBytes, thirdLevelBytes: Double

  static func measure() -> MachinePeaks {
    measure(tries: 10, memoryGigabytesPerSecond: bandwidth(bytes: 256 << 20, repetitions: 4, tries: 5))
  }

  /// The same as it is now, in a tenth of a second: the machine's speed wanders, and what is held against these peaks has to
  /// be measured beside them. Memory's bandwidth stands.
  func again() -> MachinePeaks { Self.measure(tries: 2, memoryGigabytesPerSecond: memoryGigabytesPerSecond) }

  private static func measure(tries: Int, memoryGigabytesPerSecond: Double) -> MachinePeaks {
    MachinePeaks(
      sgemmGflops: shapes.map { gflops(rows: $0.rows, outputs: $0.outputs, inputs: $0.inputs, tries) }.max() ?? .nan,
      memoryGigabytesPerSecond: memoryGigabytesPerSecond,
      cacheGigabytesPerSecond: bandwidth(bytes: 16 << 20, repetitions: 10, tries: tries),
      normalNanoseconds: normalNanoseconds(tries), secondLevelBytes: cacheBytes(level: 2),
      thirdLevelBytes: cacheBytes(level: 3))
  }

  /// Of the large network, and squares.
  private static let shapes = [
    (rows: 1024, outputs: 1024, inputs: 1024), (rows: 512, outputs: 512, inputs: 512),
    (rows: 1024, outputs: 400, inputs: 785), (rows: 128, outputs: 400, inputs: 785),
  ]

  /// Of the best try: a peak is what is possible.
  private static func gflops(rows m: Int, outputs n: Int, inputs k: Int, _ tries: Int) -> Double {
    let (a, b) = ([Float](repeating: 1, count: m * k), [Float](repeating: 1, count: k * n))
    var c = [Float](repeating: 0, count: m * n)
    let fastest = (0..<tries).map { _ in
      Stopwatch.seconds {
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a, Int32(k), b, Int32(n), 0, &c,
          Int32(n))
      }
    }.min() ?? .nan
    return 2 * Double(m) * Double(n) * Double(k) / fastest / 1e9
  }

  private static func bandwidth(bytes: Int, repetitions: Int, tries: Int) -> Double {
    let count = bytes / 2 / MemoryLayout<Float>.size
    let x = [Float](repeating: 1, count: count)
    var y = [Float](repeating: 0, count: count)
    let fastest = (0..<tries).map { _ in
      Stopwatch.seconds { for _ in 0..<repetitions { cblas_saxpy(Int32(count), 1e-3, x, 1, &y, 1) } }
    }.min() ?? .nan
    return 1.5 * Double(bytes * repetitions) / fastest / 1e9
  }

  private static func normalNanoseconds(_ tries: Int) -> Double {
    let count = 4096
    var out = [Float](repeating: 0, count: count)
    let kernels = Float.kernels(.current).pointee
    let fastest = (0..<(2 * tries)).map { round in
      Stopwatch.seconds { for block in 0..<50 { kernels.normals(UInt64(round), UInt64(block), 0, count, &out) } }
    }.min() ?? .nan
    return fastest / Double(50 * count) * 1e9
  }

  private static func cacheBytes(level: Int) -> Double {
    let cpu = "/sys/devices/system/cpu/cpu0/cache"
    for index in 0..<8 {
      func text(_ name: String) -> String? {
        try? String(contentsOfFile: "\(cpu)/index\(index)/\(name)", encoding: .utf8)
          .trimmingCharacters(in: .whitespacesAndNewlines)
      }
      guard text("level") == "\(level)", let size = text("size"), let number = Double(size.dropLast()) else { continue }
      return number * (size.last == "M" ? 1_048_576 : 1024)
    }
    return 0
  }
}
