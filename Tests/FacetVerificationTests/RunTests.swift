import FacetData
import FacetDiagnostics
import FacetFiles
import FacetImport
import FacetKernels
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetEvaluation
@testable import FacetVerification

@Suite struct RunTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("a.npy", channels: [1, 0, 0])
    try folder.write("b.npy", channels: [0, 3, 0])
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1], recipe: TinyNetwork.recipe))
  }

  private func open(_ inputs: [String], _ attributes: [String]? = nil) throws -> BundleRun {
    try BundleRun(
      BundleFile(folder.path + "/m.facet"), inputs: inputs, options: EvaluationOptions(attributes: attributes), threads: 1, isa: "scalar")
  }

  @Test func everySampleGetsItsLabelsAndConfidences() throws {
    var results: [SampleResult] = []
    try open([folder.path + "/a.npy", folder.path + "/b.npy"]).run { results.append($0) }
    #expect(results.map(\.file) == [folder.path + "/a.npy", folder.path + "/b.npy"])
    #expect(results.map { $0.attributes.map(\.label) } == [["cat", nil], ["dog", nil]])
    #expect(results.map { $0.attributes[0].scores } == [[1, 0, 0], [0, 3, 0]])
    // softmax(3, 0, 0).
    let confidence = try #require(results[1].attributes[0].confidence)
    #expect(abs(Double(confidence) - exp(3) / (exp(3) + 2)) < 1e-6)
    #expect(results[0].attributes[1].scores == [1] && results[0].attributes[1].confidence == nil)
  }

  @Test func onlyTheAttributesAskedForAreGiven() throws {
    var names: [[String]] = []
    try open([folder.path + "/a.npy"], ["size"]).run { names.append($0.attributes.map(\.name)) }
    #expect(names == [["size"]])
  }

  @Test func allUnknownNamesAreSaidAtOnce() throws {
    let failure = #expect(throws: FacetError.self) { try open([folder.path + "/a.npy"], ["kid", "siz", "kind"]) }
    #expect(failure?.diagnostics.map(\.message) == ["The bundle has no attribute 'kid'.", "The bundle has no attribute 'siz'."])
    #expect(failure?.diagnostics.map(\.remedy) == ["Did you mean 'kind'? It has kind, size.", "Did you mean 'size'? It has kind, size."])
    let missing = #expect(throws: FacetError.self) { try open(["no.jpg", "nor-this.jpg"]) }
    #expect(missing?.diagnostics.map(\.file) == ["no.jpg", "nor-this.jpg"])
  }

  @Test func resultsAreWrittenAsArraysWithTheSamplesFirst() throws {
    let run = try open([folder.path + "/a.npy", folder.path + "/b.npy"])
    var files = try ResultFiles(folder: folder.path + "/out/deep", for: run)
    try run.run { files.add($0) }
    try files.write()
    let kind = try NPYArray.read(folder.path + "/out/deep/kind.npy")
    #expect(kind == NPYArray(shape: [2, 3], elements: .float32([1, 0, 0, 0, 3, 0])))
    #expect(try NPYArray.read(folder.path + "/out/deep/size.npy") == NPYArray(shape: [2, 1], elements: .float32([1, 0])))
  }

  @Test(arguments: [("age", "age.npy"), ("a/b:c d", "a_b_c_d.npy"), ("Ä-1.x_", "_-1.x_.npy"), ("²½", "__.npy")])
  func namesOfFilesHaveOnlySafeCharacters(_ name: String, _ file: String) { #expect(ResultFiles.fileName(name) == file) }

  @Test func anUnknownKernelLevelIsAnError() {
    let failure = #expect(throws: FacetError.self) {
      try BundleRun(BundleFile(folder.path + "/m.facet"), inputs: [folder.path + "/a.npy"], threads: 1, isa: "scaler")
    }
    #expect(failure?.diagnostics.first?.remedy.hasPrefix("Did you mean 'scalar'?") == true)
  }

  @Test func aDamagedBundleIsAnErrorWithItsCode() throws {
    let good = try TinyNetwork.bundle(factors: [1, 1, 1])
    try folder.write("cut.facet", Array(good.dropLast()))
    try folder.write("empty.facet", "")
    try folder.write("text.facet", "no bundle at all")
    let codes = ["cut.facet", "empty.facet", "text.facet", "none.facet"].map { name in
      #expect(throws: FacetError.self) { try BundleFile("\(folder.path)/\(name)") }?.diagnostics.map(\.code) ?? []
    }
    #expect(codes == [["B5"], ["bundle.unreadable"], ["B2"], ["bundle.unreadable"]])
  }

  @Test func aDescriptionSeesAChangedWeight() throws {
    var bytes = try TinyNetwork.bundle(factors: [1, 1, 1])
    let sound = try BundleDescription(Bundle.opening(bytes))
    #expect(sound.isIntact && sound.precision == "float32" && sound.attributes.map(\.name) == ["kind", "size"])
    let weights = try #require(sound.sections.first { $0.kind == "weights" })
    bytes[weights.offset] ^= 1
    let changed = try BundleDescription(Bundle.opening(bytes))
    #expect(changed.sections.filter { !$0.intact }.map(\.kind) == ["weights"])
  }

  @Test func aBenchmarkTimesWhatItIsAskedFor() throws {
    let benchmark = try Benchmark(BundleFile(folder.path + "/m.facet"), attributes: nil, threads: 2, isa: nil)
    let result = try benchmark.run(iterations: 5, warmUp: 1)
    #expect(result.ns.count == 5 && result.rssMb > 0 && result.arenaBytes > 0)
    #expect(Benchmark.Result(ns: [5, 1, 9], rssMb: 0, arenaBytes: 0, openNs: [], isa: "", threads: 1).median == 5)
    #expect(Benchmark.Result(ns: [5, 1, 9, 7], rssMb: 0, arenaBytes: 0, openNs: [], isa: "", threads: 1).median == 6)
  }

  /// Two fully connected layers after a mean over 2 x 2 pixels of three channels: shapes, products and bytes by hand.
  @Test func aProfileOfInstructionsNamesKernelsAndCountsWhatTheyDo() throws {
    let benchmark = try Benchmark(BundleFile(folder.path + "/m.facet"), attributes: nil, threads: 1, isa: "scalar")
    let layers = try benchmark.layers(iterations: 3, warmUp: 1)
    // Of a CPU with fma, or without.
    let convolution = layers.last?.kernel == "conv_f32_fma" ? "conv_f32_fma" : "conv_f32_scalar"
    #expect(layers.map(\.kernel) == ["average_pool_f32_scalar", convolution, convolution])
    #expect(layers.map(\.name) == ["averagePool 2x2", "convolution 1x1", "convolution 1x1"])
    #expect(layers.map(\.inputShape) == [[3, 2, 2], [3, 1, 1], [3, 1, 1]])
    #expect(layers.map(\.outputShape) == [[3, 1, 1], [3, 1, 1], [1, 1, 1]])
    #expect(layers.map(\.multiplyAccumulates) == [0, 9, 3])
    // 12 + 3 numbers; 9 weights, 3 biases, 3 + 3 numbers; 3 weights, a bias, 3 + 1 numbers
    #expect(layers.map(\.bytes) == [60, 72, 32])
    #expect(layers.allSatisfy { $0.minimumNs <= $0.medianNs && $0.isFloat == ($0.multiplyAccumulates > 0) })
    let one = try Benchmark(BundleFile(folder.path + "/m.facet"), attributes: ["size"], threads: 1, isa: nil)
    #expect(try one.layers(iterations: 1, warmUp: 0).count == 2)
  }

  @Test func whatACoreCanDoIsMeasuredForEachLevel() {
    let scalar = MachineLimits(isa: FACET_ISA_SCALAR)
    #expect(scalar.int8GmacPerSecond == 0 && scalar.float32GmacPerSecond == 0)
    #expect(scalar.bandwidthGbPerSecond.count == scalar.bandwidthBytes.count && scalar.bandwidthGbPerSecond.allSatisfy { $0 > 0 })
    guard facet_best_isa() != FACET_ISA_SCALAR else { return }
    let best = MachineLimits(isa: facet_best_isa())
    #expect(best.int8GmacPerSecond > 0 && best.float32GmacPerSecond > 0)
  }
}

@Suite struct RenderingTests {
  /// Text of an error, from its parts.
  @Test(arguments: [
    (
      Diagnostic(code: RunErrorCode.isa, file: "f", message: "It is bad.", remedy: "Mend it."),
      "error[run.isa] f: It is bad.\n  help: Mend it."
    ),
    (
      Diagnostic(
        code: RunErrorCode.sample, file: "m.onnx", place: "node 'x'", operatorName: "Conv", shapes: ["1x3x4x4", "?"], message: "no weights",
        remedy: ""),
      "error[run.sample] m.onnx: node 'x' (Conv, inputs 1x3x4x4, ?): no weights."
    ),
    (
      Diagnostic(code: RunErrorCode.output, file: "a\u{1B}[31m\n", message: "odd", remedy: ""), "error[run.output] a\\u{1b}[31m\\u{a}: odd."
    ),
  ])
  func anErrorNamesFilePlaceAndRemedy(_ diagnostic: Diagnostic, _ text: String) {
    #expect(FacetError([diagnostic]).rendered == text)
  }
}

@Suite struct AttributeTests {
  private func attribute(_ shape: [Int], _ confidence: String = "none") -> AttributeDescription {
    AttributeDescription(name: "a", labels: ["x"], confidence: confidence, threshold: nil, shape: shape, scores: shape.reduce(1, *))
  }

  @Test func theHighestScoreWinsAndTheFirstOfEquals() {
    func top(_ values: [Float], _ shape: [Int]) -> Int? { values.withUnsafeBufferPointer { attribute(shape).top($0) } }
    #expect(top([1, 3, 3], [1, 3]) == 1)
    #expect(top([.nan, -2, -3], [1, 3]) == 1)
    #expect(top([.nan, .nan], [1, 2]) == nil)
    #expect(top([1], [1, 2]) == nil)
  }

  @Test func aMapHasItsClassesAlongTheSecondAxis() {
    let map = attribute([1, 2, 3])
    #expect(map.axis == (1, 2, 3))
    let values: [Float] = [0, 5, 1, 1, 0, 1]
    #expect(values.withUnsafeBufferPointer { buffer in (0..<3).map { map.top(buffer, inner: $0) } } == [1, 0, 0])
    #expect(attribute([3]).axis == (1, 3, 1))
    #expect(attribute([1, 3]).label(0) == "x" && attribute([1, 3]).label(2) == "2")
  }
}
