import FacetBundle
import FacetDiagnostics
import FacetIR
import FacetImport
import FacetLowering
import FacetQuantization
import FacetRecipe

/// What a model holds and what would become of it, for people and for `--json`.
public struct InspectReport: Sendable, Encodable {
  public struct Value: Sendable, Encodable, Equatable {
    public var name: String
    public var shape: [Int]
    /// Of an input: the pixels that the model itself says it takes.
    public var pixels: PixelExpectation?
  }

  /// Where int8 can give the channels of a tensor equal ranges without changing what the network computes, and where it cannot.
  public struct Equalization: Sendable, Encodable, Equatable {
    public struct Stop: Sendable, Encodable, Equatable {
      public var layer: String
      public var reason: String
    }

    /// Layers whose channels can be equalized; the calibration data say where that pays.
    public var layers: Int
    public var stops: [Stop]
  }

  public var file: String
  public var format: String
  public var operatorSet: Int
  public var producer: String
  public var inputs: [Value]
  public var outputs: [Value]
  /// How often each operator stands in the model.
  public var operatorTypes: [String: Int]
  public var operators: Int
  public var parameters: Int
  public var multiplyAccumulates: Int
  public var batchNorms: [CompileReport.BatchNorm] = []
  /// Operators that remain after folding and fusing.
  public var remainingOperatorTypes: [String: Int] = [:]
  public var patches = 0
  /// Transposes between NCHW and NHWC in the model, and those that folding leaves.
  public var layoutTransposes = 0
  public var remainingLayoutTransposes: [String] = []
  /// Nil where the model is quantized itself, or does not convert.
  public var equalization: Equalization?
  public var notes: [String]
  public var problems: [Diagnostic] = []
  /// Files of weights that the model names.
  public var externalFiles: [String] = []
  /// The operators one by one, where they were asked for.
  public var layers: [ModelLayer]?

  init(_ model: ImportedModel) {
    let graph = model.graph
    file = model.source.file
    format = model.source.format
    operatorSet = model.source.operatorSet
    producer = model.source.producer
    inputs = graph.inputs.map {
      let name = graph[$0].name
      return Value(
        name: name, shape: graph.shape($0), pixels: PixelExpectation(graph, input: $0, type: model.integerInputs[name]))
    }
    outputs = graph.outputs.map { Value(name: $0.name, shape: graph.shape($0.value)) }
    operatorTypes = Self.types(graph)
    operators = graph.nodes.count
    parameters = graph.parameterCount
    multiplyAccumulates = graph.multiplyAccumulates
    notes = model.notes
    externalFiles = model.source.externalFiles
    layoutTransposes = Self.layoutTransposes(graph).count
  }

  /// Names of the nodes that turn an image from one layout into the other.
  static func layoutTransposes(_ graph: Graph) -> [String] {
    graph.nodes.filter { node in
      guard let op = node.op as? Transpose, [[0, 2, 3, 1], [0, 3, 1, 2]].contains(op.permutation) else { return false }
      return true
    }.map(\.name)
  }

  /// Whether an input looks like an image in NHWC.
  public var takesNHWC: Bool { inputs.contains { ImageGuess($0.shape)?.layout == .nhwc } }

  static func types(_ graph: Graph) -> [String: Int] {
    Dictionary(graph.nodes.map { ($0.op.name, 1) }, uniquingKeysWith: +)
  }
}

extension Compiler {
  /// Reads a model and tries what can be tried without data: folding, fusing, lowering to float32.
  ///
  /// - Throws: what stands in the way of reading it at all. What comes later is in the report's `problems`.
  public static func inspect(model path: String, options: ModelOptions = ModelOptions()) throws(FacetError) -> InspectReport {
    inspect(try options.importModel(path, recipe: nil))
  }

  static func inspect(_ imported: consuming ImportedModel) -> InspectReport {
    var report = InspectReport(copy imported)
    do {
      let prepared = try PreparedModel(consume imported, recipe: nil, stopAfter: nil)
      report.batchNorms = prepared.report.batchNorms
      report.patches = prepared.report.patches.count
      report.notes = prepared.report.notes
      report.remainingOperatorTypes = InspectReport.types(prepared.graph)
      report.remainingLayoutTransposes = InspectReport.layoutTransposes(prepared.graph)
      let pipeline = Pipeline(prepared)
      try pipeline.checkArena(beside: pipeline.float32(isTrial: true))
      report.equalization = FacetQuantization.Equalization.reach(pipeline.types).map { found in
        InspectReport.Equalization(layers: found.layers, stops: found.stops.map { .init(layer: $0.layer, reason: $0.reason) })
      }
    } catch {
      report.problems = error.diagnostics
    }
    return report
  }
  /// Reads models that are to become one network: its input and the outputs of all.
  ///
  /// - Returns: also, for each output, the model that has it, where several have one of its name.
  /// - Throws: what stands in the way of any of them, and what does not fit together.
  public static func inspect(
    models paths: [String], options: ModelOptions = ModelOptions()
  ) throws(FacetError) -> (report: InspectReport, owners: [String?]) {
    if paths.count == 1 { return (try inspect(model: paths[0], options: options), []) }
    let merged = try MergedModels.reading(paths, options: options)
    let graph = merged.model.graph
    var report = InspectReport(merged.model)
    report.outputs = []
    report.externalFiles = merged.sources.flatMap(\.externalFiles)
    var owners: [String?] = []
    for (name, outputs) in zip(merged.names, merged.outputs) {
      for output in outputs {
        let value = graph.outputs.first { $0.name == output.merged }?.value
        report.outputs.append(.init(name: output.own, shape: value.map(graph.shape) ?? []))
        owners.append(output.own == output.merged ? nil : name)
      }
    }
    return (report, owners)
  }
}
