import FacetIR

/// The network up to its first batch normalization, which knows what numbers the training gave it: mean and variance of each channel.
struct FirstNormalization {
  /// Of the normalization.
  var name: String
  var mean: [Double]
  /// With epsilon.
  var variance: [Double]
  /// Its only output is what the normalization reads.
  var graph: Graph

  /// More operators before it, and it says little about the input.
  private static let maximumDepth = 12
  /// Fewer channels have no typical one.
  private static let minimumChannels = 4

  /// - Parameter source: before folding.
  init?(_ source: Graph) {
    guard source.inputs.count == 1, let node = source.nodes.first(where: { $0.op is BatchNormalization }),
      let op = node.op as? BatchNormalization, let mean = source.constant(node.inputs[3])?.elements,
      let variance = source.constant(node.inputs[4])?.elements, mean.count >= Self.minimumChannels, !source.inputs.contains(node.inputs[0]),
      PixelShape(source.shape(node.inputs[0])) != nil
    else { return nil }
    name = node.name
    self.mean = mean.map(Double.init)
    self.variance = variance.map { Double($0) + Double(op.epsilon) }
    graph = source
    graph.outputs = [GraphOutput(name: "probe", value: node.inputs[0])]
    graph.removeDeadNodes()
    guard graph.nodes.count <= Self.maximumDepth else { return nil }
  }
}
