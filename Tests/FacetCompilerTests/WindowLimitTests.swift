import FacetDiagnostics
import FacetIR
import FacetImport
import FacetQuantization
import Testing

@testable import FacetCompiler

/// Windows that a bundle cannot hold are refused with the node's name, before memory is taken for them.
@Suite struct WindowLimitTests {
  private func failure(_ op: any Operator, input shape: [Int]) throws -> FacetError? {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: shape)
    let output = try graph.addNode(name: "pool", op, [input])
    graph.outputs = [GraphOutput(name: "y", value: output)]
    let source = ModelSource(file: "window.onnx", fileSize: 0, format: "test", operatorSet: 0, producer: "", name: "")
    let model = try PreparedModel(ImportedModel(graph: graph, source: source, notes: []), recipe: nil, stopAfter: nil)
    do {
      _ = try Pipeline.lower(QuantizationDecisions(float32: model.graph), model, storedUnsigned: false)
      return nil
    } catch { return error }
  }

  @Test func anAverageOverAHugeWindowIsRefused() throws {
    let pads = [15_000, 15_000, 15_000, 15_000]
    let found = try failure(AveragePool(kernel: [30_000, 30_000], pads: pads), input: [1, 3, 8, 8])
    #expect(found?.diagnostics.first?.code == "compile.lower")
    #expect(found?.diagnostics.first?.place == "node 'pool'")
    #expect(found?.diagnostics.first?.message.contains("30000 x 30000") == true)
    #expect(try failure(AveragePool(kernel: [1000, 1000], pads: [500, 500, 500, 500]), input: [1, 3, 8, 8]) == nil)
  }

  @Test func aMeanOverAVeryLongSideIsRefused() throws {
    let found = try failure(GlobalAveragePool(keepDimensions: true), input: [1, 3, 1, 32_768])
    #expect(found?.diagnostics.first?.place == "node 'pool'")
    #expect(try failure(GlobalAveragePool(keepDimensions: true), input: [1, 3, 1, 32_767]) == nil)
  }

  @Test func aStrideBeyondTheFormatIsNoOperator() {
    var graph = Graph()
    let input = graph.addInput(name: "x", shape: [1, 3, 8, 8])
    #expect(throws: ShapeError.self) { try graph.addNode(name: "pool", MaxPool(kernel: [1, 1], strides: [32_768, 1]), [input]) }
    #expect(throws: Never.self) { try graph.addNode(name: "pool", MaxPool(kernel: [1, 1], strides: [32_767, 1]), [input]) }
  }
}
