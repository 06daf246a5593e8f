import FacetDiagnostics
import FacetFormat
import FacetIR
import FacetImport
import FacetQuantization
import FacetRuntime
import Testing

@testable import FacetBundle
@testable import FacetCompiler
@testable import FacetLowering
@testable import FacetRecipe

/// What a recipe's gates become, once the model has said what its attributes are.
@Suite struct EvaluationPlanTests {
  /// Outputs in another order than the recipe has them: `map` [1, 2, 4, 4], `size` [1, 1], `kind` [1, 3].
  private func model(_ recipe: String) throws -> PreparedModel {
    var graph = Graph()
    let input = graph.addInput(name: "image", shape: [1, 3, 4, 4])
    let map = try graph.addNode(
      name: "map", Convolution(),
      [
        input, graph.addConstant(name: "w", Tensor(shape: [2, 3, 1, 1], repeating: 0.5)),
        graph.addConstant(name: "b", Tensor(shape: [2], repeating: 0)),
      ])
    let mean = try graph.addNode(name: "mean", GlobalAveragePool(keepDimensions: false), [input])
    func dense(_ name: String, _ outputs: Int) throws -> ValueID {
      let weights = graph.addConstant(name: name + ".w", Tensor(shape: [outputs, 3], repeating: 0.25))
      let bias = graph.addConstant(name: name + ".b", Tensor(shape: [outputs], repeating: 0))
      return try graph.addNode(name: name, FullyConnected(), [mean, weights, bias])
    }
    let size = try dense("size", 1)
    let kind = try dense("kind", 3)
    graph.outputs = [("map", map), ("size", size), ("kind", kind)].map { GraphOutput(name: $0, value: $1) }
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "test", operatorSet: 0, producer: "", name: "")
    return try PreparedModel(
      ImportedModel(graph: graph, source: source, notes: []), recipe: Recipe.parse(Array(recipe.utf8), file: "r.json"), stopAfter: nil)
  }

  private func recipe(map: String = "", size: String = "", kind: String = "") -> String {
    """
    {"version": 1, "attributes": {
      "kind": {"labels": ["cat", "dog", "hen"]\(kind)}, "size": {"output": "size"\(size)}, "map": {"output": "map"\(map)}}}
    """
  }

  private func faults(_ recipe: String) -> [String] {
    do {
      _ = try model(recipe)
      return []
    } catch {
      return (error as? FacetError)?.diagnostics.map { "\($0.code) | \($0.place ?? "") | \($0.message)" } ?? ["\(error)"]
    }
  }

  @Test func aGateBecomesAProgramForTheBundlesNumbers() throws {
    let plan = try #require(
      model(recipe(map: #", "when": "!(kind == hen) && size.score >= 2 || kind.confidence[dog] < 0.5""#)).evaluation)
    // The recipe's order, by the numbers of the model's outputs.
    #expect(plan.order == [2, 1, 0] && plan.hasGates)
    #expect(
      plan.gates[0].operations == [
        GateOperation(.label, attribute: 2, label: 2), GateOperation(.not),
        GateOperation(.score, attribute: 1, comparison: .greaterOrEqual, value: 2), GateOperation(.and),
        GateOperation(.confidence, attribute: 2, label: 1, comparison: .less, value: 0.5), GateOperation(.or),
      ])
    #expect(plan.gates[1].operations.isEmpty && plan.gates[2].operations.isEmpty)
  }

  @Test func whatSaysNothingIsNotWritten() throws {
    let same = #"{"version": 1, "attributes": {"map": {}, "size": {}, "kind": {}}}"#
    #expect(try model(same).evaluation?.section == nil)
    #expect(try model(recipe()).evaluation?.section != nil)
    let prioritized = #"{"version": 1, "attributes": {"map": {"priority": 1}, "size": {}, "kind": {}}}"#
    let plan = try #require(model(prioritized).evaluation)
    #expect(plan.order == [1, 2, 0] && !plan.hasGates && plan.section != nil)
  }

  @Test func whatTheModelDoesNotGiveIsRefused() throws {
    #expect(
      faults(recipe(map: #", "when": "size.confidence > 0.5""#)) == [
        "recipe.gate-confidence | attributes.map.when, character 1 | 'size' has no confidence."
      ])
    #expect(
      faults(recipe(map: #", "when": "kind.score > 0.5""#)) == [
        "recipe.gate | attributes.map.when, character 1 | 'kind' has 3 scores."
      ])
    #expect(
      faults(recipe(map: #", "when": "size == 7""#)) == [
        "recipe.gate-label | attributes.map.when, character 9 | 'size' has no class '7'."
      ])
    #expect(
      faults(recipe(map: #", "priority": -1"#, kind: #", "when": "map.score[0] > 1 && map == 1""#)) == [
        "recipe.gate | attributes.kind.when, character 1 | 'map' is a map of many places: it has no single answer."
      ])
  }

  @Test func theBundleHasTheGateAndItsText() throws {
    let model = try model(recipe(map: #", "when": "kind != cat""#))
    let program = try Pipeline.lower(QuantizationDecisions(float32: model.graph), model, storedUnsigned: false)
    let bundle = try Bundle.opening(
      BundleEmitter(
        program: program, attributes: model.attributes, input: model.input, storedUnsigned: false, provenance: [],
        evaluation: model.evaluation, forks: ForkInterface.all(program, model.graph)
      ).bytes())
    #expect(bundle.attributeDescriptions.map(\.when) == ["kind != cat", nil, nil])
    #expect(bundle.header.requiredFeatures == BundleHeader.gates)
    let description = BundleDescription(bundle)
    #expect(description.order == ["kind", "size", "map"])
    // The input, which `map` and the mean read, and the mean.
    #expect(description.forks.map(\.name) == ["image", "mean"] && description.forks.map(\.shape) == [[3, 4, 4], [3, 1, 1]])
    #expect(try bundle.forkIndex("mean", file: "m.facet") == 1)
    let failure = #expect(throws: FacetError.self) { try bundle.forkIndex("maen", file: "m.facet") }
    #expect(failure?.diagnostics.first?.remedy == "Did you mean 'mean'? It has 'image', 'mean'.")
  }
}

@Suite struct MeasuredCostsTests {
  private let costs = MeasuredCosts(
    programs: "ab", isa: "scalar", threads: 2, iterations: 5,
    fragments: [.init(minimum: 1, median: 2, high: 3), .init(minimum: 3, median: 40, high: 50)],
    attributes: [.init(name: "age", alone: .init(minimum: 4, median: 42, high: 53), marginal: .init(minimum: 3, median: 40, high: 50))],
    instructions: [
      .init(
        use: KernelUse(fragment: 0, instruction: 7, kernel: "add_s8_scalar", shape: KernelShape(work: 24, input: [2, 3, 4], output: [])),
        time: .init(minimum: 1, median: 2, high: 3))
    ])

  @Test func whatIsWrittenIsRead() throws {
    #expect(try MeasuredCosts.parse(Array(costs.text.utf8), file: "c.json") == costs)
  }

  /// As version 2 had it, without instructions.
  @Test func anOlderFileIsRead() throws {
    var older = costs
    older.instructions = []
    let text = older.text.replacing("\"version\": 3", with: "\"version\": 2").replacing(",\n  \"instructions\": [\n\n  ]", with: "")
    #expect(!text.contains("instructions") && text.contains("\"version\": 2"))
    #expect(try MeasuredCosts.parse(Array(text.utf8), file: "c.json") == older)
    let without = text.replacing("\"version\": 2", with: "\"version\": 3")
    #expect(throws: FacetError.self) { try MeasuredCosts.parse(Array(without.utf8), file: "c.json") }
  }

  @Test(arguments: [
    ("{}", "The key is missing."), ("[]", "An object is expected, not an array."), ("{", "This is not JSON"),
  ]) func whatIsNoFileOfCostsIsRefused(_ text: String, _ message: String) throws {
    let failure = #expect(throws: FacetError.self) { try MeasuredCosts.parse(Array(text.utf8), file: "c.json") }
    let first = try #require(failure?.diagnostics.first)
    #expect(first.code == "costs.file" && first.file == "c.json" && first.message.hasPrefix(message))
  }

  @Test func everyFaultOfAFieldIsNamed() {
    for (good, bad, place) in [
      ("\"version\": 3", "\"version\": 1", "version"), ("\"threads\": 2", "\"threads\": 0", "threads"),
      ("\"p95_ns\": 50 }\n", "\"p95_ns\": -1 }\n", "fragments[1].p95_ns"), ("\"isa\"", "\"iso\"", "'iso'"),
      ("\"fragments\": [", "\"fragments\": [ 7,", "fragments[0]"), ("\"alone\"", "\"along\"", "attributes.'age'.'along'"),
      ("\"input\": [2, 3, 4]", "\"input\": 2", "instructions[0]"), ("\"kernel\"", "\"colonel\"", "instructions[0].'colonel'"),
    ] {
      let text = costs.text.replacing(good, with: bad)
      #expect(text != costs.text)
      let failure = #expect(throws: FacetError.self) { try MeasuredCosts.parse(Array(text.utf8), file: "c.json") }
      #expect(failure?.diagnostics.first?.code == "costs.file")
      #expect(failure?.diagnostics.first?.place?.hasSuffix(": " + place) == true, "\(failure?.diagnostics.first?.place ?? "")")
    }
  }
}
