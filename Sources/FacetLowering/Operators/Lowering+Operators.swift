import FacetFormat
import FacetIR
import FacetQuantization

extension Lowering {
  /// The instructions of one node, in every number type that it computes itself.
  mutating func lower(_ index: Int, into fragment: Int) {
    let node = graph.nodes[index]
    let demanded = types.precisions(node.output)
    guard !demanded.isEmpty else { return }
    // A fixed order, so that two compiles give the same bytes.
    let native = types.native(node, demanded)
    switch node.op {
    case is Convolution, is FullyConnected, is Affine, is LayerWithFunction, is MaxPool, is AveragePool, is GlobalAveragePool:
      lowerImageOperator(node, index, fragment)
    case let op as Binary:
      if PixelBroadcast(node, op, graph) != nil {
        lowerBinary(op, node, index, fragment)
      } else if !types.computesFloat(node), let slopes = ChannelSlopes(node, op, graph) {
        lowerChannelTable(op, slopes, node, index, fragment)
      } else {
        lowerElementwise(op, node, index, fragment)
      }
    case let op as FunctionChain: lowerFunctionChain(op, node, index, fragment)
    case let op as FunctionPool: lowerFunctionPool(op, node, index, fragment)
    case let op as Reduce: lowerReduce(op, node, index, fragment)
    case let op as Normalization:
      for precision in native { lowerNormalization(op, int8: precision == .int8, node, index, fragment) }
    case let op as StridedProduct:
      for precision in native { lowerStridedProduct(op, int8: precision == .int8, node, index, fragment) }
    case is MatrixProduct: lowerMatrixProduct(node, index, fragment)
    case let op as Resample: for precision in native { lowerResample(op, int8: precision == .int8, node, index, fragment) }
    case let op as TopK: lowerTopK(op, node, index, fragment)
    case let op as Softmax where types.isReadByOperators(node.output) && !types.isFloat32:
      for precision in native { lowerSoftmaxRows(op, int8: precision == .int8, node, index, fragment) }
    case let op as Softmax: lowerSoftmax(op, node, index, fragment)
    case let op as Concat where ConcatAxis(node, op, graph) == nil: lowerPlainConcat(op, node, index, fragment)
    default:
      for precision in native { lower(node, int8: precision == .int8, index, fragment) }
    }
  }

  /// Operators that compute in the number type that is asked for.
  mutating func lower(_ node: Node, int8: Bool, _ index: Int, _ fragment: Int) {
    switch node.op {
    case let op as Unary: lowerUnary(op, int8: int8, node, index, fragment)
    case is Reshape, is Identity: lowerReshape(int8: int8, node, index, fragment)
    case let op as Concat:
      if let axis = ConcatAxis(node, op, graph) { lowerImageConcat(axis, int8: int8, node, index, fragment) }
    case let op as any RearrangingOperator: lowerRearrangement(op, int8: int8, node, index, fragment)
    default: problem(node, "there is no \(types.isFloat32 ? "float32" : "int8") form of this operator")
    }
  }

  mutating func lowerImageOperator(_ node: Node, _ index: Int, _ fragment: Int) {
    let input = types.inputs(node)[0]
    for value in [node.output, input] where PixelShape(graph.shape(value)) == nil || graph.constant(value) != nil {
      problem(node, "a tensor of shape \(graph.shape(value)) is not an image of batch 1")
      return
    }
    switch node.op {
    case let op as MaxPool: lowerMaxPool(op, node, index, fragment)
    case let op as AveragePool: lowerAveragePool(op, node, index, fragment)
    case is GlobalAveragePool: lowerGlobalAverage(node, index, fragment)
    default:
      guard let layer = types.layer(index) else {
        problem(node, "its weights are computed; they have to be constants")
        return
      }
      if let wide = types.wideLayers[index] {
        lowerWideLayer(layer, wide, node: index, into: fragment)
      } else {
        lowerLayer(layer, node: index, into: fragment)
      }
    }
  }
}
