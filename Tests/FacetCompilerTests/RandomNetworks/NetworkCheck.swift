import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetKernels
import FacetPasses
import FacetRuntime
import FacetTestSupport
import Foundation

@testable import FacetCompiler
@testable import FacetLowering
@testable import FacetQuantization

/// What failed of a network.
struct NetworkFailure: Error, Equatable {
  /// Which check: a failing network is shrunk to one that fails in the same.
  var check: String
  var detail: String
}

/// All checks of one random network.
struct NetworkCheck {
  /// What stands in for the standard passes, to test the tests.
  var pipeline = PassPipeline()

  /// - Returns: the first thing that is wrong.
  func failure(_ choices: NetworkChoices) -> NetworkFailure? {
    do {
      try check(choices)
      return nil
    } catch let failure as NetworkFailure {
      return failure
    } catch {
      return NetworkFailure(check: "error", detail: "\(error)")
    }
  }

  /// A failing network as small as it gets, and everything that is needed to look into it.
  func report(_ choices: NetworkChoices, _ failure: NetworkFailure, seed: UInt64) -> String {
    var shrinker = NetworkShrinker { self.failure($0)?.check == failure.check }
    let small = shrinker.shrink(choices)
    return """
      seed \(seed): \(failure.check): \(failure.detail)
      shrunk (\(shrinker.tried) tried): \(self.failure(small)?.detail ?? "")
      \(NetworkBuilder.graph(small).text(constants: true))
      \(small)
      """
  }

  private func check(_ choices: NetworkChoices) throws {
    let graph = NetworkBuilder.graph(choices)
    var random = SplitMix64(seed: choices.steps.first?.seed ?? 0)
    let shape = graph.shape(graph.inputs[0])
    let input = random.normals(shape)
    let expected = graph.evaluateReference([Tensor(shape: shape, elements: input)])
    let results = graph.outputs.map { expected[$0.value]?.elements ?? [] }
    try checkPasses(graph, input, results)
    let model = try PreparedModel(
      ImportedModel(
        graph: graph, source: ModelSource(file: "random.onnx", fileSize: 0, format: "test", operatorSet: 0, producer: "", name: ""),
        notes: []), recipe: nil, stopAfter: nil)
    let float = try Pipeline.lower(QuantizationDecisions(float32: model.graph), model, storedUnsigned: false)
    let floatRun = NetworkRun(model, float, storedUnsigned: false)
    try checkFloat(floatRun, graph, input, results)
    try checkInt8(model, float, input, &random)
    try floatRun.checkAttributes(input, "float32", &random)
  }

  /// Every single patch keeps what the network computes.
  private func checkPasses(_ graph: Graph, _ input: [Float], _ expected: [[Float]]) throws {
    var count = 1
    while true {
      var rewritten = graph
      let report = try pipeline.run(&rewritten, stopAfter: count)
      guard report.patches.count == count, let patch = report.patches.last else { return }
      let values = rewritten.evaluateReference([Tensor(shape: graph.shape(graph.inputs[0]), elements: input)])
      for (output, reference) in zip(rewritten.outputs, expected) {
        let result = rewritten.constant(output.value)?.elements ?? values[output.value]?.elements ?? []
        let error = difference(result, reference)
        guard error < 1e-4 else {
          throw NetworkFailure(check: "passes", detail: "patch \(patch) changes output \(output.name) by \(error)")
        }
      }
      count += 1
    }
  }

  private func checkFloat(_ run: NetworkRun, _ graph: Graph, _ input: [Float], _ expected: [[Float]]) throws {
    for isa in NetworkRun.levels {
      let results = try run.scores(input, isa: isa, threads: 1)
      for (index, output) in graph.outputs.enumerated() {
        let error = difference(results[index], expected[index])
        guard error < 1e-4 else {
          throw NetworkFailure(check: "float32", detail: "output \(output.name) differs by \(error), level \(isa.rawValue)")
        }
      }
      let parallel = try run.scores(input, isa: isa, threads: 3)
      guard bits(parallel) == bits(results) else {
        throw NetworkFailure(check: "float32 threads", detail: "3 threads give other bits, level \(isa.rawValue)")
      }
    }
  }

  private func checkInt8(_ model: PreparedModel, _ float: LoweredProgram, _ input: [Float], _ random: inout SplitMix64) throws {
    var model = model
    let decisions: QuantizationDecisions
    (model.graph, decisions) = try calibrate(model, float, &random)
    var oracle = Int8Oracle(model.graph, decisions)
    oracle.run(input)
    for unsigned in [true, false] {
      let program = try Pipeline.lower(decisions, model, storedUnsigned: unsigned)
      let run = NetworkRun(model, program, storedUnsigned: unsigned)
      for isa in NetworkRun.levels {
        let results = try run.scores(input, isa: isa, threads: 1)
        for (index, output) in model.graph.outputs.enumerated() {
          if let problem = compare(results[index], oracle.result(output.value)) {
            throw NetworkFailure(
              check: "int8", detail: "output \(output.name): \(problem), level \(isa.rawValue), unsigned \(unsigned)")
          }
        }
        guard unsigned else { continue }
        let parallel = try run.scores(input, isa: isa, threads: 3)
        guard bits(parallel) == bits(results) else {
          throw NetworkFailure(check: "int8 threads", detail: "3 threads give other bytes, level \(isa.rawValue)")
        }
      }
      if unsigned { try run.checkAttributes(input, "int8", &random) }
    }
  }

  /// What is wrong with an int8 result; nil for nothing.
  private func compare(_ result: [Float], _ expected: (scores: [Float], fidelity: Int8Oracle.Fidelity)) -> String? {
    switch expected.fidelity {
    case .bits:
      return bits([result]) == bits([expected.scores])
        ? nil : "other bytes than the definition, off by \(difference(result, expected.scores))"
    case .tolerance:
      let error = difference(result, expected.scores)
      return error < 1e-4 ? nil : "differs from the definition by \(error)"
    case .uncertain:
      let signal = expected.scores.reduce(0.0) { $0 + Double($1 * $1) }
      let noise = zip(result, expected.scores).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      let sqnr = noise == 0 ? Double.infinity : 10 * log10(signal / noise)
      // Codes beside the right ones, rarely.
      return result.count == expected.scores.count && (sqnr > 20 || noise < 1e-6) ? nil : "\(sqnr) dB against the definition"
    }
  }
}
