import FacetIR

/// Convolution, fully connected layer or affine, seen as one thing: a convolution over pixels.
struct WeightedLayer {
  /// The value it reads, before any reshape that the layer absorbs.
  var input: ValueID
  var residual: ValueID?
  var output: ValueID
  var groups: Int
  var groupInputs: Int
  var groupOutputs: Int
  var kernelHeight: Int
  var kernelWidth: Int
  var strides: [Int]
  /// top, left.
  var pads: [Int]
  var dilations: [Int]
  var clamp: Clamp
  /// `[groups * groupOutputs][groupInputs][kernelHeight][kernelWidth]`
  var weights: [Float]
  var bias: [Float]
  /// Of the weights of a quantized model: one for each output channel, 0 where int8 is to choose.
  var weightScales: [Float]?
  /// Runs as a depthwise convolution: one input and one output channel in each group.
  var isDepthwise: Bool

  var outputChannels: Int { groups * groupOutputs }
  var taps: Int { kernelHeight * kernelWidth }

  /// Nil for operators without weights, and for weights that are not constants.
  init?(_ node: Node, _ graph: Graph, _ aliases: ValueAliases) {
    output = aliases.root(node.output)
    guard node.inputs.count >= 3, let w = graph.constant(node.inputs[1]), let b = graph.constant(node.inputs[2]) else { return nil }
    weights = w.elements
    bias = b.elements
    weightScales = graph.constantQuantizations[node.inputs[1]]?.perOutput(bias.count)
    strides = [1, 1]
    pads = [0, 0]
    dilations = [1, 1]
    switch node.op {
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

/// Values that are one tensor: a reshape that leaves all elements where they are in memory computes nothing.
struct ValueAliases {
  private var roots: [ValueID: ValueID] = [:]
  /// What a flattening reshape reads, for the fully connected layer behind it.
  private var flattened: [ValueID: (value: ValueID, height: Int, width: Int)] = [:]

  init(_ graph: Graph) {
    for node in graph.nodes where node.op is Reshape || node.op is Identity {
      let input = root(node.inputs[0])
      guard let from = PixelShape(graph.shape(input)), let to = PixelShape(graph.shape(node.output)) else { continue }
      if from == to {
        roots[node.output] = input
      } else if to.height * to.width == 1 {
        flattened[node.output] = (input, from.height, from.width)
      }
    }
  }

  func root(_ value: ValueID) -> ValueID { roots[value] ?? value }

  func isAlias(_ value: ValueID) -> Bool { roots[value] != nil }

  /// The pixels that a fully connected layer's input lists: a convolution with a kernel of their size computes the same.
  func denseSource(_ value: ValueID) -> (value: ValueID, height: Int, width: Int) {
    let value = root(value)
    return flattened[value] ?? (value, 1, 1)
  }
}
