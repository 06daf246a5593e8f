import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetFiles
import FacetFormat
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetQuantization
@testable import FacetRecipe
@testable import FacetVerification

/// A mean image in place of a mean colour: what is subtracted of a pixel depends on its place.
@Suite struct MeanImageTests {
  let folder: Folder
  /// 16 x 16 x 3, in units of pixel * scale.
  private let means: [Float] = (0..<768).map { Float($0 * $0 % 251) + Float($0 % 7) / 8 }

  init() throws {
    folder = try Folder()
    try folder.write("mean.npy", NPYArray(shape: [16, 16, 3], elements: .float32(means))?.serialized() ?? [])
    let planar = (0..<768).map { means[$0 % 256 * 3 + $0 / 256] }
    try folder.write("planar.npy", NPYArray(shape: [1, 3, 16, 16], elements: .float32(planar))?.serialized() ?? [])
    try folder.write("small.npy", NPYArray(shape: [8, 8, 3], elements: .float32(Array(means.prefix(192))))?.serialized() ?? [])
    try folder.write("nan.npy", NPYArray(shape: [16, 16, 3], elements: .float32([.nan] + means.dropFirst()))?.serialized() ?? [])
  }

  private func path(_ name: String) -> String { FrozenBundleTests.folder.appendingPathComponent("0.1/\(name)").path }

  private func recipe(_ image: String, mean: String = "") throws -> Recipe {
    try folder.write(
      "recipe.json",
      """
      {"version": 1, "input": {"width": 16, "height": 16, "color": "bgr", "scale": 1, "std": [50, 60, 70], \(mean)"mean_image": "\(image)"},
       "attributes": {"age": {"labels": ["child", "teen", "adult", "old"]}, "emotion": {}}}
      """)
    return try Recipe.load(folder.path + "/recipe.json")
  }

  private func compile(_ recipe: Recipe, _ precision: Precision) throws -> [UInt8] {
    try Compiler.compile(
      CompileRequest(
        models: [path("a.onnx")], recipes: [recipe], target: try Target.named(Target.defaultName), calibration: path("pixels.npy"),
        precision: precision)
    ).bytes
  }

  private func scores(_ bytes: [UInt8], _ pixels: [UInt8], asTensor: Bool = false) throws -> [Float] {
    let session = try Session(bundle: try FacetRuntime.Bundle.opening(bytes))
    if asTensor {
      let std: [Float] = [50, 60, 70]
      let tensor = (0..<768).map { index in
        let (channel, place) = (index / 256, index % 256)
        return (Float(pixels[place * 3 + channel]) - means[place * 3 + channel]) / std[channel]
      }
      try tensor.withUnsafeBufferPointer { values in try session.setTensor(values) }
    } else {
      try pixels.withUnsafeBytes { raw in try session.setPixels(raw) }
    }
    try session.evaluate(attributes: session.bundle.allAttributes)
    return (0..<2).flatMap { Array(session.scores(attribute: $0)) }
  }

  private func pixels() throws -> [UInt8] {
    guard case .uint8(let all) = try NPYArray.read(path("pixels.npy")).elements else { return [] }
    return Array(all.prefix(768))
  }

  @Test func pixelsAreWhatTheTensorsWorkedOutByHandAre() throws {
    let float = try compile(recipe("mean.npy"), .float32)
    let given = try scores(float, pixels(), asTensor: true)
    for (found, wanted) in zip(try scores(float, pixels()), given) { #expect(abs(found - wanted) <= 1e-4 * max(1, abs(wanted))) }
    // In int8 a step of the input apart at most.
    let quantized = try compile(recipe("mean.npy"), .int8)
    let (found, wanted) = (try scores(quantized, pixels()), given)
    let noise = zip(found, wanted).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    let signal = wanted.reduce(0) { $0 + Double($1 * $1) }
    #expect(10 * log10(signal / noise) > 20)
  }

  @Test func theOrderOfTheAxesIsSeenFromTheShape() throws {
    let float = try compile(recipe("mean.npy"), .float32)
    #expect(try scores(float, pixels()) == scores(compile(recipe("planar.npy"), .float32), pixels()))
  }

  @Test func theBundleNeedsAnEngineThatKnowsItAndBringsItAlong() throws {
    let bytes = try compile(recipe("mean.npy"), .int8)
    let bundle = try FacetRuntime.Bundle.opening(bytes)
    #expect(bundle.header.requiredFeatures == 4 && BundleDescription(bundle).input.meanImage == true)
    // Without the file: the bundle's own numbers make the same float network.
    let carried = try #require(bundle.embeddedRecipe)
    let again = try compile(carried, .float32)
    let wanted = try scores(compile(recipe("mean.npy"), .float32), pixels())
    for (found, wanted) in zip(try scores(again, pixels()), wanted) { #expect(abs(found - wanted) <= 1e-4 * max(1, abs(wanted))) }
    for index in 0..<bundle.selfTestCount {
      let passes = try Session(bundle: bundle).passesSelfTest(index)
      #expect(passes)
    }
  }

  @Test func aBranchIsReplacedWithTheMeanImageOfTheBundle() throws {
    let old = try FacetRuntime.Bundle.opening(compile(recipe("mean.npy"), .int8))
    let result = try Compiler.replace(
      old, file: "old.facet", ReplaceRequest(branch: "age", model: path("c.onnx"), calibration: path("pixels.npy")))
    let new = try FacetRuntime.Bundle.opening(result.bytes)
    #expect(new.header.requiredFeatures == 4 && new.input.hasMeanImage)
  }

  @Test(arguments: [("small.npy", "Its shape is [8, 8, 3]"), ("nan.npy", "It holds numbers that are not finite")])
  func anImageThatDoesNotFitIsRefused(_ image: String, _ message: String) throws {
    let recipe = try recipe(image)
    let failure = #expect(throws: FacetError.self) { try compile(recipe, .float32) }
    #expect(failure?.diagnostics.map(\.code) == ["recipe.mean-image"] && failure?.diagnostics[0].message.hasPrefix(message) == true)
  }

  @Test func numbersThatLeaveBinary32AreRefused() throws {
    try folder.write(
      "huge.npy", NPYArray(shape: [16, 16, 3], elements: .float32([Float](repeating: 3e38, count: 768)))?.serialized() ?? [])
    var recipe = try recipe("huge.npy")
    recipe.input?.std = [1e-10, 1, 1]
    let failure = #expect(throws: FacetError.self) { try compile(recipe, .float32) }
    #expect(failure?.diagnostics.map(\.code) == ["recipe.mean-image"])
  }

  @Test func aMissingFileAndASecondMeanAreErrors() throws {
    let missing = try recipe("none.npy")
    let failure = #expect(throws: FacetError.self) { try compile(missing, .float32) }
    #expect(failure?.diagnostics.first?.remedy.contains("names it as \"mean_image\"") == true)
    let both = #expect(throws: FacetError.self) { try recipe("mean.npy", mean: "\"mean\": [1, 2, 3], ") }
    #expect(both?.diagnostics.map(\.code) == ["recipe.mean-image"])
  }
}
