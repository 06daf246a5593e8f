import FacetBundle
import FacetData
import FacetFiles
import FacetIR
import FacetImport
import FacetRuntime
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetQuantization

/// TopK at the end of a network, in float32 and in an int8 network.
@Suite struct TopKProgramTests {
  private func model() throws -> ImportedModel {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [1, 3, 4, 4])
    let weights = graph.addConstant(name: "w", Tensor(shape: [2, 3, 1, 1], elements: [1, -0.5, 0.25, -1, 0.5, 2]))
    let bias = graph.addConstant(name: "b", Tensor(shape: [2], elements: [0.125, -0.25]))
    let map = try graph.addNode(name: "conv", Convolution(), [input, weights, bias])
    let flat = try graph.addNode(name: "flat", Reshape(shape: [1, 2, 16]), [map])
    graph.outputs = [GraphOutput(name: "all", value: flat)]
    for (name, largest, result) in [("values", true, TopK.Result.values), ("best", true, .indices), ("worst", false, .indices)] {
      let top = try graph.addNode(name: name, TopK(axis: 2, count: 5, largest: largest, result: result), [flat])
      graph.outputs.append(GraphOutput(name: name, value: top))
    }
    return ImportedModel(
      graph: graph, source: ModelSource(file: "m.onnx", fileSize: 0, format: "test", operatorSet: 0, producer: "", name: ""))
  }

  @Test(arguments: Precision.allCases) func theFirstOfAllScoresAreGiven(_ precision: Precision) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    // Few distinct numbers: many scores are equal.
    let numbers = (0..<48).map { Float($0 * 7 % 5) - 2 }
    try #require(NPYArray(shape: [1, 3, 4, 4], elements: .float32(numbers))).write(to: file)
    let request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: file, precision: precision)
    let session = try Session(bundle: Bundle.opening(Compiler.compile(model(), request).bytes), threads: 1)
    try numbers.withUnsafeBufferPointer { values in try session.setTensor(values) }
    try session.evaluate(attributes: session.bundle.allAttributes)
    let all = Tensor(shape: [1, 2, 16], elements: Array(session.scores(attribute: 0)))
    func expected(_ largest: Bool, _ result: TopK.Result) -> [Float] {
      TopK(axis: 2, count: 5, largest: largest, result: result).reference([all]).elements
    }
    #expect(Set(all.elements).count < 20)
    #expect(Array(session.scores(attribute: 1)) == expected(true, .values))
    #expect(Array(session.scores(attribute: 2)) == expected(true, .indices))
    #expect(Array(session.scores(attribute: 3)) == expected(false, .indices))
  }
}
