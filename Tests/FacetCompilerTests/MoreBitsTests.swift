import FacetBundle
import FacetDiagnostics
import FacetFiles
import FacetIR
import FacetImport
import FacetMetrics
import FacetRuntime
import FacetSensitivity
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetQuantization

/// Results that get more than 8 bits, by budgets and by decisions.
@Suite struct MoreBitsTests {
  private let data: String
  private let samples: [[Float]]
  private let model: ImportedModel

  /// Three convolutions, of strides and with padding, and a head behind their flattened image: two of the results are open.
  init() throws {
    var graph = Graph()
    var random = SplitMix64(seed: 21)
    func layer(_ name: String, _ x: ValueID, _ shape: [Int], _ op: any FacetIR.Operator) throws -> ValueID {
      let count = shape.dropFirst().reduce(1, *)
      let w = graph.addConstant(
        name: name + ".w", Tensor(shape: shape, elements: random.normals(shape).map { $0 / Float(count).squareRoot() }))
      return try graph.addNode(name: name, op, [x, w, graph.addConstant(name: name + ".b", Tensor(shape: [shape[0]], repeating: 0.1))])
    }
    let x = graph.addInput(name: "x", shape: [1, 4, 9, 8])
    let first = try layer("first", x, [8, 4, 3, 3], Convolution(strides: [1, 1], pads: [1, 1, 1, 1], clamp: .relu))
    let second = try layer("second", first, [8, 8, 3, 3], Convolution(strides: [2, 2], pads: [1, 1, 1, 1]))
    let flat = try graph.addNode(name: "flat", Reshape(shape: [1, 160]), [second])
    graph.outputs = [GraphOutput(name: "y", value: try layer("head", flat, [5, 160], FullyConnected()))]
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    model = ImportedModel(graph: graph, source: source, notes: [])
    let all = random.normals([24, 4, 9, 8])
    samples = (0..<24).map { Array(all[$0 * 288..<($0 + 1) * 288]) }
    data = FileManager.default.temporaryDirectory.appendingPathComponent("facet-bits-\(UUID().uuidString).npy").path
    try #require(NPYArray(shape: [24, 4, 9, 8], elements: .float32(all))).write(to: data)
  }

  private func compiled(
    _ decisions: [String: String]? = nil, budget: BudgetRequest? = nil, target: String = Target.defaultName, precision: Precision = .int8
  ) throws -> CompileResult {
    var request = CompileRequest(models: ["m.onnx"], target: try Target.named(target), calibration: data, precision: precision)
    request.effort = .fast
    request.decisions = decisions.map { PrecisionDecisions($0.map { MoreBits(operator: $0.key, precision: $0.value) }) }
    request.budget = budget
    return try Compiler.compile(model, request)
  }

  private func scores(_ bundle: FacetRuntime.Bundle) throws -> [[Float]] {
    let session = try Session.make(bundle, threads: 1)
    return try samples.map { sample in
      try sample.withUnsafeBufferPointer { try session.setTensor($0) }
      try session.evaluate(attributes: bundle.allAttributes)
      return Array(session.scores(attribute: 0))
    }
  }

  private func sqnr(_ bundle: FacetRuntime.Bundle, _ float: [[Float]]) throws -> Double {
    var comparison = ScoreComparison()
    for (a, b) in zip(float, try scores(bundle)) {
      a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { comparison.add(reference: a, $0) } }
    }
    return comparison.sqnr
  }

  private func budget(_ decibels: Double, _ float: [[Float]]) -> BudgetRequest {
    let this = self
    return BudgetRequest { bundle throws(FacetError) in
      let found = (try? this.sqnr(bundle, float)) ?? -300
      let attribute = Judgement.Attribute(
        name: "y", sqnrDb: found, agreement: nil, accuracyDrop: nil, isMet: found >= decibels, missing: found >= decibels ? [] : ["noise"])
      return Judgement(attributes: [attribute], samples: this.samples.count)
    }
  }

  private func float() throws -> [[Float]] { try scores(.opening(compiled(precision: .float32).bytes)) }

  /// The oracle: all ways to give more bits to the two results.
  @Test func aBudgetIsMetAtNearlyTheLeastCost() throws {
    let float = try float()
    var all: [(sqnr: Double, milliseconds: Double, moreBits: [String: String])] = []
    for first in ["", "int16", "float32"] {
      for second in ["", "int16", "float32"] {
        let bits = ["first": first, "second": second].filter { $0.value != "" }
        let result = try compiled(bits, budget: budget(-300, float))
        let point = try #require(result.report.budget?.points.first)
        #expect(result.report.budget?.points.count == 1 && point.moreBits == (result.report.moreBits ?? []))
        all.append((point.attributes[0].sqnrDb, point.milliseconds, bits))
      }
    }
    let plain = all[0].sqnr
    // What is left is the input's rounding and the weights'.
    #expect(try #require(all.first { $0.moreBits == ["first": "int16", "second": "int16"] }).sqnr > plain + 1)
    let sorted = all.map(\.sqnr).sorted()
    for wanted in sorted.dropFirst().map({ $0 - 0.01 }) {
      let result = try compiled(budget: budget(wanted, float))
      let report = try #require(result.report.budget)
      // What is decided gives the same bundle again.
      let decisions = Dictionary(uniqueKeysWithValues: (result.report.moreBits ?? []).map { ($0.operator, $0.precision) })
      #expect(try compiled(decisions).bytes == result.bytes)
      let chosen = try #require(report.chosen)
      #expect(report.isMet && chosen.isMet && chosen.attributes[0].sqnrDb >= wanted)
      let least = all.filter { $0.sqnr >= wanted }.map(\.milliseconds).min() ?? 0
      #expect(chosen.milliseconds <= 1.25 * least, "\(chosen.moreBits) takes \(chosen.milliseconds) ms, \(least) would do for \(wanted) dB")
    }
  }

  @Test func whatNothingMeetsGivesTheBestThatWasFound() throws {
    let float = try float()
    let result = try compiled(budget: budget(301, float))
    let report = try #require(result.report.budget)
    let chosen = try #require(report.chosen)
    #expect(!report.isMet && !report.isAtEnd && chosen.attributes[0].sqnrDb == report.points.map(\.attributes[0].sqnrDb).max())
    #expect(try sqnr(.opening(result.bytes), float) == chosen.attributes[0].sqnrDb)
    #expect(chosen.isOnFront && report.points[0].isOnFront && report.points[0].moreBits == [])
    // None of it may take longer than plain int8, and there is no second evaluation.
    var limited = budget(301, float)
    limited.maximumSlowdown = 1
    #expect(try compiled(budget: limited).report.moreBits == nil)
    limited = budget(301, float)
    limited.evaluations = 1
    let short = try #require(try compiled(budget: limited).report.budget)
    #expect(short.points.count == 1 && short.isAtEnd)
  }

  @Test func aBudgetThatPlainInt8MeetsCostsNothing() throws {
    let float = try float()
    let result = try compiled(budget: budget(5, float))
    #expect(result.report.budget?.isMet == true && result.report.budget?.points.count == 1)
    #expect(result.bytes == (try compiled().bytes))
  }

  /// One network for all boards, and the bundle says enough of it for what reads it later.
  @Test func decisionsGiveTheSameScoresOnEveryTargetAndStandInTheBundle() throws {
    let bits = ["first": "float32", "second": "int16"]
    let x86 = try FacetRuntime.Bundle.opening(compiled(bits).bytes)
    let arm = try FacetRuntime.Bundle.opening(compiled(bits, target: "pi4").bytes)
    #expect(try scores(x86) == scores(arm))
    #expect(x86.provenance.precisions == bits)
    let request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName))
    let network = try #require(try Compiler.quantized(arm, PreparedModel(MergedModels([model]), request, isNumbered: false)))
    #expect(network.int8?.fragments.allSatisfy { $0 != nil } == true)
    #expect(network.decisions.types.wideLayers.contains { $0.value.isImage })
  }

  @Test(arguments: [
    ("", "JSON"), ("[]", "object"), (#"{"version": 2, "precision": {}}"#, "version"), (#"{"version": 1}"#, "precision"),
    (#"{"version": 1, "precision": {"a": "int4"}}"#, "'a'"), (#"{"version": 1, "precision": {}, "ranges": 1}"#, "'ranges'"),
  ])
  func aFileOfDecisionsThatIsNoneIsRefused(_ text: String, _ word: String) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-decisions-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    do throws(FacetError) {
      _ = try PrecisionDecisions(file: file)
      Issue.record("it is read")
    } catch {
      #expect(error.diagnostics[0].code == "compile.decisions" && error.diagnostics[0].message.contains(word))
    }
  }

  @Test func decisionsAreReadAsTheyWereWritten() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-decisions-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    for bits in [[], [MoreBits(operator: "a \"b\"/Conv", precision: "int16"), MoreBits(operator: "z", precision: "float32")]] {
      let written = PrecisionDecisions(bits)
      try Data(written.json).write(to: URL(fileURLWithPath: file))
      #expect(try PrecisionDecisions(file: file).precision == written.precision)
    }
    do throws(FacetError) {
      var request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: data)
      request.decisions = PrecisionDecisions([MoreBits(operator: "frist", precision: "int16")])
      _ = try Compiler.compile(model, request)
      Issue.record("it compiles")
    } catch {
      #expect(error.diagnostics[0].code == "compile.precision" && error.diagnostics[0].remedy.contains("'first'"))
    }
  }
}
