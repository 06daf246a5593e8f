import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetRecipe

/// A branch of the example is replaced: what changes, and what must not.
@Suite struct ReplaceTests {
  private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/face-attributes").standardizedFileURL.path
  private static let names = ["age", "emotion", "eyewear", "skin_tone"]

  private static func whole() throws -> ImportedModel { try importONNX(path: example + "/face-attributes.onnx") }

  private static func compiled(
    _ model: ImportedModel, target: String = Target.defaultName, profiles: [Profile] = [], effort: Effort = .fast
  ) throws
    -> [UInt8]
  {
    let recipe = try Recipe.load(example + "/recipe.json")
    var request = try CompileRequest(models: ["m.onnx"], recipes: [recipe], target: Target.named(target), threads: 2, profiles: profiles)
    request.effort = effort
    return try Compiler.compile(model, request).bytes
  }

  private static func replaced(_ bytes: [UInt8], _ branch: String, _ model: ImportedModel, _ effort: Effort? = nil) throws -> ReplaceResult
  {
    var request = ReplaceRequest(branch: branch, model: "new.onnx", calibration: example + "/calibration", threads: 2)
    request.effort = effort
    return try Compiler.replace(Bundle.opening(bytes), file: "old.facet", model, request)
  }

  /// A network of one output, with the weights changed that no other output needs; a layer more where that is wanted.
  private static func tuned(_ whole: ImportedModel, _ output: String, deeper: Bool = false) throws -> (
    whole: ImportedModel, part: ImportedModel
  ) {
    var model = whole
    func constants(_ outputs: [GraphOutput]) -> Set<ValueID> {
      var graph = whole.graph
      graph.outputs = outputs
      graph.removeDeadNodes()
      return Set(graph.constants.keys)
    }
    let own = constants(whole.graph.outputs.filter { $0.name == output }).subtracting(
      constants(whole.graph.outputs.filter { $0.name != output }))
    var random = SplitMix64(seed: 3)
    for id in own.sorted() {
      guard var tensor = model.graph.constant(id) else { continue }
      for index in tensor.elements.indices { tensor.elements[index] *= 1 + 0.05 * random.normal() }
      model.graph.makeConstant(id, tensor)
    }
    if deeper {
      let index = try #require(model.graph.outputs.firstIndex { $0.name == output })
      let value = model.graph.outputs[index].value
      let count = model.graph.shape(value)[1]
      let weights = model.graph.addConstant(name: "more.w", Tensor(shape: [count, count], elements: random.normals([count, count])))
      let bias = model.graph.addConstant(name: "more.b", Tensor(random.normals([count])))
      model.graph.outputs[index].value = try model.graph.addNode(name: "more", FullyConnected(), [value, weights, bias])
    }
    var part = model
    part.graph.outputs = model.graph.outputs.filter { $0.name == output }
    part.graph.removeDeadNodes()
    return (model, part)
  }

  private static func sections(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    let bundle = try Bundle.opening(bytes)
    try bundle.verifyHashes()
    return Dictionary(
      uniqueKeysWithValues: bundle.sections.map { entry in
        ("\(entry.kind).\(entry.index)", Array(bytes[Int(entry.offset)..<Int(entry.offset + entry.length)]))
      })
  }

  /// Sections by kind and number that are not the same.
  private static func differences(_ a: [UInt8], _ b: [UInt8]) throws -> [String] {
    let (old, new) = (try sections(a), try sections(b))
    return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
  }

  private static func scores(_ bytes: [UInt8], seed: UInt64) throws -> [[Float]] {
    let bundle = try Bundle.opening(bytes)
    let session = try Session.make(bundle, threads: 1)
    var random = SplitMix64(seed: seed)
    let pixels = (0..<64 * 64 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
    try pixels.withUnsafeBytes { try session.setPixels($0) }
    try session.evaluate(attributes: bundle.allAttributes)
    return names.indices.map { Array(session.scores(attribute: $0)) }
  }

  /// The oracle is a compilation of the network that is wanted: all that is decided on the trunk is decided there alike. Without trials, which are judged by
  /// the attributes that there are.
  @Test(arguments: names) func aReplacedBranchIsWhatCompilingTheWholeNetworkGives(_ name: String) throws {
    let whole = try Self.whole()
    let profiles = [Profile(name: "door", attributes: ["age", "eyewear"]), Profile(name: "own", attributes: [name])]
    let old = try Self.compiled(whole, profiles: profiles)
    for deeper in [false, true] {
      let (model, part) = try Self.tuned(whole, name, deeper: deeper)
      let result = try Self.replaced(old, name, part)
      #expect(try Self.differences(result.bytes, Self.compiled(model, profiles: profiles)) == ["8.0"])
      // By the whole network, too: only the output that is wanted counts.
      #expect(try Self.replaced(old, name, model).bytes == result.bytes)
    }
    // By itself: nothing but the provenance says that it was replaced.
    #expect(try Self.differences(Self.replaced(old, name, whole).bytes, old) == ["8.0"])
  }

  /// The new branch alone is held against float; an operator of it that int8 cannot do is named.
  @Test func aReplacedBranchIsHeldAgainstFloat() throws {
    let whole = try Self.whole()
    let old = try Self.compiled(whole, effort: .normal)
    let good = try Self.replaced(old, "age", Self.tuned(whole, "age").part).report
    #expect(good.quantization?.attributes.map(\.name) == ["age"] && good.quantization?.samples == 32 && good.quantization?.setAside == true)
    #expect((good.quantization?.attributes[0].sqnrDb ?? 0) > 25 && good.warnings.isEmpty)
    // Behind the scores, a layer whose large weights read a score that is always 0, and the others next to nothing.
    var (_, part) = try Self.tuned(whole, "age")
    let value = part.graph.outputs[0].value
    var choose = Tensor(shape: [5, 5], repeating: 0)
    for row in 1..<5 { choose.elements[row * 5 + row] = 1 }
    var spread = Tensor(shape: [5, 5], repeating: 0.5)
    for row in 0..<5 {
      spread.elements[row * 5] = 5000
      spread.elements[row * 5 + row] += row == 0 ? 0 : 1
    }
    let zero = part.graph.addConstant(name: "more.b", Tensor(shape: [5], repeating: 0))
    let middle = try part.graph.addNode(
      name: "choose", FullyConnected(clamp: .relu), [value, part.graph.addConstant(name: "choose.w", choose), zero])
    part.graph.outputs[0].value = try part.graph.addNode(
      name: "spread", FullyConnected(), [middle, part.graph.addConstant(name: "spread.w", spread), zero])
    let bad = try Self.replaced(old, "age", part, .fast).report
    #expect(bad.quantization?.attributes[0].passed == false && bad.quantization?.attributes[0].operators.first?.name == "spread")
    #expect(bad.warnings.first?.contains("Gemm 'spread'") == true)
    // The effort is the bundle's where nothing else is said.
    let fast = try Self.compiled(whole, effort: .fast)
    #expect(try Self.replaced(fast, "age", part).report.quantization?.attributes[0].sqnrDb == bad.quantization?.attributes[0].sqnrDb)
  }

  @Test(arguments: names) func otherSectionsAndTheScoresOfOtherAttributesStay(_ name: String) throws {
    let whole = try Self.whole()
    let old = try Self.compiled(whole)
    let result = try Self.replaced(old, name, Self.tuned(whole, name).part)
    let bundle = try Bundle.opening(result.bytes)
    let index = try #require(Self.names.firstIndex(of: name))
    let fragment = Int(bundle.attributes[index].fragment)
    // Constants, program, weights of the branch; self-test; provenance; the branch's own value numbers.
    #expect(try Self.differences(old, result.bytes) == ["11.0", "3.\(fragment)", "4.\(fragment)", "5.\(fragment)", "7.0", "8.0"].sorted())
    #expect(result.report.keptSections == bundle.sections.count - 6 && result.report.fragment == fragment)
    for seed in UInt64(1)...8 {
      let (before, after) = (try Self.scores(old, seed: seed), try Self.scores(result.bytes, seed: seed))
      for other in Self.names.indices { #expect((before[other] == after[other]) == (other != index), "\(Self.names[other]), seed \(seed)") }
    }
    let session = try Session.make(bundle, threads: 1)
    for sample in 0..<bundle.selfTestCount { #expect(try session.passesSelfTest(sample)) }
  }

  @Test func severalBranchesAreReplacedOneAfterTheOther() throws {
    let whole = try Self.whole()
    var bytes = try Self.compiled(whole, target: "aarch64")
    var model = whole
    for name in Self.names {
      let tuned = try Self.tuned(model, name)
      bytes = try Self.replaced(bytes, name, tuned.part).bytes
      model = tuned.whole
    }
    #expect(try Self.differences(bytes, Self.compiled(model, target: "aarch64")) == ["8.0"])
    let replaced = try Bundle.opening(bytes).provenance.replaced
    #expect(replaced.count == 4 && replaced.allSatisfy { !$0.parent.isEmpty } && replaced.contains { $0.branch == "eyewear" })
  }

  @Test(arguments: names) func aDeltaIsAtMostFivePercentLargerThanTheWeights(_ name: String) throws {
    let whole = try Self.whole()
    let old = try Bundle.opening(Self.compiled(whole))
    let result = try Self.replaced(Array(old.view.bytes), name, Self.tuned(whole, name).part)
    let delta = try makeBundleDelta(from: old, to: Bundle.opening(result.bytes), names: ("old.facet", "new.facet"))
    #expect(Double(delta.count) <= 1.05 * Double(result.report.after.weightBytes))
    let difference = try BundleDifference(old, Bundle.opening(result.bytes))
    #expect(difference.fragments.count { !$0.isEqual } == 1 && difference.sections.count == 6 && difference.interface == [])
    #expect(difference.provenance.map(\.name) == ["replaced"])
  }
}
