import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetQuantization
import FacetRuntime
import Foundation
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetRecipe

/// What `facet plan` says, held against the graph's own counts.
@Suite struct PlanTests {
  private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/face-attributes").standardizedFileURL.path

  private func request(_ recipe: String? = nil) throws -> CompileRequest {
    var recipes = [try Recipe.load(Self.example + "/recipe.json")]
    if let recipe { recipes = [try Recipe.parse(Array(recipe.utf8), file: "r.json")] }
    return CompileRequest(
      models: [Self.example + "/face-attributes.onnx"], recipes: recipes, target: try Target.named(Target.defaultName), threads: 2)
  }

  @Test func aBundleHasThePlanOfItsModel() throws {
    let request = try request()
    let result = try Compiler.compile(request)
    let (model, bundle) = (try Compiler.plan(request), try Compiler.plan(Bundle.opening(result.bytes), file: "f.facet", target: nil))
    #expect(model.parts == bundle.parts && model.attributes == bundle.attributes)
    #expect(model.merged == bundle.merged && model.separate == bundle.separate && model.arenaBytes == bundle.arenaBytes)
    #expect(bundle.target == Target.defaultName && bundle.precision == "int8")
    // The graph counts the same, without looking at instructions.
    #expect(try model.merged.multiplyAccumulates == PreparedModel(request).graph.multiplyAccumulates)
    #expect(model.attributes.map(\.alone.multiplyAccumulates) == result.report.attributes.map(\.multiplyAccumulates))
    #expect(model.attributes.map(\.alone.parameters) == result.report.attributes.map(\.parameters))
    #expect(model.attributes.map(\.alone.weightBytes) == result.report.attributes.map(\.weightBytes))
    #expect(model.parts.flatMap(\.forks).allSatisfy { $0.tensor?.isEmpty == false })
  }

  /// Two models with several attributes each, and one of them with one.
  @Test(arguments: [[["age", "emotion"], ["eyewear"]], [["age"], ["emotion"], ["eyewear", "skin_tone"]], [["eyewear"], ["age"]]])
  func aMergedBundleSaysTheSameSharingAsItsModels(_ outputs: [[String]]) throws {
    let whole = try importONNX(path: Self.example + "/face-attributes.onnx")
    let models = outputs.enumerated().map { index, names in
      var part = whole
      part.graph.outputs = whole.graph.outputs.filter { names.contains($0.name) }
      part.graph.removeDeadNodes()
      part.source.file = "folder/net\(index).onnx"
      return part
    }
    var request = try request()
    request.recipes = []
    request.precision = .float32
    let compiled = try Bundle.opening(Compiler.compile(models, request).bytes)
    let bundle = try Compiler.plan(compiled, file: "f.facet", target: nil)
    let model = try Compiler.plan(PreparedModel(MergedModels(models), request), request)
    #expect(bundle.separate.map(\.name) == model.separate.map(\.name))
    #expect(model.separate.map(\.attributes) == outputs && bundle.separate.map(\.attributes) == outputs && bundle.notes.isEmpty)
    #expect(bundle.separate.map(\.cost.multiplyAccumulates) == model.separate.map(\.cost.multiplyAccumulates))
    #expect(bundle.separateTotal.multiplyAccumulates == model.separateTotal.multiplyAccumulates)
    // Where each model has one attribute, in their order, the provenance is what it always was.
    #expect(compiled.provenanceText.contains("\"attributes\"") == outputs.contains { $0.count > 1 })
  }

  @Test func aBundleForABoardThatIsNotKnownAsksForOne() throws {
    var request = try request()
    request.target.name = "newer"
    request.precision = .float32
    let bundle = try Bundle.opening(Compiler.compile(request).bytes)
    let failure = #expect(throws: FacetError.self) { try Compiler.plan(bundle, file: "f.facet", target: nil) }
    #expect(failure?.diagnostics.map(\.code) == ["plan.target"])
    #expect(throws: Never.self) { try Compiler.plan(bundle, file: "f.facet", target: Target.named("armv7")) }
  }

  /// Times of 1, 2, 4 … ms for the fragments: sums tell which were added.
  @Test func measuredTimesStandInThePlanOfTheirBundle() throws {
    var request = try request()
    request.precision = .float32
    let bundle = try Bundle.opening(Compiler.compile(request).bytes)
    let times = bundle.fragments.indices.map { MeasuredCosts.Time(minimum: 0, median: 1_000_000 << $0, high: 0) }
    var costs = MeasuredCosts(
      programs: bundle.programsHashText, isa: "scalar", threads: 2, iterations: 1, fragments: times, attributes: [])
    let plan = try Compiler.plan(bundle, file: "f.facet", target: nil, costs: (costs, "c.json"))
    #expect(plan.measured == "scalar, 2 threads" && plan.parts.map(\.cost.measuredMilliseconds) == [1, 2, 4, 8, 16, 32])
    #expect(plan.merged.milliseconds == 63 && plan.merged.modelledMilliseconds > 0)
    let eyewear = try #require(plan.attributes.first { $0.name == "eyewear" })
    let branch = try #require(plan.parts.first { $0.name == "eyewear" }?.cost.milliseconds)
    #expect(eyewear.alone.milliseconds == 3 + branch && eyewear.leavingOutSaves.milliseconds == branch)
    #expect(try Compiler.plan(bundle, file: "f.facet", target: nil).merged.measuredMilliseconds == nil)
    costs.fragments.removeLast()
    let failure = #expect(throws: FacetError.self) {
      try Compiler.plan(bundle, file: "f.facet", target: nil, costs: (costs, "c.json"))
    }
    #expect(failure?.diagnostics.map(\.code) == ["costs.other"])
  }

  @Test func theTreeIsThatOfTheExample() throws {
    let parts = try Compiler.plan(request()).parts
    #expect(parts.map(\.name) == ["trunk", "eyewear + skin_tone", "age", "emotion", "eyewear", "skin_tone"])
    #expect(parts.map(\.parent) == [nil, 0, 0, 0, 1, 1])
    #expect(parts[2].forks.map(\.shape) == [[8, 8, 96]] && parts[2].forks == parts[3].forks && parts[4].forks.map(\.part) == [1])
  }

  @Test func leavingOutAnAttributeSavesWhatTheNetworkWithoutItLacks() throws {
    let all = try Compiler.plan(request())
    let fewer = try Compiler.plan(request(#"{"version": 1, "attributes": {"age": {}, "eyewear": {}, "skin_tone": {}}}"#))
    let saved = try #require(all.attributes.first { $0.name == "emotion" }).leavingOutSaves
    #expect(saved.multiplyAccumulates > 0)
    #expect(all.merged.multiplyAccumulates - fewer.merged.multiplyAccumulates == saved.multiplyAccumulates)
    #expect(all.merged.weightBytes - fewer.merged.weightBytes == saved.weightBytes)
    #expect(all.merged.activationBytes - fewer.merged.activationBytes == saved.activationBytes)
    #expect(abs(all.merged.modelledMilliseconds - fewer.merged.modelledMilliseconds - saved.modelledMilliseconds) < 1e-9)
    #expect(all.separateTotal.multiplyAccumulates == all.attributes.reduce(0) { $0 + $1.alone.multiplyAccumulates })
  }

  @Test(arguments: UInt64(1)...30) func instructionsCountTheProductsThatTheGraphHas(seed: UInt64) throws {
    let source = ModelSource(file: "random.onnx", fileSize: 0, format: "test", operatorSet: 0, producer: "", name: "")
    let model = try PreparedModel(
      ImportedModel(graph: NetworkBuilder.graph(NetworkChoices(seed: seed)), source: source, notes: []), recipe: nil, stopAfter: nil)
    let request = CompileRequest(models: ["random.onnx"], target: try Target.named("armv7"))
    let report = try Compiler.plan(model, request)
    #expect(report.merged.multiplyAccumulates == model.graph.multiplyAccumulates, "seed \(seed)")
    // A normalization has a scale and a shift for each channel, also where the graph has none or one for all.
    let isExact = !model.graph.nodes.contains { $0.op is Normalization }
    let (count, expected) = (report.merged.parameters, model.graph.parameterCount)
    #expect(isExact ? count == expected : count >= expected, "seed \(seed): \(count), \(expected) in the graph")
  }

  @Test func timeIsTheLargerOfProductsAndBytes() throws {
    var target = try Target.named("armv7")
    (target.int8Rate, target.float32Rate, target.bandwidth) = (1000, 100, 50)
    var input = TensorRecord()
    (input.height, input.width, input.channels) = (4, 5, 6)
    var output = input
    output.channels = 10
    var record = ConvolutionRecord()
    (record.input, record.output, record.outputChannels, record.groups, record.kernelHeight, record.kernelWidth) = (0, 1, 10, 2, 3, 1)
    let cost = InstructionCost(record.instruction, [input, output])
    // 20 places, 10 channels out, 3 in of each group, 3 taps; 90 weights of 1 byte and 10 biases of 4.
    #expect(cost.multiplyAccumulates == 1800 && cost.parameters == 100 && cost.parameterBytes == 130)
    #expect(cost.bytesRead == 120 && cost.bytesWritten == 200)
    #expect(Roofline(target).seconds(cost) == 9)  // 450 bytes at 50 a second; the products take 1.8 s
    target.bandwidth = 1_000_000
    #expect(Roofline(target).seconds(cost) == 1.8)
    (input.type, output.type) = (.float32, .float32)
    #expect(Roofline(target).seconds(InstructionCost(record.instruction, [input, output])) == 18)
  }

  /// A kind has all levels of its CPU, a board those of its cores and those below, and orders of instructions where a core is in order.
  @Test(arguments: [
    ("x86-64", "x86_64", "avxvnni", true), ("x86-64-vnni", "x86_64", "avx2", true), ("aarch64", "aarch64", "i8mm", true),
    ("pi4", "aarch64", "neon", true), ("pi4", "aarch64", "neon_in_order", false), ("pi3", "aarch64", "neon_in_order", true),
    ("pi4", "aarch64", "scalar", true), ("pi5", "aarch64", "neon", true), ("pi5", "aarch64", "dotprod_in_order", false),
    ("rk3588", "aarch64", "dotprod_in_order", true), ("stm32mp1", "armv7", "neon_in_order", false),
    ("pi4", "aarch64", "dotprod", false), ("pi4", "armv7", "neon", false), ("x86-64", "x86_64", "sse9", false),
  ]) func ratesAreOfALevelThatTheTargetHas(_ target: String, _ cpu: String, _ level: String, _ isTaken: Bool) throws {
    let rates = CostModel(level: KernelLevelName(cpu: cpu, level: level), unit: .nanoseconds, source: "s", rates: [:])
    let target = try Target.named(target)
    let failure = Result { () throws(FacetError) in try TargetTimes.check(rates, of: target, file: "r.json") }
    #expect(((try? failure.get()) != nil) == isTaken)
  }

  /// By a rate where the kernel has one; counted instructions become time by the core's instructions a second, and are never faster than memory.
  @Test func timeIsTheKernelsRateOnTheBoardsCore() throws {
    var target = try Target.named("armv7")
    (target.int8Rate, target.bandwidth) = (1000, 1000)
    (target.clusters[0].megahertz, target.clusters[0].instructionsPerCycle) = (1, 0.5)
    let shape = KernelShape(work: 640, input: [4, 2, 2], output: [16, 2, 5])
    let use = KernelUse(fragment: 0, instruction: 0, kernel: "conv_s8_2x8_neon", shape: shape)
    var cost = InstructionCost(ConvolutionRecord().instruction, [])
    var model = CostModel(
      level: KernelLevelName(cpu: "armv7", level: "neon"), unit: .instructions, source: "",
      rates: ["conv_s8_2x8_neon": KernelRate(perWork: 2, perCall: 720)])
    // 640 products of 16 channels and 4 inputs: 1280 and 720 instructions, half a million a second.
    #expect(abs(TargetTimes(target, rates: model).seconds(use, cost) - 0.004) < 1e-12)
    cost.parameterBytes = 20
    #expect(TargetTimes(target, rates: model).seconds(use, cost) == 0.02)
    model.unit = .nanoseconds
    #expect(abs(TargetTimes(target, rates: model).seconds(use, cost) - 2000e-9) < 1e-15)
    // A kernel that is not in the model.
    cost.multiplyAccumulates = 500
    var other = use
    other.kernel = "add_s8_16_neon"
    #expect(TargetTimes(target, rates: model).seconds(other, cost) == 0.5)
  }
}
