import FacetBundle
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetQuantization
import FacetRecipe
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler

/// Which part of its inputs a bundle keeps for its self-test, and how large that makes it.
@Suite struct SelfTestTileTests {
  static let shapes: [[Int]] = [
    [3, 640, 640], [3, 64, 64], [1, 28, 28], [3, 8, 8], [1, 1, 1], [1, 1, 16_000], [80, 1, 3000], [768, 14, 14], [150_528, 1, 1],
    [3, 1080, 9],
    [17, 13, 2], [2, 4096, 1],
  ]

  @Test(arguments: shapes, [384, 1000, 3072]) func aTileHasFewCodesAndSidesThatArePrimes(_ shape: [Int], _ most: Int) {
    let tile = SelfTestTile(channels: shape[0], height: shape[1], width: shape[2], codes: most)
    let sides = [tile.channels, tile.height, tile.width].map(Int.init)
    #expect(sides.reduce(1, *) <= most)
    for (side, whole) in zip(sides, shape) {
      #expect(side >= 1 && side <= whole)
      #expect(side == whole || side >= 2 && (2..<side).allSatisfy { side % $0 != 0 }, "\(side) of \(whole)")
    }
    // What is left out does not fit.
    if shape.reduce(1, *) <= most { #expect(sides == shape) }
    #expect(sides[1] >= min(shape[1], 11) && sides[2] >= min(shape[2], 11))
    #expect(shape != [3, 640, 640] || most != 3072 || sides == [3, 31, 31])
  }

  private static let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")

  /// One convolution, the values of all channels.
  private func convolution(_ shape: [Int], outputs: Int = 4, stride: Int = 1) throws -> ImportedModel {
    var graph = Graph()
    var random = SplitMix64(seed: 4)
    let x = graph.addInput(name: "x", shape: [1] + shape)
    let w = graph.addConstant(name: "w", Tensor(shape: [outputs, shape[0], 3, 3], elements: random.normals([outputs, shape[0], 3, 3])))
    let b = graph.addConstant(name: "b", Tensor(shape: [outputs], repeating: 0.1))
    let conv = try graph.addNode(name: "conv", Convolution(strides: [stride, stride], pads: [1, 1, 1, 1], clamp: .relu), [x, w, b])
    graph.outputs = [GraphOutput(name: "y", value: conv)]
    return ImportedModel(graph: graph, source: Self.source, notes: [])
  }

  private func compile(
    _ model: ImportedModel, _ data: NPYArray?, recipe: String? = nil, _ precision: Precision = .int8
  ) throws -> FacetRuntime.Bundle {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-tiles-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try data?.write(to: file)
    let recipes = try recipe.map { [try Recipe.parse(Array($0.utf8), file: "r.json")] } ?? []
    let request = CompileRequest(
      models: ["m.onnx"], recipes: recipes, target: try Target.named(Target.defaultName), calibration: data == nil ? nil : file,
      precision: precision)
    return try Bundle.opening(Compiler.compile(model, request).bytes)
  }

  private func bytesOfSelfTest(_ bundle: FacetRuntime.Bundle) -> Int {
    bundle.sections.filter { $0.kind == SectionKind.selfTest.rawValue }.reduce(0) { $0 + Int($1.length) }
  }

  /// 640 x 640 of a network with few weights: what dominates a bundle must not be its test.
  @Test func theInt8BundleOfALargeInputIsSmallerThanTheFloatBundle() throws {
    let model = try convolution([3, 640, 640], outputs: 64, stride: 32)
    var random = SplitMix64(seed: 5)
    let data = try #require(NPYArray(shape: [2, 3, 640, 640], elements: .float32(random.normals([2, 3, 640, 640]))))
    let bundle = try compile(model, data)
    let float = try compile(model, nil, .float32)
    #expect(bundle.view.count < float.view.count, "\(bundle.view.count) bytes in int8, \(float.view.count) in float32")
    #expect(bundle.selfTestCount == 2 && bytesOfSelfTest(bundle) <= max(Int(bundle.view.count) / 7, 1000))
    #expect(bundle.header.version == 2 && bundle.selfTest?.kind == SelfTestRecord.numberTile)
  }

  /// Both samples, in the order of the data, where the middle of the image lies.
  @Test func aTileIsTheMiddleOfACalibrationImage() throws {
    let pixels: [UInt8] = (0..<21_600).map { place in UInt8(truncatingIfNeeded: (UInt64(place) &* 2_654_435_761) >> 13) }
    let data = try #require(NPYArray(shape: [3, 40, 60, 3], elements: .uint8(pixels)))
    let bundle = try compile(
      convolution([3, 40, 60]), data, recipe: #"{"version": 1, "input": {"width": 60, "height": 40, "mean": [0.5, 0.4, 0.3]}}"#)
    let test = try #require(bundle.selfTest)
    let (channels, height, width) = (Int(test.tile.channels), Int(test.tile.height), Int(test.tile.width))
    #expect(test.kind == SelfTestRecord.pixelTile && test.sampleCount == 2 && channels == 3 && height == width && height < 40)
    let (top, left) = ((40 - height) / 2, (60 - width) / 2)
    for sample in 0..<2 {
      var middle: [UInt8] = []
      for y in top..<top + height {
        let row = (sample * 40 + y) * 60 * 3
        middle += pixels[row + left * 3..<row + (left + width) * 3]
      }
      #expect(test.sample(Int64(sample)).map { Array($0.bytes.bytes) } == middle)
      let passes = try Session(bundle: bundle, threads: 1, isa: nil).passesSelfTest(sample)
      #expect(passes)
    }
  }

  /// What the tile's codes stand for becomes these codes again, so nothing of the range is lost or clipped.
  @Test func numbersOfATileAreTheInputsOwnCodes() throws {
    let numbers: [Float] = (0..<768).map { Float($0 % 251) / 10 - 7 }
    let bundle = try compile(convolution([3, 8, 8]), try #require(NPYArray(shape: [4, 3, 8, 8], elements: .float32(numbers))))
    let test = try #require(bundle.selfTest)
    let tensor = bundle.fragments[0].tensors[Int(bundle.input.tensor)]
    #expect(test.kind == SelfTestRecord.numberTile && tensor.type == .int8)
    for code in 0...255 {
      let number = (Float(code) - test.tile.zero) * test.tile.scale
      let q = Int((number * bundle.input.multiplier).rounded(.toNearestOrEven)) + Int(tensor.zeroPoint)
      #expect(q == code - 128)
    }
    // Whole inputs, as they are this small: the nearest code of each number.
    for sample in 0..<2 {
      let codes = try #require(test.sample(Int64(sample))).bytes.bytes
      for (index, code) in codes.enumerated() {
        let number = (Float(code) - test.tile.zero) * test.tile.scale
        #expect(abs(number - numbers[sample * 192 + index % 3 * 64 + index / 3]) <= test.tile.scale)
      }
    }
  }

  static let spans: [([Float], [Float])] = [
    ([0, 3, 255], [0, 3, 255]), ([1000, 1100], [1000, 1100]), ([-5, 249], [-5, 249]), ([7], [7]), ([0.25], [0.25]),
    ([-2.5, 2.5], [-2.5, 2.5]),
    ([1e30, 1e30], [1e30, 1e30]), ([1e-42, 2e-42], [1e-42, 2e-42]), ([-3e38, 3e38], [-3e38, 3e38]), ([1e6 + 0.25, 1e6 + 0.5], [1e6, 1e6]),
  ]

  /// Inputs that stay float32 have no codes of their own.
  @Test(arguments: spans) func codesSpanTheNumbersOfAFloatInput(_ numbers: [Float], _ wanted: [Float]) {
    var tile = SelfTestTile()
    tile.span(numbers)
    #expect(tile.scale > 0 && tile.scale.isFinite && tile.zero.isFinite)
    for (number, wanted) in zip(numbers, wanted) {
      let found = (Float(tile.code(number)) - tile.zero) * tile.scale
      let isWhole = numbers.allSatisfy { $0 == $0.rounded() } && numbers.allSatisfy { abs($0) < 2000 }
      #expect(isWhole ? found == wanted : abs(found - wanted) <= max(tile.scale, abs(wanted) * 1e-6), "\(number): \(found)")
    }
    #expect(tile.code(.nan) == 0 && tile.code(-.infinity) == 0 && tile.code(.infinity) == 255)
  }
}
