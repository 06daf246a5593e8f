import FacetIR

/// Weights and bias of a `Convolution` or `FullyConnected`, both constants, and the algebra of affines around them.
///
/// Products and sums are float64, rounded once.
struct WeightedConstants {
  /// `[O, I, ...]`
  var weights: Tensor
  /// `[O]`
  var bias: Tensor
  var groups: Int

  /// The constants of a node that is weighted by constants.
  init?(_ node: Node, in graph: PassGraph) {
    switch node.op {
    case let convolution as Convolution: groups = convolution.groups
    case is FullyConnected: groups = 1
    default: return nil
    }
    guard let weights = graph.constant(node.inputs[1]), let bias = graph.constant(node.inputs[2]) else { return nil }
    (self.weights, self.bias) = (weights, bias)
  }

  private init(weights: Tensor, bias: Tensor, groups: Int) {
    (self.weights, self.bias, self.groups) = (weights, bias, groups)
  }

  /// With an affine of the output: `s·(w·x + b) + t = (s·w)·x + (s·b + t)` per output channel. Nil where a number leaves
  /// float32.
  func followed(by affine: AffineConstants) -> WeightedConstants? {
    var elements = weights.elements
    let row = elements.count / bias.elements.count
    for (channel, scale) in affine.scale.enumerated() {
      let scale = Double(scale)
      for index in channel * row..<(channel + 1) * row {
        elements[index] = Float(Double(elements[index]) * scale)
        guard elements[index].isFinite else { return nil }
      }
    }
    let shifted = zip(bias.elements, zip(affine.scale, affine.shift)).map { Double($0) * Double($1.0) + Double($1.1) }
    guard let bias = finiteFloats(shifted) else { return nil }
    return WeightedConstants(
      weights: Tensor(shape: weights.shape, elements: elements), bias: Tensor(bias), groups: groups)
  }

  /// With an affine of the input: `w·(s·x + t) + b = (w·s)·x + (b + w·t)`, s and t per input channel. Nil where a number
  /// leaves float32.
  ///
  /// Each channel of the affine covers the same number of weights in a row: the kernel's elements for a convolution, the
  /// pixels of a channel for a fully connected operator after `Reshape`. The caller sees to it that t is 0 where the
  /// convolution pads, because the padding does not pass through the affine.
  func preceded(by affine: AffineConstants) -> WeightedConstants? {
    let outputs = bias.elements.count
    let groupChannels = affine.scale.count / groups
    let span = weights.elements.count / outputs / groupChannels
    var elements = weights.elements
    var sums = bias.elements.map(Double.init)
    var at = 0
    for output in 0..<outputs {
      let firstChannel = output / (outputs / groups) * groupChannels
      for channel in firstChannel..<firstChannel + groupChannels {
        let (scale, shift) = (Double(affine.scale[channel]), Double(affine.shift[channel]))
        var sum = 0.0
        for _ in 0..<span {
          let weight = Double(elements[at])
          sum += weight
          elements[at] = Float(weight * scale)
          guard elements[at].isFinite else { return nil }
          at += 1
        }
        sums[output] += sum * shift
      }
    }
    guard let bias = finiteFloats(sums) else { return nil }
    return WeightedConstants(
      weights: Tensor(shape: weights.shape, elements: elements), bias: Tensor(bias), groups: groups)
  }
}

extension PassGraph {
  /// Gives a weighted node constants of its own, named after its old ones; other readers of those keep them.
  ///
  /// - Parameter factors: what the weights of each output channel were multiplied by, where it is only that: then weights that
  ///   the model has as integers stay these integers.
  mutating func setWeights(at index: Int, _ constants: WeightedConstants, factors: [Float]? = nil) {
    let old = nodes[index].inputs
    nodes[index].inputs[1] = addConstant(name: self[old[1]].name, constants.weights)
    if let factors, let scaled = constantQuantizations[old[1]]?.scaled(by: factors) {
      constantQuantizations[nodes[index].inputs[1]] = scaled
    }
    nodes[index].inputs[2] = addConstant(name: self[old[2]].name, constants.bias)
  }
}
