import FacetFiles
import FacetIR
import FacetPasses
import FacetTestSupport
import Testing

/// Builds a graph with random weights.
struct Net {
  var graph = Graph()
  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func tensor(_ shape: [Int], in range: ClosedRange<Float> = -1...1) -> Tensor {
    Tensor(shape: shape, elements: random.uniforms(shape, in: range))
  }

  mutating func input(_ shape: [Int]) -> ValueID { graph.addInput(name: "x", shape: shape) }

  mutating func constant(_ name: String, _ shape: [Int], in range: ClosedRange<Float> = -1...1) -> ValueID {
    let tensor = tensor(shape, in: range)
    return graph.addConstant(name: name, tensor)
  }

  mutating func add(_ name: String, _ op: any Operator, _ inputs: ValueID...) throws -> ValueID {
    try graph.addNode(name: name, op, inputs)
  }

  /// A convolution of `kernel`×`kernel`; `padded` keeps the size (stride 1).
  mutating func conv(
    _ name: String, _ x: ValueID, _ outputs: Int, kernel: Int = 3, stride: Int = 1, padded: Bool = true, groups: Int = 1,
    weights: ValueID? = nil
  ) throws -> ValueID {
    let pad = padded ? kernel / 2 : 0
    let w = weights ?? constant("\(name).weight", [outputs, graph.shape(x)[1] / groups, kernel, kernel])
    let b = constant("\(name).bias", [outputs])
    return try add(name, Convolution(strides: [stride, stride], pads: [pad, pad, pad, pad], groups: groups), x, w, b)
  }

  mutating func gemm(_ name: String, _ x: ValueID, _ outputs: Int) throws -> ValueID {
    let w = constant("\(name).weight", [outputs, graph.shape(x)[1]])
    let b = constant("\(name).bias", [outputs])
    return try add(name, FullyConnected(), x, w, b)
  }

  mutating func bn(_ name: String, _ x: ValueID) throws -> ValueID {
    let c = graph.shape(x)[1]
    let (gamma, beta) = (constant("\(name).gamma", [c], in: 0.5...2), constant("\(name).beta", [c]))
    let (mean, variance) = (constant("\(name).mean", [c]), constant("\(name).variance", [c], in: 0.1...3))
    return try add(name, BatchNormalization(epsilon: 1e-3), x, gamma, beta, mean, variance)
  }

  mutating func affine(_ name: String, _ x: ValueID, shift: Bool = true) throws -> ValueID {
    let c = graph.shape(x)[1]
    let scale = constant("\(name).scale", [c], in: 0.5...2)
    let shift = constant("\(name).shift", [c], in: shift ? 0.5...1 : 0...0)
    return try add(name, Affine(), x, scale, shift)
  }

  mutating func relu(_ name: String, _ x: ValueID) throws -> ValueID { try add(name, Unary(function: .relu), x) }
  mutating func clip(_ name: String, _ x: ValueID, _ low: Float, _ high: Float) throws -> ValueID {
    try add(name, Unary(function: .clip(low, high)), x)
  }
  mutating func sum(_ name: String, _ a: ValueID, _ b: ValueID) throws -> ValueID {
    try add(name, Binary(function: .add), a, b)
  }

  mutating func outputs(_ values: ValueID...) {
    graph.outputs = values.enumerated().map { GraphOutput(name: "y\($0.offset)", value: $0.element) }
  }
}

/// The lines of the nodes, without shapes: what tests of a structure compare.
func structure(_ graph: Graph) -> String {
  let lines = graph.text().split(separator: "\n").filter { !$0.contains("= input") }
  return lines.map { line in
    guard let shape = line.firstRange(of: " : ["), let name = line.firstRange(of: "  // ") else { return String(line) }
    return String(line[..<shape.lowerBound] + line[name.lowerBound...])
  }.joined(separator: "\n")
}

/// Runs the standard passes and checks that the outputs stay what they were, to 1e-5 of the largest element.
@discardableResult
func optimize(
  _ net: Net, stopAfter: Int? = nil, _ location: SourceLocation = #_sourceLocation
) throws -> (graph: Graph, report: PipelineReport) {
  var graph = net.graph
  let report = try PassPipeline().run(&graph, stopAfter: stopAfter)
  var net = net
  let inputs = net.graph.inputs.map { net.tensor(net.graph.shape($0), in: -2...2) }
  let (before, after) = (net.graph.evaluateReference(inputs), graph.evaluateReference(inputs))
  #expect(graph.outputs.map(\.name) == net.graph.outputs.map(\.name), sourceLocation: location)
  for (old, new) in zip(net.graph.outputs, graph.outputs) {
    let a = try #require(before[old.value], sourceLocation: location)
    let b = try #require(after[new.value], sourceLocation: location)
    #expect(a.shape == b.shape, sourceLocation: location)
    let largest = a.elements.reduce(1e-3) { max($0, abs($1)) }
    let worst = zip(a.elements, b.elements).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
    #expect(worst <= 1e-5 * largest, "\(old.name) differs by \(worst) of \(largest)", sourceLocation: location)
  }
  return (graph, report)
}
