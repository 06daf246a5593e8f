import FacetDiagnostics
import FacetIR

/// What is told of a whole network: one note for all of a kind, with the first of them.
extension ONNXLowering {
  func noteDynamic(_ name: String) { dynamicProducts.append(name) }

  func noteMask(_ name: String) { if !masks.contains(name) { masks.append(name) } }

  func noteOwnStatistics(_ name: String) { ownStatistics.append(name) }

  /// What int8 will not take as it stands in a quantized model, and what was taken otherwise than the file spells it.
  func noteKinds() {
    var asymmetric: [ValueID] = []
    var withMinimum: [ValueID] = []
    for node in graph.nodes where node.op is Convolution || node.op is FullyConnected {
      let id = node.inputs[1]
      guard let grid = graph.constantQuantizations[id], let weights = graph.constant(id) else { continue }
      guard let scales = grid.perOutput(weights.shape[0]), !scales.contains(0) else {
        asymmetric.append(id)
        continue
      }
      let row = weights.elements.count / scales.count
      if weights.elements.indices.contains(where: { weights.elements[$0] < -127.5 * scales[$0 / row] }) { withMinimum.append(id) }
    }
    if let first = asymmetric.first {
      note(
        "The codes of \(plural(asymmetric.count, "tensor")) of weights, of '\(graph[first].name)' first, have a zero point other than 0 or scales along another "
          + "axis than the output channels: int8 quantizes them anew.")
    }
    if let first = withMinimum.first {
      note(
        "The codes of \(plural(withMinimum.count, "tensor")) of weights, of '\(graph[first].name)' first, hold -128: int8 takes -127 there."
      )
    }
    if let first = ownStatistics.first {
      note(
        "\(plural(ownStatistics.count, "batch normalization")), '\(first)' first, \(ownStatistics.count == 1 ? "is" : "are") in training mode: by the statistics of the "
          + "image itself, as an instance normalization. Where that is not meant, export the model in evaluation mode.")
    }
    if let first = masks.first {
      note(
        "Minus infinity in \(plural(masks.count, "tensor")) that \(masks.count == 1 ? "is" : "are") added, '\(first)' first, is taken as \(ONNXCall.maskedScore): "
          + "a mask before a softmax.")
    }
    if let first = dynamicProducts.first {
      note(
        "\(plural(dynamicProducts.count, "product")), that of '\(first)' first, \(dynamicProducts.count == 1 ? "is" : "are") quantized while the network runs: taken as float32 "
          + "products of the stored weights, and int8 fixes their ranges when it compiles.")
    }
  }
}
