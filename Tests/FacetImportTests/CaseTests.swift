import FacetIR
import FacetImport
import Foundation
import Testing

/// The folders of Cases/: models that onnxruntime has run (`make_cases.py`).
struct Case: CustomTestStringConvertible {
  var folder: URL
  var testDescription: String { folder.lastPathComponent }
  var model: String { folder.appending(path: "model.onnx").path }

  static let all: [Case] = {
    let root = Bundle.module.resourceURL?.appending(path: "Cases") ?? URL(filePath: "Cases")
    let folders = (try? FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)) ?? []
    return folders.sorted { $0.path < $1.path }.map(Case.init)
  }()

  static func named(_ name: String) throws -> Case { try #require(all.first { $0.testDescription == name }) }

  func floats(_ name: String) throws -> [Float] {
    let data = try Data(contentsOf: folder.appending(path: name))
    return data.withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
      }
    }
  }
}

@Suite struct CaseTests {
  @Test func allCasesAreFound() { #expect(Case.all.count >= 100) }

  /// Between quantizations the last bits of a sum decide over whole steps: the networks are compared as wholes.
  @Test(arguments: Case.all.filter { $0.testDescription.hasPrefix("quantized_network_") })
  func aQuantizedNetworkComputesWhatOnnxruntimeDoes(_ test: Case) throws {
    let graph = try importONNX(path: test.model).graph
    let input = Tensor(shape: graph.shape(graph.inputs[0]), elements: try test.floats("input_0.bin"))
    let found = try #require(graph.evaluateReference([input])[graph.outputs[0].value]).elements
    let expected = try test.floats("output_0.bin")
    let noise = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    // A ratio of 30 dB; the dynamically quantized one is imported as what it stands for.
    #expect(noise <= expected.reduce(0) { $0 + $1 * $1 } / 1000)
  }

  @Test(arguments: Case.all.filter { !$0.testDescription.hasPrefix("quantized_network_") }) func anImportedModelComputesWhatOnnxruntimeDoes(
    _ test: Case
  ) throws {
    let model = try importONNX(path: test.model)
    #expect(model.graph.brokenInvariant() == nil)
    var inputs: [Tensor] = []
    for (index, id) in model.graph.inputs.enumerated() {
      let elements = try test.floats("input_\(index).bin")
      try #require(elements.count == model.graph.shape(id).elementCount)
      inputs.append(Tensor(shape: model.graph.shape(id), elements: elements))
    }
    try #require(!model.graph.outputs.isEmpty)
    let values = model.graph.evaluateReference(inputs)
    for (index, output) in model.graph.outputs.enumerated() {
      let expected = try test.floats("output_\(index).bin")
      let found = try #require(values[output.value]).elements
      try #require(found.count == expected.count)
      for (position, (a, b)) in zip(found, expected).enumerated() where !(abs(a - b) <= 1e-4 * max(1, abs(b))) {
        Issue.record("\(output.name)[\(position)] is \(a), onnxruntime has \(b)")
        break
      }
    }
  }

  @Test func batchNormalizationIsNotFoldedByTheImport() throws {
    let graph = try importONNX(path: Case.named("network_two_branches").model).graph
    #expect(graph.nodes.map(\.op.name).count { $0 == "BatchNormalization" } == 2)
    #expect(graph.outputs.map(\.name) == ["age", "emotion"])
  }

  @Test func valuesAndNodesKeepTheirNamesAndUnnamedNodesGetOne() throws {
    let graph = try importONNX(path: Case.named("network_two_branches").model).graph
    #expect(graph.nodes.contains { $0.name == "a/conv" && graph[$0.output].name == "ac" })
    #expect(graph.nodes[0].name == "Conv_0" && graph[graph.nodes[0].output].name == "t")
    #expect(graph.constants.keys.contains { graph[$0].name == "age.w" })
  }

  @Test func theSourceSaysWhereTheModelComesFrom() throws {
    let test = try Case.named("weights_raw")
    let source = try importONNX(path: test.model).source
    let size = try Data(contentsOf: URL(filePath: test.model)).count
    #expect(
      source
        == ModelSource(
          file: test.model, fileSize: size, format: "ONNX", operatorSet: 13, producer: "make_cases", name: "case"))
  }

  @Test func notesTellWhatWasAssumedOrLeftOut() throws {
    #expect(
      try importONNX(path: Case.named("network_with_dead_nodes").model).notes == [
        "The open batch size of the input 'x' is taken as 1.", "Nodes left out because no output needs them: 1.",
      ])
  }

  @Test func sharedWeightsStayOneConstant() throws {
    let graph = try importONNX(path: Case.named("conv_shared_weights").model).graph
    #expect(graph.nodes[0].inputs[1] == graph.nodes[1].inputs[1])
  }

  @Test func aModelInMemoryHasNoFolderForItsWeights() throws {
    let external = try Case.named("weights_external")
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: external.model)))
    let found = diagnostics(bytes)
    #expect(found.map(\.place) == ["3 tensors, node 'Conv_0', tensor 'w'; node 'Conv_0', tensor 'b'; node 'Gemm_3', tensor 'g'"])
    #expect(Set(found.map(\.code)) == ["import.onnx.external-data"])
  }
}
