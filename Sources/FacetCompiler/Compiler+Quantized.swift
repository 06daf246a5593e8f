import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// A network in float32 and in int8, in memory, with calibration samples: what int8's losses are measured on.
package struct QuantizedNetwork {
  package var attributes: [AttributeInterface]
  /// What float32 computes. Where channels were equalized, with the weights that this gave: the scores are the same in real numbers.
  package var graph: Graph
  /// Types, ranges and weights of the int8 program.
  package var decisions: QuantizationDecisions
  package var float: LoweredProgram
  package var int8: LoweredProgram
  package var input: InputInterface
  /// Calibration samples that were kept, as the input takes them.
  package var samples: [NetworkInput]
  /// What int8 does beside the plain way; nil for that one.
  package var method: String?
  package var notes: [String]
  package var warnings: [String]
  package var skipped: [Diagnostic]?

  /// A bundle of one of its programs, or of another of the same network.
  package func bundle(_ program: LoweredProgram) throws(BundleError) -> Bundle {
    try Bundle.running(
      BundleEmitter(program: program, attributes: attributes, input: input, storedUnsigned: false, provenance: []))
  }

  /// A program in float32 of the same network with other constants: it has the same instructions in the same places.
  package func float(_ graph: Graph) throws(LoweringFailure) -> LoweredProgram {
    try Lowering.lower(QuantizationDecisions(float32: graph), storedUnsigned: false)
  }
}

extension Compiler {
  /// Calibrates and quantizes as `compile` does, up to the int8 program that it would write.
  ///
  /// - Throws: what `compile` does; also where there are no samples to look at.
  package static func quantized(_ request: CompileRequest) throws(FacetError) -> QuantizedNetwork {
    try quantized(PreparedModel(request, isNumbered: false), request)
  }

  static func quantized(_ model: PreparedModel, _ request: CompileRequest) throws(FacetError) -> QuantizedNetwork {
    let plain = Pipeline(model)
    let float = try plain.float32()
    try plain.checkArena(beside: float)
    // Data are needed in any case: an error says so where none are named.
    let calibration = try Calibration.run(model, request, plain.types, program: float)
    let best = try Trial.best(plain.trials(request.effort, calibration)) { trial throws(FacetError) in
      let decisions = trial.pipeline.decide(trial.calibration)
      try trial.pipeline.checkInput(decisions)
      let program = try trial.pipeline.program(decisions, storedUnsigned: false)
      return ((decisions, program), try trial.pipeline.check(program, trial.calibration ?? calibration, threads: request.threads))
    }
    let types = best.trial.pipeline.types
    var network = QuantizedNetwork(
      attributes: model.attributes, graph: model.graph, decisions: best.result.0, float: float, int8: best.result.1, input: model.input,
      samples: calibration.checked.map(\.input), method: best.trial.method, notes: model.report.notes + calibration.notes + plain.notes,
      warnings: model.report.warnings + calibration.warnings, skipped: calibration.skippedOrNil)
    if best.trial.method != nil {
      network.graph = model.graph.withWeights(of: types)
      do {
        network.float = try network.float(network.graph)
      } catch {
        throw FacetError.internalError("lower", error, model.source.file)
      }
    }
    return network
  }
}

extension Pipeline {
  /// Compares an int8 program with the float scores of its calibration.
  fileprivate func check(
    _ program: LoweredProgram, _ calibration: Calibration, threads: Int
  ) throws(FacetError) -> QuantizationReport? {
    guard !calibration.checked.isEmpty else { return nil }
    do {
      let bundle = try Bundle.running(
        BundleEmitter(program: program, attributes: model.attributes, input: model.input, storedUnsigned: false, provenance: []))
      return try QuantizationCheck(
        bundle: bundle, types: types, fragments: Dictionary(uniqueKeysWithValues: program.fragments.enumerated().map { ($0, $1) }),
        attributes: Array(model.attributes.indices)
      ).run(calibration, threads: threads)
    } catch {
      throw FacetError.internalError("check", error, model.source.file)
    }
  }
}

extension Graph {
  /// The same network with the weights that its int8 form has, where equalization changed them.
  fileprivate func withWeights(of types: NumberTypes) -> Graph {
    var result = self
    let producers = producers()
    for node in types.graph.nodes where WeightedLayer(node, types.graph, types.aliases) != nil {
      guard let place = producers[types.functionSources[node.output] ?? node.output] else { continue }
      for input in 1...2 where nodes[place].inputs.count > input && node.inputs[input] != nodes[place].inputs[input] {
        guard let tensor = types.graph.constant(node.inputs[input]), constant(nodes[place].inputs[input]) != nil else { continue }
        result.nodes[place].inputs[input] = result.addConstant(name: "", tensor)
      }
    }
    return result
  }
}
