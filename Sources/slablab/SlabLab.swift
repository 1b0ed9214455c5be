import ArgumentParser

@main struct SlabLab: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slablab", abstract: "Does my contraction theorem show in practice?")
}
