import FacetData
import FacetDiagnostics
import FacetFiles
import FacetRuntime
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetEvaluation
@testable import FacetRecipe
@testable import FacetVerification

/// What commands make of gates, deadlines and forks.
@Suite struct EvaluationTests {
  let folder: Folder

  private static let recipe = """
    {"version": 1, "attributes": {
      "kind": {"labels": ["cat", "dog", "hen"], "confidence": "softmax"}, "size": {"when": "kind == cat"}}}
    """

  init() throws {
    folder = try Folder()
    // `kind` is a cat, a dog, a hen by float, a dog by the tested one.
    try folder.write("a.npy", channels: [1, 0, 0])
    try folder.write("b.npy", channels: [0, 3, 0])
    try folder.write("c.npy", channels: [0, 1, 1.5])
    try folder.write("labels.csv", "file,kind\na.npy,cat\nb.npy,dog\nc.npy,hen\n")
    try folder.write("m.facet", TinyNetwork.bundle(factors: [1, 1, 1], recipe: Self.recipe))
  }

  private func run(_ inputs: [String], _ options: EvaluationOptions = EvaluationOptions()) throws -> BundleRun {
    try BundleRun(
      BundleFile(folder.path + "/m.facet"), inputs: inputs.map { "\(folder.path)/\($0)" }, options: options, threads: 1, isa: "scalar")
  }

  private func results(_ run: BundleRun) throws -> [SampleResult] {
    var results: [SampleResult] = []
    try run.run { results.append($0) }
    return results
  }

  @Test func whatAGateShutsHasNoScoresAndSaysWhy() throws {
    let results = try results(run(["a.npy", "b.npy"]))
    #expect(results.map { $0.attributes.map(\.status) } == [["evaluated", "evaluated"], ["evaluated", "gate closed"]])
    #expect(results[1].attributes[1].scores.isEmpty && results[1].attributes[1].when == "kind == cat")
    var options = EvaluationOptions(attributes: ["size"])
    #expect(try self.results(run(["b.npy"], options))[0].attributes.map(\.status) == ["gate closed"])
    options.ignoresGates = true
    #expect(try self.results(run(["b.npy"], options))[0].attributes.map(\.scores) == [[0]])
  }

  @Test func answersThatThereAreNotAreRowsOfNaN() throws {
    let run = try run(["a.npy", "b.npy"])
    var files = try ResultFiles(folder: folder.path + "/out", for: run)
    try run.run { files.add($0) }
    try files.write()
    guard case .float32(let sizes) = try NPYArray.read(folder.path + "/out/size.npy").elements else { return }
    #expect(sizes.count == 2 && sizes[0] == 1 && sizes[1].isNaN)
    #expect(try NPYArray.read(folder.path + "/out/kind.npy") == NPYArray(shape: [2, 3], elements: .float32([1, 0, 0, 0, 3, 0])))
  }

  @Test func aForkIsWrittenAndStartedFrom() throws {
    var options = EvaluationOptions()
    options.cuts = ["mean"]
    let cut = try run(["a.npy", "b.npy"], options)
    #expect(cut.selected.isEmpty)
    var files = try ResultFiles(folder: folder.path + "/out", for: cut)
    try cut.run { files.add($0) }
    try files.write()
    let path = folder.path + "/out/mean.npy"
    #expect(try NPYArray.read(path) == NPYArray(shape: [2, 3, 1, 1], elements: .float32([1, 0, 0, 0, 3, 0])))
    var start = EvaluationOptions()
    start.starts = [try #require(EvaluationOptions.Start("mean=" + path))]
    let again = try run([], start)
    #expect(again.sampleCount == 2)
    #expect(try results(again).map(\.attributes) == results(run(["a.npy", "b.npy"])).map(\.attributes))
    start.starts = [try #require(EvaluationOptions.Start("mean=" + folder.path + "/a.npy"))]
    let wrong = #expect(throws: FacetError.self) { try results(run([], start)) }
    #expect(wrong?.diagnostics.first?.message == "the fork 'mean' has the shape [1, 3, 1, 1], and float32 numbers")
    start.starts = [try #require(EvaluationOptions.Start("maen=" + path))]
    #expect(throws: FacetError.self) { try run([], start) }
    #expect(EvaluationOptions.Start("mean") == nil && EvaluationOptions.Start("=x") == nil && EvaluationOptions.Start("x=") == nil)
    #expect(EvaluationOptions.Start("a=b=c.npy")?.fork == "a=b")
  }

  @Test func aBudgetThatIsSpentLeavesTheRestOut() throws {
    var options = EvaluationOptions()
    options.budget = 0
    let none = try results(run(["a.npy"], options))[0]
    #expect(none.attributes.map(\.status) == ["not reached", "not reached"])
    // A minute for each fragment: nothing fits into a second.
    let benchmark = try Benchmark(BundleFile(folder.path + "/m.facet"), attributes: nil, threads: 1, isa: "scalar")
    let costs = try benchmark.costs(iterations: 3, warmUp: 0)
    #expect(
      costs.fragments.allSatisfy { $0.minimum <= $0.median && $0.median <= $0.high } && costs.attributes.map(\.name) == ["kind", "size"])
    #expect(costs.attributes.allSatisfy { $0.marginal.median <= $0.alone.median })
    var slow = costs
    for index in slow.fragments.indices { slow.fragments[index] = .init(minimum: 0, median: 0, high: 60_000_000_000) }
    try folder.write("slow.json", slow.text)
    options.budget = 1_000_000_000
    options.costs = folder.path + "/slow.json"
    #expect(try results(run(["a.npy"], options))[0].attributes.map(\.status) == ["not reached", "not reached"])
  }

  @Test func costsMeasuredOtherwiseAreRefused() throws {
    let file = try BundleFile(folder.path + "/m.facet")
    let costs = try Benchmark(file, attributes: nil, threads: 1, isa: "scalar").costs(iterations: 1, warmUp: 0)
    func message(_ change: (inout MeasuredCosts) -> Void) throws -> String? {
      var changed = costs
      change(&changed)
      let session = try Session.open(file.bundle, file: "m", threads: 1, isa: "scalar")
      do {
        try changed.set(on: session, file: "c.json")
        return nil
      } catch {
        return error.diagnostics.first?.message
      }
    }
    #expect(try message { _ in } == nil)
    #expect(try message { $0.programs = "0" } == "The costs were measured on a bundle with other programs or weights.")
    #expect(try message { $0.fragments.removeLast() } == "The costs were measured on a bundle with other programs or weights.")
    #expect(try message { $0.isa = "avx9" } == "The costs were measured with the kernels avx9, but scalar runs.")
    #expect(try message { $0.threads = 2 } == "The costs were measured with 2 threads, but 1 run.")
    // Labels and gates do not count.
    let relabelled = try TinyNetwork.bundle(factors: [1, 1, 1])
    #expect(try Bundle.opening(relabelled).programsHashText == costs.programs)
    #expect(try Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 2])).programsHashText != costs.programs)
  }

  /// Gates let a through by float and the tested one: a is a cat to both. With a third factor of 0.5, c is a dog, not a hen.
  @Test func aVerificationCountsWhatGatesLetThrough() throws {
    let gated = """
      {"version": 1, "attributes": {
        "size": {"priority": 1, "when": "kind != hen"}, "kind": {"labels": ["cat", "dog", "hen"], "confidence": "softmax"}}}
      """
    let recipe = try Recipe.parse(Array(gated.utf8), file: "r.json")
    let report = try Verification(
      bundle: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 0.5], recipe: gated)), bundleFile: "m.facet",
      reference: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1], recipe: gated)), data: Dataset.open(path: folder.path),
      recipes: [recipe]
    ).run()
    let gates = try #require(report.gates)
    #expect(Set(gates.attributes.keys) == ["size"])
    let size = try #require(gates.attributes["size"])
    // The float network stops at the hen c, the tested one takes it for a dog.
    #expect(size.when == "kind != hen" && size.evaluated == 3 && size.floatEvaluated == 2 && abs((size.agreement ?? 0) - 2.0 / 3) < 1e-12)
    // `kind` takes 3 x 3 multiply-accumulates, `size` 3; all are always evaluated here.
    #expect(gates.worstMultiplyAccumulates == 12 && gates.meanMultiplyAccumulates == 12 && gates.meanShare == 1)
    // All samples count for everything else.
    #expect(report.attributes["kind"]?.difference.agreement == 2.0 / 3 && report.samples == 3)
    let without = try Verification(
      bundle: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1], recipe: TinyNetwork.recipe)), bundleFile: "m.facet",
      reference: Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1])), data: Dataset.open(path: folder.path), recipes: []
    ).run()
    #expect(without.gates == nil)
  }

  @Test func accuracyAndCostAreOfWhatWasEvaluated() throws {
    let gated = """
      {"version": 1, "attributes": {
        "kind": {"priority": 1, "labels": ["cat", "dog", "hen"], "confidence": "softmax", "when": "size.score > 0.5"}, "size": {}}}
      """
    let recipe = try Recipe.parse(Array(gated.utf8), file: "r.json")
    try folder.write("labels.csv", "file,kind\na.npy,dog\nb.npy,dog\nc.npy,hen\n")
    let bundle = try Bundle.opening(TinyNetwork.bundle(factors: [1, 1, 1], recipe: gated))
    let report = try Verification(
      bundle: bundle, bundleFile: "m.facet", reference: bundle, data: Dataset.open(path: folder.path), recipes: [recipe]
    ).run()
    let kind = try #require(report.gates?.attributes["kind"])
    // Only a has a size above one half, and is no dog: 0 of 1 there, 2 of 3 in all.
    #expect(kind.evaluated == 1 && kind.labelledSamples == 1 && kind.agreement == 1)
    #expect(kind.int8?.accuracy == 0 && kind.float?.accuracy == 0)
    #expect(report.attributes["kind"]?.int8?.accuracy == 2.0 / 3)
    // 3 + 9 once, 3 twice.
    #expect(report.gates?.worstMultiplyAccumulates == 12 && report.gates?.meanMultiplyAccumulates == 6 && report.gates?.meanShare == 0.5)
  }
}
