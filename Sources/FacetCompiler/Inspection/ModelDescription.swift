import FacetIR
import FacetImport

/// What a model holds and what would become of it, for people and for `--json`.
public struct InspectReport: Sendable, Encodable {
  public struct Value: Sendable, Encodable, Equatable {
    public var name: String
    public var shape: [Int]
  }

  /// What stands in the way of a bundle.
  public struct Problem: Sendable, Encodable {
    public var code: String
    public var place: String
    public var message: String
    public var remedy: String
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
  public var notes: [String]
  public var problems: [Problem] = []

  init(_ model: ImportedModel) {
    let graph = model.graph
    file = model.source.file
    format = model.source.format
    operatorSet = model.source.operatorSet
    producer = model.source.producer
    inputs = graph.inputs.map { Value(name: graph[$0].name, shape: graph.shape($0)) }
    outputs = graph.outputs.map { Value(name: $0.name, shape: graph.shape($0.value)) }
    operatorTypes = Self.types(graph)
    operators = graph.nodes.count
    parameters = graph.parameterCount
    multiplyAccumulates = graph.multiplyAccumulates
    notes = model.notes
  }

  static func types(_ graph: Graph) -> [String: Int] {
    Dictionary(graph.nodes.map { ($0.op.name, 1) }, uniquingKeysWith: +)
  }
}

extension Compiler {
  /// Reads a model and tries what can be tried without data: folding, fusing, lowering to float32.
  ///
  /// - Throws: what stands in the way of reading it at all. What comes later is in the report's `problems`.
  public static func inspect(model path: String) throws(CompileFailure) -> InspectReport {
    let imported: ImportedModel
    do {
      imported = try importONNX(path: path)
    } catch {
      throw CompileFailure(error.diagnostics)
    }
    return inspect(consume imported)
  }

  static func inspect(_ imported: consuming ImportedModel) -> InspectReport {
    var report = InspectReport(copy imported)
    do {
      let prepared = try PreparedModel(consume imported, recipe: nil, stopAfter: nil)
      report.batchNorms = prepared.report.batchNorms
      report.patches = prepared.report.patches.count
      report.notes = prepared.report.notes
      report.remainingOperatorTypes = InspectReport.types(prepared.graph)
      try checkArena(lower(prepared, decisions: nil, storedUnsigned: false, isTrial: true), prepared)
    } catch {
      report.problems = error.diagnostics.map {
        .init(code: $0.code, place: $0.place ?? "", message: $0.message, remedy: $0.remedy)
      }
    }
    return report
  }
}
