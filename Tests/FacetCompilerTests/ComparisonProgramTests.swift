import FacetBundle
import FacetData
import FacetFiles
import FacetFormat
import FacetIR
import FacetImport
import FacetRuntime
import FacetTestSupport
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetQuantization

/// Comparisons and choices in whole programs, float32 and int8.
@Suite struct ComparisonProgramTests {
  private struct Builder {
    var graph = Graph()
    var random = SplitMix64(seed: 11)
    var x: ValueID

    init() { x = graph.addInput(name: "x", shape: [1, 3, 12, 12]) }

    mutating func scalar(_ number: Float) -> ValueID { graph.addConstant(name: "k", Tensor(shape: [], elements: [number])) }

    mutating func add(_ op: any Operator, _ inputs: ValueID...) throws -> ValueID {
      try graph.addNode(name: "n\(graph.nodes.count)", op, inputs)
    }

    mutating func conv(_ x: ValueID, _ channels: Int) throws -> ValueID {
      let inputs = graph.shape(x)[1]
      let w = graph.addConstant(
        name: "w", Tensor(shape: [channels, inputs, 1, 1], elements: random.uniforms([channels, inputs], in: -1...1)))
      let b = graph.addConstant(name: "b", Tensor(shape: [channels], elements: random.uniforms([channels], in: -0.5...0.5)))
      return try add(Convolution(), x, w, b)
    }

    mutating func pool(_ x: ValueID) throws -> ValueID { try add(MaxPool(kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1]), x) }
  }

  private func compile(_ graph: Graph, _ precision: Precision, calibration: [Float]) throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("facet-compare-\(UUID().uuidString).npy").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try #require(NPYArray(shape: [1, 3, 12, 12], elements: .float32(calibration))).write(to: file)
    let source = ModelSource(file: "m.onnx", fileSize: 0, format: "ONNX", operatorSet: 17, producer: "", name: "")
    let request = CompileRequest(
      models: ["m.onnx"], target: try Target.named(Target.defaultName), calibration: file, precision: precision)
    return try Compiler.compile(ImportedModel(graph: graph, source: source, notes: []), request).bytes
  }

  private func scores(_ bytes: [UInt8], _ input: [Float]) throws -> [[Float]] {
    let session = try Session(bundle: Bundle.opening(bytes), threads: 1, isa: nil)
    try input.withUnsafeBufferPointer { try session.setTensor($0) }
    try session.evaluate(attributes: session.bundle.allAttributes)
    return (0..<session.bundle.attributeCount).map { Array(session.scores(attribute: $0)) }
  }

  /// A heat map, its peaks, and the map where it has peaks.
  private func peaks(pooledElsewhere: Bool) throws -> Graph {
    var net = Builder()
    let map = try net.add(Unary(function: .sigmoid), net.conv(net.add(Unary(function: .relu), net.conv(net.x, 8)), 2))
    let pooled = try net.pool(map)
    let isPeak = try net.add(Binary(function: .equal), pooled, map)
    let peaks = try net.add(Binary(function: .multiply), map, isPeak)
    net.graph.outputs = [
      GraphOutput(name: "map", value: map), GraphOutput(name: "is_peak", value: isPeak), GraphOutput(name: "peaks", value: peaks),
    ]
    if pooledElsewhere { net.graph.outputs.append(GraphOutput(name: "other", value: try net.conv(pooled, 3))) }
    return net.graph
  }

  /// Those of the map that the program itself computed.
  @Test(arguments: [false, true], Precision.allCases) func peaksAreThoseOfTheMapThatWasComputed(
    pooledElsewhere: Bool, _ precision: Precision
  ) throws {
    var random = SplitMix64(seed: 5)
    let input = random.normals([3, 144]).map { $0 * 2 }
    let result = try scores(compile(peaks(pooledElsewhere: pooledElsewhere), precision, calibration: input), input)
    let (map, found) = (result[0], result[1])
    var count = 0
    for channel in 0..<2 {
      for y in 0..<12 {
        for x in 0..<12 {
          func at(_ y: Int, _ x: Int) -> Float { map[channel * 144 + y * 12 + x] }
          var highest = -Float.infinity
          for ny in max(y - 1, 0)...min(y + 1, 11) {
            for nx in max(x - 1, 0)...min(x + 1, 11) { highest = max(highest, at(ny, nx)) }
          }
          let index = channel * 144 + y * 12 + x
          let isPeak = at(y, x) == highest
          count += isPeak ? 1 : 0
          #expect(found[index] == (isPeak ? 1 : 0))
          #expect(isPeak ? result[2][index] == at(y, x) : result[2][index] == 0)
        }
      }
    }
    #expect(count > 10 && count < 150)
  }

  /// Nobody asks for int8 of the pooled map: the peaks of an int8 program are then no plateaus.
  @Test func peaksOfScoresAreFoundInFloat32() throws {
    var random = SplitMix64(seed: 5)
    let input = random.normals([3, 144]).map { $0 * 2 }
    let bundle = try compile(peaks(pooledElsewhere: false), .int8, calibration: input)
    let (float, int8) = (
      try scores(compile(peaks(pooledElsewhere: false), .float32, calibration: input), input), try scores(bundle, input)
    )
    let same = zip(float[1], int8[1]).count { $0 == $1 }
    #expect(same >= 280, "\(same) of 288")
  }

  /// No calibration image has a number in the band; later ones have.
  @Test func aTruthValueThatCalibrationNeverSawKeepsItsRange() throws {
    var net = Builder()
    let isBelow = try net.add(Binary(function: .less), net.x, net.scalar(-0.2))
    let isAbove = try net.add(Binary(function: .less), net.scalar(-0.8), net.x)
    let mask = try net.pool(net.add(Binary(function: .minimum), isBelow, isAbove))
    let w = net.graph.addConstant(name: "one", Tensor(shape: [1, 3, 1, 1], elements: [1, 1, 1]))
    let b = net.graph.addConstant(name: "zero", Tensor(shape: [1], elements: [0]))
    net.graph.outputs = [GraphOutput(name: "y", value: try net.add(Convolution(), mask, w, b))]
    let calibration = (0..<432).map { Float($0 % 2 == 0 ? -1 : 0.5) }
    let bytes = try compile(net.graph, .int8, calibration: calibration)
    let input = (0..<432).map { $0 % 17 == 0 ? -0.5 : calibration[$0] }
    let expected = try scores(compile(net.graph, .float32, calibration: calibration), input)[0]
    #expect(Set(expected).count >= 3 && Set(expected).isSubset(of: [0, 1, 2, 3]))
    #expect(zip(expected, try scores(bytes, input)[0]).allSatisfy { abs($0 - $1) < 0.01 })
  }

  @Test func onlyBundlesWithTheNewFunctionsAreOfVersion2() throws {
    func bundle(_ function: BinaryFunction, _ precision: Precision) throws -> FacetRuntime.Bundle {
      var net = Builder()
      let first = try net.conv(net.x, 4)
      let second = try net.add(Binary(function: function), first, net.scalar(0.5))
      net.graph.outputs = [GraphOutput(name: "y", value: try net.conv(second, 2))]
      var random = SplitMix64(seed: 5)
      return try Bundle.opening(compile(net.graph, precision, calibration: random.normals([3, 144])))
    }
    for function in BinaryFunction.allCases {
      let isNew = function.isComparison || function == .whereTrue || function == .whereFalse
      #expect(try bundle(function, .float32).header.version == (isNew ? 2 : 1), "\(function)")
      // One table, which every engine has; a choice without jumps is a function that the convolution takes.
      if function.isComparison {
        let instructions = try bundle(function, .int8).fragments.flatMap(\.instructions)
        #expect(instructions.allSatisfy { $0.since == 1 }, "\(function)")
      }
    }
  }

  /// The branch that is not taken may be infinite.
  @Test(arguments: Precision.allCases) func aChoiceLeavesInfinityBehind(_ precision: Precision) throws {
    var net = Builder()
    let first = try net.conv(net.x, 4)
    let condition = try net.add(Binary(function: .less), net.scalar(3), first)
    // Beyond 88 infinite.
    let power = try net.add(Unary(function: .exponential), net.add(Unary(function: .affine(alpha: 100, beta: 0)), first))
    let one = try net.add(Binary(function: .whereTrue), first, condition)
    let other = try net.add(Binary(function: .whereFalse), power, condition)
    let joined = try net.add(Binary(function: .join), one, other)
    net.graph.outputs = [GraphOutput(name: "y", value: try net.add(Unary(function: .clip(-10, 10)), joined))]
    var random = SplitMix64(seed: 5)
    let input = random.normals([3, 144]).map { $0 * 4 }
    let found = try scores(compile(net.graph, precision, calibration: input), input)[0]
    #expect(found.allSatisfy { $0.isFinite } && found.contains { $0 > 3 })
  }
}
