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
    .library(name: "FacetCompiler", targets: ["FacetCompiler"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // The engine: what a board runs.
    .target(
      name: "FacetKernels", cSettings: [.headerSearchPath(".")], linkerSettings: [.linkedLibrary("m"), .linkedLibrary("pthread")]),
    .target(name: "CFacet"),
    .target(name: "FacetFormat", swiftSettings: embedded),
    .target(name: "FacetRuntime", dependencies: ["FacetFormat", "FacetKernels", "CFacet"], swiftSettings: embedded),
    .executableTarget(name: "facet-run", dependencies: ["FacetRuntime", "CFacet", "CProcess"]),
    .executableTarget(name: "facet-kernel-test", dependencies: ["FacetKernels", "CMachineLimits"]),

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
    .target(name: "FacetIR"),
    .target(name: "FacetPasses", dependencies: ["FacetIR"]),
    .target(name: "FacetImport", dependencies: ["FacetDiagnostics", "FacetFiles", "FacetIR", "COnnx"]),
    .target(name: "FacetData", dependencies: ["FacetDiagnostics", "FacetFiles", "FacetFormat", "CImage"]),
    .target(name: "FacetQuantization", dependencies: ["FacetIR", "FacetFormat", "FacetRuntime"]),
    .target(name: "FacetPlanning", dependencies: ["FacetFiles", "FacetIR"]),
    .target(
      name: "FacetCompiler",
      dependencies: [
        "FacetDiagnostics", "FacetFiles", "FacetIR", "FacetPasses", "FacetImport", "FacetData", "FacetQuantization", "FacetPlanning",
        "FacetRuntime", "FacetFormat", "FacetKernels",
      ]),
    .target(name: "CMachineLimits"),
    .target(
      name: "FacetVerification",
      dependencies: [
        "FacetDiagnostics", "FacetRuntime", "FacetKernels", "FacetFormat", "FacetData", "FacetFiles", "FacetCompiler", "CMachineLimits",
      ]),
    .executableTarget(
      name: "facet",
      dependencies: [
        "FacetCompiler", "FacetVerification", "FacetData", "FacetDiagnostics", "FacetFiles", "CProcess",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], plugins: ["BuildCommit"]),
    .plugin(name: "BuildCommit", capability: .buildTool()),
    .executableTarget(
      name: "facet-fuzz",
      dependencies: [
        "FacetDiagnostics", "FacetCompiler", "FacetVerification", "FacetData", "FacetFiles", "FacetFormat", "FacetRuntime",
        "FacetTestSupport",
      ]),
    .executableTarget(
      name: "facet-conformance",
      dependencies: [
        "FacetDiagnostics", "FacetFiles", "FacetCompiler", "FacetImport", "FacetIR", "FacetData", "FacetFormat", "FacetRuntime",
      ]),

    // What tests share.
    .target(name: "FacetTestSupport", dependencies: ["FacetDiagnostics", "FacetFiles"], path: "Tests/FacetTestSupport"),
    .testTarget(name: "FacetDiagnosticsTests", dependencies: ["FacetDiagnostics"]),
    .testTarget(
      name: "FacetFilesTests",
      dependencies: ["FacetDiagnostics", "FacetFiles", "FacetData", "FacetTestSupport"],
      exclude: ["make_cases.py"], resources: [.copy("Cases")]),
    .testTarget(name: "FacetFormatTests", dependencies: ["FacetFormat", "FacetFiles", "FacetTestSupport"]),
    .testTarget(
      name: "FacetRuntimeTests", dependencies: ["FacetKernels", "CFacet", "FacetFormat", "FacetRuntime", "FacetFiles", "FacetTestSupport"]),
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
      dependencies: ["FacetFormat", "FacetDiagnostics", "FacetFiles", "FacetData", "FacetTestSupport"],
      exclude: ["make_cases.py"],
      resources: [.copy("Cases")]),
    .testTarget(name: "FacetQuantizationTests", dependencies: ["FacetQuantization"]),
    .testTarget(name: "FacetPlanningTests", dependencies: ["FacetFiles", "FacetIR", "FacetPlanning", "FacetTestSupport"]),
    .testTarget(
      name: "FacetCompilerTests",
      dependencies: [
        "FacetKernels", "FacetFormat", "FacetRuntime", "FacetDiagnostics", "FacetFiles", "FacetIR", "FacetPasses", "FacetImport",
        "FacetData", "FacetQuantization", "FacetPlanning", "FacetCompiler", "FacetTestSupport",
      ]),
    .testTarget(
      name: "FacetVerificationTests",
      dependencies: [
        "FacetKernels", "FacetFormat", "FacetRuntime", "FacetDiagnostics", "FacetFiles", "FacetIR", "FacetImport", "FacetData",
        "FacetCompiler", "FacetVerification",
      ]),
    .testTarget(name: "FacetCommandTests", dependencies: ["FacetCompiler", "facet"]),
  ],
  cLanguageStandard: .gnu11
)

for target in package.targets where target.type == .regular || target.type == .executable || target.type == .test {
  if target.swiftSettings == nil { target.swiftSettings = strict }
}
