import FacetFiles
import FacetIR
import FacetImport
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetQuantization

/// Ranges are wider than what few samples show, and no wider than results can be.
@Suite struct RangeMarginTests {
  private func calibrated(_ samples: Int, _ clamp: Clamp = .relu, growing: Float = 1) throws -> (
    pipeline: Pipeline, calibration: Calibration
  ) {
    var graph = Graph()
    var random = SplitMix64(seed: 4)
    let x = graph.addInput(name: "x", shape: [1, 3, 8, 8])
    func conv(_ x: ValueID, _ clamp: Clamp) throws -> ValueID {
      let w = graph.addConstant(name: "w", Tensor(shape: [3, 3, 3, 3], elements: random.normals([3, 3, 3, 3])))
      let b = graph.addConstant(name: "b", Tensor(shape: [3], repeating: 0.1))
      return try graph.addNode(name: "conv\(graph.nodes.count)", Convolution(pads: [1, 1, 1, 1], clamp: clamp), [x, w, b])
    }
    graph.outputs = [GraphOutput(name: "y", value: try conv(conv(x, clamp), .none))]
    let data = FileManager.default.temporaryDirectory.appendingPathComponent("facet-margin-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: data) }
    var numbers = random.normals([samples, 192])
    for index in numbers.indices where index >= numbers.count / 2 { numbers[index] *= growing }
    try #require(NPYArray(shape: [samples, 3, 8, 8], elements: .float32(numbers))).write(to: data)
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    let request = CompileRequest(models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: data)
    let model = try PreparedModel(MergedModels([ImportedModel(graph: graph, source: source, notes: [])]), request)
    let pipeline = Pipeline(model)
    return (pipeline, try #require(try pipeline.calibrate(request, on: pipeline.float32())))
  }

  private func high(_ made: (pipeline: Pipeline, calibration: Calibration)) -> Double {
    let types = made.pipeline.types
    let range = made.pipeline.decide(made.calibration).quantization(types.graph.nodes[0].output)
    return Double(range.scale) * Double(127 - range.zeroPoint)
  }

  @Test(arguments: [(1, 1.5), (4, 1.318), (16, 1.1125), (81, 1.0333)]) func fewSamplesWidenRanges(_ samples: Int, _ expected: Double) throws
  {
    var made = try calibrated(samples)
    let wide = high(made)
    made.calibration.measurements.hasMargin = false
    #expect(abs(wide / high(made) - expected) < 0.01)
    made.calibration.measurements.hasMargin = true
    made.calibration.measurements.widening = 1.15
    #expect(abs(high(made) / wide - 1.15) < 0.01)
  }

  @Test func noRangeGoesBeyondABound() throws {
    #expect(abs(high(try calibrated(4, Clamp(low: 0, high: 2))) - 2) < 1e-3)
  }

  @Test func boundsOfOperators() throws {
    func bounds(_ op: any FacetIR.Operator) -> ResultBounds {
      ResultBounds(Node(name: "n", op: op, inputs: [ValueID(0)], output: ValueID(1)))
    }
    let sigmoid = bounds(Unary(function: .sigmoid))
    #expect(abs(sigmoid.low) < 1e-6 && abs(sigmoid.high - 1) < 1e-6)
    let swish = bounds(Unary(function: .hardSwish))
    #expect(abs(swish.low + 0.375) < 1e-6 && swish.high == .infinity)
    let gelu = bounds(Unary(function: .gelu))
    #expect(abs(gelu.low + 0.17) < 1e-2 && gelu.high == .infinity)
    let leaky = bounds(Unary(function: .leakyRelu(alpha: 0.1)))
    #expect(leaky.low == -.infinity && leaky.high == .infinity)
    let added = bounds(LayerWithFunction(Convolution(), .hardSwish))
    #expect(abs(added.low + 0.375) < 1e-6 && added.high == .infinity)
    let slopes = bounds(LayerWithFunction(Convolution(), .slopes([0.1])))
    #expect(slopes.low == -.infinity && slopes.high == .infinity)
    let clamped = bounds(Binary(function: .add, clamp: Clamp(low: 0, high: 6)))
    #expect(clamped.low == 0 && clamped.high == 6)
    #expect(bounds(Unary(function: .squareRoot)).high == .infinity && bounds(MaxPool(kernel: [2, 2], strides: [2, 2])).low == -.infinity)
  }

  @Test func rangesThatStillGrowAreNoted() throws {
    let growing = try calibrated(8, growing: 4).calibration.notes
    #expect(
      growing.contains {
        $0.contains("The ranges still grow: in the second half of the 8 calibration samples") && $0.contains("16 samples")
      })
    #expect(try !calibrated(32).calibration.notes.contains { $0.contains("still grow") })
  }
}
