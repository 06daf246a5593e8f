import FacetData
import FacetFiles
import FacetIR
import Glibc

/// A case of the package: a model, and sets of inputs with the outputs that ONNX's reference gives.
struct CaseFolder {
  struct DataSet {
    var inputs: [CaseTensor]
    var outputs: [CaseTensor]
  }

  let name: String
  let folder: String
  let model: [UInt8]
  /// Of the graph, in its order; those with an initializer left out.
  let inputNames: [String]
  let outputNames: [String]
  let operators: Set<String>

  init(name: String, folder: String) throws(CaseProblem) {
    self.name = name
    self.folder = folder
    model = try Self.read(folder + "/model.onnx")
    // ModelProto.graph = 7; GraphProto: node = 1, initializer = 5, input = 11, output = 12.
    guard let graph = try WireMessage(model[...]).messages(7).last else { throw CaseProblem("the model of the case has no graph") }
    let constants = Set(try graph.messages(5).map { $0.text(8) })
    inputNames = try graph.messages(11).map { $0.text(1) }.filter { !constants.contains($0) }
    outputNames = try graph.messages(12).map { $0.text(1) }
    operators = Set(try graph.messages(1).map { $0.text(4) })
  }

  /// All sets; at least one.
  func dataSets() throws(CaseProblem) -> [DataSet] {
    var sets: [DataSet] = []
    while isFile("\(folder)/test_data_set_\(sets.count)/output_0.pb") {
      let set = "\(folder)/test_data_set_\(sets.count)/"
      sets.append(DataSet(inputs: try Self.tensors(set + "input_"), outputs: try Self.tensors(set + "output_")))
    }
    guard !sets.isEmpty else { throw CaseProblem("the case has no data") }
    return sets
  }

  private static func tensors(_ prefix: String) throws(CaseProblem) -> [CaseTensor] {
    var result: [CaseTensor] = []
    while isFile("\(prefix)\(result.count).pb") { result.append(try CaseTensor(read("\(prefix)\(result.count).pb"))) }
    return result
  }

  private static func read(_ path: String) throws(CaseProblem) -> [UInt8] {
    do {
      return try readFile(path, limit: 1 << 28)
    } catch {
      throw CaseProblem("\(error)")
    }
  }
}

func isFile(_ path: String) -> Bool { access(path, R_OK) == 0 }
