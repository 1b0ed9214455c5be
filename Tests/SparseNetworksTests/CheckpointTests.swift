import GSL
import NetworkShape
import Priors
import Testing

@testable import SparseNetworks

@Suite struct CheckpointTests {
  private static let slabs: [SlabPrior] = [.gaussian(), .groupLasso(), .groupHorseshoe()]

  private func model(_ slab: SlabPrior = .gaussian(), hidden: Int = 3) throws -> NetworkModel {
    try NetworkModel(
      topology: Topology(widths: [2, hidden, 1]), activation: .tanh, slab: slab, spike: .node(negativeLog: [10]),
      likelihood: .gaussian(noise: .learned(initialStandardDeviation: 0.5)))
  }

  private func posterior(of model: NetworkModel, gatesAreFrozen: Bool = true) -> Posterior {
    Posterior(
      model: model, parameters: VariationalParameters(startOf: model, key: StreamKey(seed: 7)),
      gatesAreFrozen: gatesAreFrozen)
  }

  @Test("what is saved comes back bit for bit", arguments: slabs, [true, false])
  func roundTrip(slab: SlabPrior, gatesAreFrozen: Bool) throws {
    let model = try model(slab)
    let posterior = posterior(of: model, gatesAreFrozen: gatesAreFrozen)
    let read = try Checkpoint(bytes: Checkpoint(posterior).bytes, file: "p.bin")
    #expect(try read.posterior(of: model, file: "p.bin") == posterior)
  }

  @Test("the layout of the bytes is fixed: files of today can be read tomorrow and elsewhere")
  func layout() throws {
    let posterior = posterior(of: try model())
    let bytes = Checkpoint(posterior).bytes
    // 13 weights, each with a mean and a rho, the log noise and 3 logits.
    #expect(bytes[..<8].elementsEqual("SLABLAB\0".utf8))
    #expect(bytes[8..<32] == [2, 0, 0, 0, 1, 0, 0, 0, 30, 0, 0, 0, 0, 0, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0])
    #expect(bytes.count == 40 + 4 * 30)
    // The last parameter is a logit, 2 = 0x40000000.
    #expect(bytes.suffix(4) == [0, 0, 0, 0x40])
  }

  @Test("no byte can change unnoticed")
  func damage() throws {
    let bytes = Checkpoint(posterior(of: try model())).bytes
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 0x10
      #expect(throws: CheckpointError.self, "byte \(index)") { try Checkpoint(bytes: damaged, file: "p.bin") }
    }
  }

  @Test("each refusal says what is wrong")
  func refusals() throws {
    let bytes = Checkpoint(posterior(of: try model())).bytes
    func kind(_ bytes: [UInt8]) -> CheckpointError.Kind? {
      do { _ = try Checkpoint(bytes: bytes, file: "p.bin") } catch { return error.kind }
      return nil
    }
    #expect(kind([]) == .notACheckpoint)
    #expect(kind(Array("row,mean,sd\n".utf8)) == .notACheckpoint)
    #expect(kind(Array(bytes.prefix(20))) == .truncated)
    #expect(kind(Array(bytes.dropLast())) == .truncated)
    #expect(kind(bytes + [0]) == .truncated)
    #expect(kind(bytes.enumerated().map { $0 == 8 ? 3 : $1 }) == .newerFormat)
    #expect(kind(bytes.enumerated().map { (16..<24).contains($0) ? 255 : $1 }) == .truncated)
    #expect(kind(bytes.enumerated().map { $0 == 50 ? $1 ^ 1 : $1 }) == .damaged)
    #expect(kind(bytes) == nil)
  }

  @Test("parameters of another model are refused, and named")
  func otherModel() throws {
    let checkpoint = Checkpoint(posterior(of: try model()))
    let other = try model(hidden: 4)
    let error = #expect(throws: CheckpointError.self) { try checkpoint.posterior(of: other, file: "m/p.bin") }
    #expect(
      error?.description
        == "m/p.bin: 30 parameters; expected the model's 39; keep the files of a model together")
  }

  @Test("parameters that are not finite are refused")
  func notFinite() throws {
    let model = try model()
    var parameters = VariationalParameters<Float>(startOf: model, key: StreamKey(seed: 7))
    parameters.values[5] = .nan
    let checkpoint = Checkpoint(Posterior(model: model, parameters: parameters, gatesAreFrozen: true))
    let error = #expect(throws: CheckpointError.self) { try checkpoint.posterior(of: model, file: "p.bin") }
    #expect(error?.kind == .damaged && error?.found == "parameter 5 is nan")
  }
}
