/// A convolution, fully connected layer or affine with the function of one number that follows it, element by element: in int8 the function is
/// computed of the layer's result before that is rounded.
///
/// Only graphs of int8 programs have it; its inputs are the layer's.
package struct LayerWithFunction: Operator {
  package enum Function {
    /// PRelu: x where x >= 0, else slope · x; a slope for each channel.
    case slopes([Float])
    /// x · min(max(x / 6 + 1/2, 0), 1)
    case hardSwish
    case any(FunctionChain)
  }

  package var layer: any Operator
  package var function: Function

  package init(_ layer: any Operator, _ function: Function) {
    self.layer = layer
    self.function = function
  }

  package var name: String { layer.name }
  package var quantization: QuantizationRule { layer.quantization }
  package var attributes: String { layer.attributes + " function=\(function.words)" }

  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] { try layer.outputShape(inputs) }

  package func multiplyAccumulates(_ inputs: [[Int]], output: [Int]) -> Int { layer.multiplyAccumulates(inputs, output: output) }

  package func reference(_ inputs: [Tensor]) -> Tensor { function.reference(layer.reference(inputs)) }
}

extension Node {
  /// Its operator, of a layer with a function the layer.
  package var layer: any Operator { (op as? LayerWithFunction)?.layer ?? op }
}

extension LayerWithFunction.Function {
  /// Of a tensor whose channels are axis 1.
  package func reference(_ x: Tensor) -> Tensor {
    switch self {
    case .slopes(let slopes): x.mapChannels { x, channel in x >= 0 ? x : x * Double(slopes[channel]) }
    case .hardSwish: Unary(function: .hardSwish).reference([x])
    case .any(let chain): chain.reference([x])
    }
  }

  fileprivate var words: String {
    switch self {
    case .slopes: "PRelu"
    case .hardSwish: "HardSwish"
    case .any(let chain): chain.attributes
    }
  }
}
