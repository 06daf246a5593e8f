import FacetIR

/// Convolution, fully connected layer or affine, seen as one thing: a convolution over pixels.
package struct WeightedLayer {
  /// The value it reads, before any reshape that the layer absorbs.
  package var input: ValueID
  package var residual: ValueID?
  package var output: ValueID
  package var groups: Int
  package var groupInputs: Int
  package var groupOutputs: Int
  package var kernelHeight: Int
  package var kernelWidth: Int
  package var strides: [Int]
  /// top, left.
  package var pads: [Int]
  package var dilations: [Int]
  package var clamp: Clamp
  /// Of the result before it is rounded; then there is no clamp.
  package var function: LayerWithFunction.Function?
  /// `[groups * groupOutputs][groupInputs][kernelHeight][kernelWidth]`
  package var weights: [Float]
  package var bias: [Float]
  /// Of the weights of a quantized model: one for each output channel, 0 where int8 is to choose.
  package var weightScales: [Float]?
  /// Runs as a depthwise convolution: one input and one output channel in each group.
  package var isDepthwise: Bool

  package var outputChannels: Int { groups * groupOutputs }
  package var taps: Int { kernelHeight * kernelWidth }

  /// Nil for operators without weights, and for weights that are not constants.
  package init?(_ node: Node, _ graph: Graph, _ aliases: ValueAliases) {
    output = aliases.root(node.output)
    guard node.inputs.count >= 3, let w = graph.constant(node.inputs[1]), let b = graph.constant(node.inputs[2]) else { return nil }
    weights = w.elements
    bias = b.elements
    weightScales = graph.constantQuantizations[node.inputs[1]]?.perOutput(bias.count)
    strides = [1, 1]
    pads = [0, 0]
    dilations = [1, 1]
    function = (node.op as? LayerWithFunction)?.function
    switch node.layer {
    case let op as Convolution:
      input = aliases.root(node.inputs[0])
      residual = node.inputs.count == 4 ? aliases.root(node.inputs[3]) : nil
      groups = op.groups
      groupInputs = w.shape[1]
      groupOutputs = w.shape[0] / op.groups
      (kernelHeight, kernelWidth) = (w.shape[2], w.shape[3])
      strides = op.strides
      pads = [op.pads[0], op.pads[1]]
      dilations = op.dilations
      clamp = op.clamp
      isDepthwise = groups > 1 && groupInputs == 1 && groupOutputs == 1
    case let op as FullyConnected:
      let source = aliases.denseSource(node.inputs[0])
      input = source.value
      (kernelHeight, kernelWidth) = (source.height, source.width)
      groups = 1
      groupOutputs = w.shape[0]
      groupInputs = w.shape[1] / (source.height * source.width)
      clamp = op.clamp
      isDepthwise = false
    case let op as Affine:
      input = aliases.root(node.inputs[0])
      groups = w.elements.count
      (groupInputs, groupOutputs, kernelHeight, kernelWidth) = (1, 1, 1, 1)
      clamp = op.clamp
      isDepthwise = true
    default: return nil
    }
  }
}
