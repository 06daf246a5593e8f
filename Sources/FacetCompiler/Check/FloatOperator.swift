import FacetBundle
import FacetFormat
import FacetIR
import FacetLowering
import FacetQuantization
import FacetRecipe
import FacetRuntime

/// One operator in float32. Layers with many products run on the engine, because the reference takes a hundred times as long.
struct FloatOperator {
  /// Multiply-accumulates from which that is worth it.
  private static let largeFrom = 1 << 16

  private let node: Node

  init(_ node: Node) { self.node = node }

  func result(_ inputs: [Tensor]) -> Tensor {
    guard let shape = try? node.op.outputShape(inputs.map(\.shape)),
      node.op.multiplyAccumulates(inputs.map(\.shape), output: shape) >= Self.largeFrom, let result = try? onEngine(inputs)
    else { return node.op.reference(inputs) }
    return result
  }

  /// Nil for operators without weights.
  ///
  /// - Throws: where the engine cannot take it alone.
  func onEngine(_ inputs: [Tensor]) throws -> Tensor? {
    guard node.layer is Convolution || node.layer is FullyConnected, inputs.count >= 3 else { return nil }
    // A bundle has one input: what is added to the products is added here.
    var op = node.layer
    var clamp = Clamp.none
    if inputs.count == 4, var convolution = op as? Convolution {
      clamp = convolution.clamp
      convolution.clamp = .none
      op = convolution
    }
    var graph = Graph()
    let x = graph.addInput(name: "x", shape: inputs[0].shape)
    let constants = inputs[1...2].map { graph.addConstant(name: "", $0) }
    let y = try graph.addNode(name: node.name, op, [x] + constants)
    graph.outputs = [GraphOutput(name: "y", value: y)]
    let program = try Lowering.lower(QuantizationDecisions(float32: graph), storedUnsigned: false)
    let attribute = AttributeInterface(name: "y", labels: [], confidence: .none, threshold: .nan, shape: graph.shape(y))
    let bundle = try Bundle.running(
      BundleEmitter(
        program: program, attributes: [attribute], input: InputInterface(name: "x", pixels: nil), storedUnsigned: false, provenance: []
      ))
    let session = try Session.make(bundle, threads: 1)
    try inputs[0].elements.withUnsafeBufferPointer { try session.setTensor($0) }
    try session.evaluate(attributes: bundle.allAttributes)
    var result = Tensor(shape: graph.shape(y), elements: Array(session.scores(attribute: 0)))
    if inputs.count == 4 {
      for (index, residual) in inputs[3].elements.enumerated() {
        result.elements[index] = Float(clamp.apply(Double(result.elements[index]) + Double(residual)))
      }
    }
    return (node.op as? LayerWithFunction).map { $0.function.reference(result) } ?? result
  }
}
