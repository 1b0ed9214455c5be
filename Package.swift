// swift-tools-version: 6.1
import PackageDescription

// Arrows point down only: slablab -> Publishing, Verification -> StudyEngine -> Simulation -> SparseNetworks
// -> Priors -> GSL -> CGSL, and Contraction beside SparseNetworks. NetworkShape is a leaf that both read.
let package = Package(
  name: "SlabLab",
  products: [
    .executable(name: "slablab", targets: ["slablab"]),
    .library(
      name: "SlabLab",
      targets: [
        "GSL", "NetworkShape", "Priors", "Contraction", "SparseNetworks", "Simulation", "StudyEngine", "Publishing",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .target(name: "CKernels", dependencies: ["CGSL"]),
    .target(name: "GSL", dependencies: ["CGSL", "CKernels"]),
    .target(name: "NetworkShape"),
    .target(name: "Priors", dependencies: ["GSL"]),
    .target(name: "Contraction", dependencies: ["NetworkShape", "Priors", "GSL"]),
    .target(
      name: "SparseNetworks", dependencies: ["NetworkShape", "Priors", "GSL", "CKernels", "CGSL", "COpenBLAS"]),
    .target(name: "Simulation", dependencies: ["SparseNetworks", "NetworkShape", "Priors", "GSL"]),
    .target(
      name: "StudyEngine",
      dependencies: [
        "Simulation", "Contraction", "SparseNetworks", "NetworkShape", "Priors", "GSL",
        .product(name: "Yams", package: "Yams"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(name: "Publishing", dependencies: ["StudyEngine", "Contraction", "Priors"]),
    .target(
      name: "Verification",
      dependencies: ["StudyEngine", "Simulation", "Contraction", "SparseNetworks", "NetworkShape", "Priors", "GSL"]),
    .executableTarget(
      name: "slablab",
      dependencies: [
        "Publishing", "Verification", "StudyEngine", "Simulation", "Contraction", "SparseNetworks", "NetworkShape",
        "Priors", "GSL",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "StudyEngine", "Simulation", "SparseNetworks", "Contraction", "NetworkShape", "Priors", "GSL", "CKernels",
        "COpenBLAS",
      ],
      path: "Benchmarks", exclude: ["peers", "results"]),
    .target(name: "TestSupport", dependencies: ["GSL"], path: "Tests/TestSupport"),
    .testTarget(name: "GSLTests", dependencies: ["GSL", "CKernels"]),
    .testTarget(name: "NetworkShapeTests", dependencies: ["NetworkShape"]),
    .testTarget(name: "PriorsTests", dependencies: ["Priors", "GSL"]),
    .testTarget(name: "ContractionTests", dependencies: ["Contraction", "NetworkShape", "Priors", "GSL"]),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .testTarget(
      name: "SparseNetworksTests",
      dependencies: ["SparseNetworks", "NetworkShape", "Priors", "GSL", "CKernels", "TestSupport", "AllocationCounter"]),
    .testTarget(name: "SimulationTests", dependencies: ["Simulation", "SparseNetworks", "NetworkShape", "GSL"]),
    .testTarget(
      name: "StudyEngineTests",
      dependencies: [
        "StudyEngine", "Simulation", "SparseNetworks", "Contraction", "NetworkShape", "Priors", "GSL", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(name: "PublishingTests", dependencies: ["Publishing", "StudyEngine", "Contraction", "Priors", "GSL", "TestSupport"]),
    .testTarget(name: "VerificationTests", dependencies: ["Verification", "Priors"]),
    .testTarget(name: "BenchmarksTests", dependencies: ["Benchmarks", "Priors", "SparseNetworks"]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "slablab", "StudyEngine", "Contraction", "NetworkShape", "Priors", "GSL", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
