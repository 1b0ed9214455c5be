import Foundation

/// Everything that one run measured; `results/<date>-<cpu>.json` is this.
struct BenchmarkReport: Encodable, Equatable {
  let machine: Machine
  let peaks: MachinePeaks
  /// nil where the peers aren't installed.
  var peers: Peers.Versions?
  var steps: [StepRow] = []
  var pieces: [PieceBenchmark.Row] = []
  var liveNodes: [LiveNodesBenchmark.Row] = []
  var fits: [FitBenchmark.Row] = []
  var theory: [TheoryRow] = []
  var study: [StudyBenchmark.Row] = []
  var engine: [EngineBenchmark.Row] = []
  var compactNetworks: [CompactNetworkBenchmark.Row] = []

  init(machine: Machine, peaks: MachinePeaks) {
    self.machine = machine
    self.peaks = peaks
  }

  /// Indented, keys sorted: two runs differ only where their numbers do.
  var json: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.keyEncodingStrategy = .convertToSnakeCase
      return try encoder.encode(self) + Data("\n".utf8)
    }
  }
}
