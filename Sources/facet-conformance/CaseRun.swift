import FacetBundle
import FacetCompiler
import FacetData
import FacetDiagnostics
import FacetIR
import FacetImport
import FacetQuantization
import FacetRuntime

/// A case with its data bound: the first input stays the network's, the others become constants.
struct CaseRun {
  let folder: CaseFolder
  let data: CaseFolder.DataSet
  private let input: Tensor
  /// Whether the first axis of the input is run one at a time: a bundle is for one image.
  private let isBySample: Bool

  /// Operators that compute each element of the first axis on its own, by their definition.
  private static let batched: Set<String> = [
    "AveragePool", "BatchNormalization", "Conv", "ConvTranspose", "GlobalAveragePool", "GlobalMaxPool", "MaxPool",
  ]

  init(_ folder: CaseFolder, _ data: CaseFolder.DataSet) throws(CaseProblem) {
    self.folder = folder
    self.data = data
    guard data.inputs.count == folder.inputNames.count, data.outputs.count == folder.outputNames.count, let first = data.inputs.first
    else {
      throw CaseProblem(
        "the model has \(folder.inputNames.count) inputs and \(folder.outputNames.count) outputs, "
          + "the data \(data.inputs.count) and \(data.outputs.count)")
    }
    input = first.tensor
    isBySample = input.shape.count > 2 && input.shape[0] > 1 && folder.operators.isSubset(of: Self.batched)
  }

  /// The inputs that the network gets, one after another.
  var samples: [[Float]] {
    guard isBySample else { return [input.elements] }
    let size = input.elements.count / input.shape[0]
    return (0..<input.shape[0]).map { Array(input.elements[$0 * size..<($0 + 1) * size]) }
  }

  private var sampleShape: [Int] { isBySample ? [1] + input.shape.dropFirst() : input.shape }

  private func imported() throws(CaseProblem) -> ImportedModel {
    var options = ImportOptions()
    for (name, value) in zip(folder.inputNames, data.inputs).dropFirst() { options.constants[name] = value.tensor }
    options.inputShapes[folder.inputNames[0]] = sampleShape
    do {
      return try folder.model.withUnsafeBytes { bytes in
        Result { () throws(FacetError) in
          try importONNX(bytes: bytes, file: folder.name, folder: folder.folder, options: options)
        }
      }.get()
    } catch {
      throw CaseProblem("\(error)")
    }
  }

  func compile(_ precision: Precision, calibration: String?) throws(CaseProblem) -> Bundle {
    let imported = try imported()
    do {
      let request = CompileRequest(
        models: [folder.folder + "/model.onnx"], target: try Target.named(Target.defaultName), calibration: calibration,
        precision: precision)
      return try Bundle.opening(try Compiler.compile(imported, request).bytes)
    } catch {
      throw CaseProblem("\(error)")
    }
  }

  /// The outputs by the graph's reference implementations: tells mistakes of the import from those of all that follows.
  func reference() throws(CaseProblem) -> [CaseResult] {
    let graph = try imported().graph
    var results: [CaseResult] = []
    for sample in samples {
      let values = graph.evaluateReference([Tensor(shape: sampleShape, elements: sample)])
      for (index, name) in folder.outputNames.enumerated() {
        guard let output = graph.outputs.first(where: { $0.name == name }), let value = values[output.value] else {
          throw CaseProblem("the graph has no output '\(name)'")
        }
        if results.count <= index { results.append(CaseResult(shape: value.shape, elements: [])) }
        results[index].elements += value.elements
      }
    }
    return joined(results)
  }

  /// The outputs in the model's order, the samples' joined along the first axis.
  func run(_ bundle: Bundle, isa: String) throws(CaseProblem) -> [CaseResult] {
    do {
      let session = try Session.open(bundle, file: folder.name, threads: 1, isa: isa)
      let attributes = bundle.attributeDescriptions
      var order: [Int] = []
      for name in folder.outputNames {
        guard let index = attributes.firstIndex(where: { $0.name == name }) else {
          throw CaseProblem("the bundle has no attribute '\(name)'")
        }
        order.append(index)
      }
      var results = order.map { CaseResult(shape: attributes[$0].shape, elements: []) }
      for sample in samples {
        try sample.withUnsafeBufferPointer { values in
          Result { () throws(SessionError) in try session.setTensor(values) }
        }.get()
        try session.evaluate(attributes: bundle.allAttributes)
        for (place, index) in order.enumerated() { results[place].elements += Array(session.scores(attribute: index)) }
      }
      return joined(results)
    } catch let problem as CaseProblem {
      throw problem
    } catch {
      throw CaseProblem("\(error)")
    }
  }
}

extension CaseRun {
  /// Results whose elements are those of all samples, with the shape that says so.
  private func joined(_ results: [CaseResult]) -> [CaseResult] {
    guard isBySample else { return results }
    return results.map { result in
      var result = result
      if !result.shape.isEmpty { result.shape[0] *= input.shape[0] }
      return result
    }
  }
}

/// What one output came to.
struct CaseResult {
  var shape: [Int]
  var elements: [Float]
}
