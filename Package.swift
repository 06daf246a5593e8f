// swift-tools-version: 6.2
import PackageDescription

/// A file imports what it uses: what a part depends on can be read from its files, and `Tests/FacetTidyTests` compares the two.
let strict: [SwiftSetting] = [.enableUpcomingFeature("MemberImportVisibility")]

/// What also compiles as Embedded Swift for the boards: a construct that Embedded Swift lacks is an error here already.
let embedded: [SwiftSetting] = strict + [.treatWarning("EmbeddedRestrictions", as: .error)]

let package = Package(
  name: "facet",
  products: [
    .executable(name: "facet", targets: ["facet"]),
    .executable(name: "facet-run", targets: ["facet-run"]),
    .executable(name: "facet-kernel-test", targets: ["facet-kernel-test"]),
    .executable(name: "facet-fuzz", targets: ["facet-fuzz"]),
    .executable(name: "facet-conformance", targets: ["facet-conformance"]),
    .library(name: "FacetRuntime", targets: ["FacetRuntime"]),
    .library(name: "FacetC", targets: ["FacetC", "CFacet"]),
    .library(name: "FacetCompiler", targets: ["FacetCompiler"]),
    .library(name: "FacetDiagnostics", targets: ["FacetDiagnostics"]),
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
    .target(name: "FacetFrames", dependencies: ["FacetFormat"], swiftSettings: embedded),
    .target(name: "FacetRuntime", dependencies: ["FacetFormat", "FacetFrames", "FacetKernels", "FacetPlatform"], swiftSettings: embedded),
    .target(name: "FacetC", dependencies: ["CFacet", "FacetFormat", "FacetFrames", "FacetRuntime"], swiftSettings: embedded),
    .executableTarget(name: "facet-run", dependencies: ["FacetC", "CFacet", "CProcess"]),
    .executableTarget(name: "facet-kernel-test", dependencies: ["FacetKernels", "FacetPlatform", "CMachineLimits"]),

    // The compiler: what a workstation runs.
    .systemLibrary(name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev", "zlib1g-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CProcess"),
    .target(name: "COnnx", dependencies: ["CProtobufC"]),
    .target(name: "CImage", dependencies: ["CPNG", "CJPEG"]),
    .target(name: "FacetDiagnostics"),
    .target(name: "FacetFiles", dependencies: ["FacetDiagnostics", "CZlib", "CProcess"]),
    .target(name: "FacetIR", dependencies: ["FacetDiagnostics"]),
    .target(name: "FacetPasses", dependencies: ["FacetIR"]),
    .target(name: "FacetImport", dependencies: ["FacetDiagnostics", "FacetFiles", "FacetIR", "COnnx"]),
    .target(name: "FacetMetrics", dependencies: ["FacetDiagnostics"]),
    .target(name: "FacetRecipe", dependencies: ["FacetDiagnostics", "FacetFiles", "FacetFormat", "FacetMetrics"]),
    .target(name: "FacetData", dependencies: ["FacetDiagnostics", "FacetFiles", "FacetFormat", "FacetFrames", "CImage"]),
    .target(name: "FacetStatistics", dependencies: ["FacetRuntime"]),
    .target(name: "FacetQuantization", dependencies: ["FacetFormat", "FacetIR", "FacetPasses", "FacetStatistics"]),
    .target(
      name: "FacetLowering", dependencies: ["FacetFormat", "FacetFiles", "FacetIR", "FacetQuantization"]),
    .target(
      name: "FacetBundle",
      dependencies: ["FacetPlatform", "FacetKernels", "FacetFormat", "FacetRuntime", "FacetDiagnostics", "FacetFiles", "FacetRecipe"]),
    .target(name: "CMachineLimits"),
    .target(
      name: "FacetEvaluation",
      dependencies: [
        "FacetKernels", "FacetFormat", "FacetFrames", "FacetRuntime", "FacetDiagnostics", "FacetFiles", "FacetRecipe", "FacetData",
        "FacetBundle", "CMachineLimits",
      ]),
    .target(
      name: "FacetSensitivity",
      dependencies: [
        "FacetFormat", "FacetRuntime", "FacetDiagnostics", "FacetIR", "FacetMetrics", "FacetQuantization", "FacetLowering",
        "FacetBundle", "FacetRecipe",
      ]),
    .target(
      name: "FacetCompiler",
      dependencies: [
        "FacetKernels", "FacetFormat", "FacetRuntime", "FacetDiagnostics", "FacetFiles", "FacetIR", "FacetPasses", "FacetImport",
        "FacetMetrics", "FacetRecipe", "FacetData", "FacetStatistics", "FacetQuantization", "FacetLowering", "FacetBundle",
        "FacetEvaluation", "FacetSensitivity",
      ]),
    .target(
      name: "FacetVerification",
      dependencies: [
        "FacetRuntime", "FacetDiagnostics", "FacetFiles", "FacetMetrics", "FacetRecipe", "FacetData", "FacetQuantization", "FacetBundle",
        "FacetEvaluation", "FacetCompiler", "FacetSensitivity",
      ]),
    .executableTarget(
      name: "facet",
      dependencies: [
        "FacetDiagnostics", "FacetFiles", "FacetFormat", "FacetRuntime", "FacetImport", "FacetRecipe", "FacetMetrics", "FacetData",
        "FacetQuantization", "FacetBundle", "FacetEvaluation", "FacetCompiler", "FacetSensitivity", "FacetVerification", "CProcess",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], plugins: ["BuildCommit"]),
    .plugin(name: "BuildCommit", capability: .buildTool()),
    .executableTarget(
      name: "facet-fuzz",
      dependencies: [
        "FacetFormat", "FacetRuntime", "FacetDiagnostics", "FacetFiles", "FacetRecipe", "FacetData", "FacetQuantization", "FacetBundle",
        "FacetEvaluation", "FacetCompiler", "FacetVerification", "FacetTestSupport",
      ]),
    .executableTarget(
      name: "facet-conformance",
      dependencies: [
        "FacetFormat", "FacetRuntime", "FacetDiagnostics", "FacetFiles", "FacetIR", "FacetImport", "FacetData", "FacetQuantization",
        "FacetBundle", "FacetCompiler",
      ]),

    // What tests share.
    .target(name: "FacetTestSupport", dependencies: ["FacetDiagnostics", "FacetFiles", "FacetFormat"], path: "Tests/FacetTestSupport"),
    .testTarget(name: "FacetTidyTests"),
    .testTarget(name: "FacetDiagnosticsTests", dependencies: ["FacetDiagnostics"]),
    .testTarget(
      name: "FacetFilesTests",
      dependencies: ["CProcess", "FacetDiagnostics", "FacetFiles", "FacetData", "FacetTestSupport"],
      exclude: ["make_cases.py"], resources: [.copy("Cases")]),
    .testTarget(name: "FacetFormatTests", dependencies: ["FacetFormat"]),
    .testTarget(name: "FacetFramesTests", dependencies: ["FacetFormat", "FacetFrames", "FacetFiles", "FacetTestSupport"]),
    .testTarget(name: "FacetCTests", dependencies: ["CFacet", "FacetC"]),
    .testTarget(
      name: "FacetRuntimeTests",
      dependencies: ["FacetKernels", "CFacet", "FacetFormat", "FacetFrames", "FacetRuntime", "FacetC", "FacetFiles", "FacetTestSupport"]),
    .testTarget(name: "FacetIRTests", dependencies: ["FacetFiles", "FacetIR", "FacetTestSupport"]),
    .testTarget(name: "FacetPassesTests", dependencies: ["FacetFiles", "FacetIR", "FacetPasses", "FacetTestSupport"]),
    .testTarget(
      name: "FacetImportTests", dependencies: ["FacetDiagnostics", "FacetFiles", "FacetIR", "FacetImport", "FacetTestSupport"],
      exclude: [
        "make_cases.py", "make_topk_cases.py", "make_quantized_cases.py", "make_logic_cases.py", "make_constant_cases.py",
        "make_batch_cases.py",
      ],
      resources: [.copy("Cases")]),
    .testTarget(
      name: "FacetDataTests",
      dependencies: ["FacetFormat", "FacetFrames", "FacetDiagnostics", "FacetFiles", "FacetData", "FacetTestSupport"],
      exclude: ["make_cases.py"],
      resources: [.copy("Cases")]),
    .testTarget(name: "FacetMetricsTests", dependencies: ["FacetMetrics"]),
    .testTarget(name: "FacetRecipeTests", dependencies: ["FacetFormat", "FacetDiagnostics", "FacetMetrics", "FacetRecipe"]),
    .testTarget(name: "FacetBundleTests", dependencies: ["FacetDiagnostics", "FacetFiles", "FacetBundle", "FacetTestSupport"]),
    .testTarget(
      name: "FacetQuantizationTests", dependencies: ["FacetFiles", "FacetIR", "FacetPasses", "FacetStatistics", "FacetQuantization"]),
    .testTarget(
      name: "FacetLoweringTests",
      dependencies: ["FacetFormat", "FacetFiles", "FacetIR", "FacetQuantization", "FacetLowering", "FacetTestSupport"]),
    .testTarget(
      name: "FacetCompilerTests",
      dependencies: [
        "FacetKernels", "FacetFormat", "FacetRuntime", "FacetDiagnostics", "FacetFiles", "FacetIR", "FacetPasses", "FacetImport",
        "FacetMetrics", "FacetRecipe", "FacetData", "FacetStatistics", "FacetQuantization", "FacetLowering", "FacetBundle",
        "FacetEvaluation", "FacetSensitivity", "FacetCompiler", "FacetTestSupport",
      ]),
    .testTarget(
      name: "FacetSensitivityTests",
      dependencies: [
        "FacetFormat", "FacetRuntime", "FacetFiles", "FacetIR", "FacetImport", "FacetMetrics", "FacetRecipe", "FacetQuantization",
        "FacetLowering", "FacetBundle", "FacetCompiler", "FacetSensitivity", "FacetTestSupport",
      ]),
    .testTarget(
      name: "FacetVerificationTests",
      dependencies: [
        "FacetKernels", "FacetFormat", "FacetRuntime", "FacetDiagnostics", "FacetFiles", "FacetIR", "FacetImport", "FacetMetrics",
        "FacetRecipe", "FacetData", "FacetQuantization", "FacetLowering", "FacetBundle", "FacetEvaluation", "FacetCompiler",
        "FacetVerification",
      ]),
    .testTarget(
      name: "FacetCommandTests",
      dependencies: [
        "FacetDiagnostics", "FacetFiles", "FacetImport", "FacetRecipe", "FacetData", "FacetBundle", "FacetCompiler", "FacetVerification",
        "facet",
      ]),
  ],
  cLanguageStandard: .gnu11
)

for target in package.targets where target.type == .regular || target.type == .executable || target.type == .test {
  if target.swiftSettings == nil { target.swiftSettings = strict }
}
