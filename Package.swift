// swift-tools-version: 6.2
import PackageDescription

/// What also compiles as Embedded Swift for the boards: a construct that Embedded Swift lacks is an error here already.
let embedded: [SwiftSetting] = [.treatWarning("EmbeddedRestrictions", as: .error)]

let package = Package(
  name: "facet",
  products: [
    .executable(name: "facet", targets: ["facet"]),
    .executable(name: "facet-run", targets: ["facet-run"]),
    .executable(name: "facet-kernel-test", targets: ["facet-kernel-test"]),
    .executable(name: "facet-fuzz", targets: ["facet-fuzz"]),
    .executable(name: "facet-conformance", targets: ["facet-conformance"]),
    .library(name: "FacetRuntime", targets: ["FacetRuntime"]),
    .library(name: "FacetCompiler", targets: ["FacetCompiler"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // The engine: what a board runs.
    .target(name: "FacetPlatform", linkerSettings: [.linkedLibrary("pthread")]),
    .target(
      name: "FacetKernels", dependencies: ["FacetPlatform"], cSettings: [.headerSearchPath(".")], linkerSettings: [.linkedLibrary("m")]),
    .target(name: "CFacet"),
    .target(name: "FacetFormat", swiftSettings: embedded),
    .target(name: "FacetRuntime", dependencies: ["FacetFormat", "FacetKernels", "FacetPlatform", "CFacet"], swiftSettings: embedded),
    .executableTarget(name: "facet-run", dependencies: ["FacetRuntime", "CFacet", "CProcess"]),
    .executableTarget(name: "facet-kernel-test", dependencies: ["FacetKernels", "FacetPlatform", "CMachineLimits"]),

    // The compiler: what a workstation runs.
    .systemLibrary(name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev", "zlib1g-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CProcess"),
    .target(name: "COnnx", dependencies: ["CProtobufC"]),
    .target(name: "CImage", dependencies: ["CPNG", "CJPEG"]),
    .target(name: "FacetIR"),
    .target(name: "FacetPasses", dependencies: ["FacetIR"]),
    .target(name: "FacetFiles"),
    .target(name: "FacetImport", dependencies: ["FacetIR", "FacetFiles", "COnnx"]),
    .target(name: "FacetData", dependencies: ["FacetFormat", "FacetFiles", "CImage", "CZlib", "CProcess"]),
    .target(name: "FacetQuantization", dependencies: ["FacetIR", "FacetData", "FacetRuntime"]),
    .target(name: "FacetPlanning", dependencies: ["FacetIR", "FacetData", "FacetRuntime"]),
    .target(
      name: "FacetCompiler",
      dependencies: [
        "FacetIR", "FacetPasses", "FacetImport", "FacetData", "FacetQuantization", "FacetPlanning", "FacetRuntime",
        "FacetFormat", "FacetFiles", "FacetKernels",
      ]),
    .target(name: "CMachineLimits"),
    .target(
      name: "FacetVerification",
      dependencies: ["FacetRuntime", "FacetKernels", "FacetFormat", "FacetData", "FacetFiles", "FacetCompiler", "CMachineLimits"]),
    .executableTarget(
      name: "facet",
      dependencies: [
        "FacetCompiler", "FacetVerification", "FacetData", "FacetFiles", "CProcess",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], plugins: ["BuildCommit"]),
    .plugin(name: "BuildCommit", capability: .buildTool()),
    .executableTarget(
      name: "facet-fuzz",
      dependencies: ["FacetCompiler", "FacetVerification", "FacetData", "FacetFormat", "FacetRuntime", "FacetTestSupport"]),
    .executableTarget(
      name: "facet-conformance", dependencies: ["FacetCompiler", "FacetImport", "FacetIR", "FacetData", "FacetFormat", "FacetRuntime"]),

    // What tests share.
    .target(name: "FacetTestSupport", dependencies: ["FacetData"], path: "Tests/FacetTestSupport"),
    .testTarget(name: "FacetFormatTests", dependencies: ["FacetFormat", "FacetTestSupport"]),
    .testTarget(name: "FacetRuntimeTests", dependencies: ["FacetRuntime", "FacetFormat", "FacetTestSupport"]),
    .testTarget(name: "FacetIRTests", dependencies: ["FacetIR", "FacetTestSupport"]),
    .testTarget(name: "FacetPassesTests", dependencies: ["FacetPasses", "FacetIR", "FacetTestSupport"]),
    .testTarget(
      name: "FacetImportTests", dependencies: ["FacetImport", "FacetIR", "FacetFiles", "FacetTestSupport"],
      exclude: [
        "make_cases.py", "make_topk_cases.py", "make_quantized_cases.py", "make_logic_cases.py", "make_constant_cases.py",
        "make_batch_cases.py",
      ],
      resources: [.copy("Cases")]),
    .testTarget(
      name: "FacetDataTests", dependencies: ["FacetData", "FacetFiles", "FacetFormat", "FacetTestSupport"], exclude: ["make_cases.py"],
      resources: [.copy("Cases")]),
    .testTarget(name: "FacetQuantizationTests", dependencies: ["FacetQuantization"]),
    .testTarget(name: "FacetPlanningTests", dependencies: ["FacetPlanning", "FacetIR", "FacetTestSupport"]),
    .testTarget(
      name: "FacetCompilerTests",
      dependencies: [
        "FacetCompiler", "FacetRuntime", "FacetKernels", "FacetIR", "FacetPasses", "FacetImport", "FacetData", "FacetFiles",
        "FacetTestSupport",
      ]),
    .testTarget(name: "FacetVerificationTests", dependencies: ["FacetVerification", "FacetKernels"]),
    .testTarget(name: "FacetCommandTests", dependencies: ["facet", "FacetCompiler", "FacetVerification"]),
  ],
  cLanguageStandard: .gnu11
)
