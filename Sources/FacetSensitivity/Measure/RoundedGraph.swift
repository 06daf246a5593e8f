import FacetIR
import FacetQuantization

/// The float32 network with the weights and biases that its int8 program has.
struct RoundedGraph {
  private(set) var graph: Graph
  /// By node of the int8 program's graph: the node of the float32 graph that has its weights.
  private(set) var layers: [Int: Int] = [:]

  /// - Parameter float: what float32 computes, with the same values as the graph of the int8 program, and maybe more.
  init(_ float: Graph, _ decisions: QuantizationDecisions) {
    graph = float
    let types = decisions.types
    let producers = float.producers()
    let input = types.graph.inputs.first.map(types.aliases.root)
    for (index, weights) in decisions.layers.sorted(by: { $0.key < $1.key }) {
      let node = types.graph.nodes[index]
      guard let layer = types.layer(index), var place = producers[types.functionSources[node.output] ?? node.output]
      else { continue }
      // A quantized model rounds the result itself.
      while float.nodes[place].fakeQuantization != nil, let source = producers[float.nodes[place].inputs[0]] { place = source }
      guard let plain = float.constant(float.nodes[place].inputs[1]), let bias = float.constant(float.nodes[place].inputs[2]),
        bias.elements.count == weights.bias.count
      else { continue }
      let length = weights.scales.isEmpty ? 0 : weights.codes.count / weights.scales.count
      let vector = types.wideLayers[index].flatMap { $0.isImage ? nil : $0 }
      // Of an image's two planes, the high one's weights are nearly all that matters.
      let planes = types.wideLayers[index]?.isImage == true ? 2 : 1
      guard plain.elements.count * planes == weights.codes.count else { continue }
      let inputScale = Double(decisions.quantization(vector?.planes ?? layer.input).scale)
      let offset = layer.input == input ? Double(decisions.inputOffset) : 0
      var (w, b) = (plain, bias)
      for channel in weights.scales.indices {
        let own = length / planes
        for tap in 0..<own { w.elements[channel * own + tap] = Float(weights.codes[channel * length + tap]) * weights.scales[channel] }
      }
      for channel in weights.bias.indices {
        // The bias has what the input's offset adds taken out.
        let code = Double(weights.bias[channel]) + offset * Double(weights.sums[channel])
        let real = code * inputScale * Double(weights.scales[channel])
        // A layer in 16 bits has its bias in float32, and what corrects it in both parts.
        b.elements[channel] = vector.map { layer.bias[channel] + Float(real * Double(1 + 1 / $0.ratio)) } ?? Float(real)
      }
      graph.nodes[place].inputs[1] = graph.addConstant(name: "", w)
      graph.nodes[place].inputs[2] = graph.addConstant(name: "", b)
      layers[index] = place
    }
  }
}
