import FacetIR

/// BatchNormalization → Affine: `scale = gamma / sqrt(variance + epsilon)`, `shift = beta − mean · scale`, in float64.
struct ConvertBatchNormalizations: Pass {
  let name = "batchnorm-to-affine"
  let stage = PassStage.fold

  func patch(at index: Int, in graph: PassGraph, uses: GraphUses) -> Patch? {
    let node = graph.nodes[index]
    guard case .success(let constants) = Self.constants(node, in: graph) else { return nil }
    return Patch(name, node: node.name, detail: "\(constants.scale.count) channels") {
      let scale = $0.addConstant(name: "\(node.name).scale", Tensor(constants.scale))
      let shift = $0.addConstant(name: "\(node.name).shift", Tensor(constants.shift))
      $0.nodes[index].op = Affine()
      $0.nodes[index].inputs = [node.inputs[0], scale, shift]
    }
  }

  /// Why a batch normalization cannot be converted.
  struct Refusal: Error {
    var reason: String
  }

  /// Scale and shift, or why there are none. A node of another operator is refused, too.
  static func constants(_ node: Node, in graph: PassGraph) -> Result<AffineConstants, Refusal> {
    guard let op = node.op as? BatchNormalization else { return .failure(Refusal(reason: "is \(node.op.name)")) }
    let parameters = node.inputs.dropFirst().compactMap { graph.constant($0)?.elements }
    guard parameters.count == 4 else {
      return .failure(Refusal(reason: "gamma, beta, mean and variance must be constants; export the model for inference"))
    }
    var scales: [Double] = []
    var shifts: [Double] = []
    for channel in parameters[0].indices {
      let (gamma, beta) = (Double(parameters[0][channel]), Double(parameters[1][channel]))
      let (mean, variance) = (Double(parameters[2][channel]), Double(parameters[3][channel]))
      let sum = variance + Double(op.epsilon)
      guard variance >= 0, variance.isFinite, sum > 0, sum.isFinite else {
        return .failure(
          Refusal(
            reason: "channel \(channel) has variance \(parameters[3][channel]) and epsilon \(op.epsilon); the variance must be "
              + "finite and not negative, their sum positive"))
      }
      let scale = gamma / sum.squareRoot()
      scales.append(scale)
      shifts.append(beta - mean * scale)
      guard Float(scale).isFinite, Float(beta - mean * scale).isFinite else {
        return .failure(
          Refusal(reason: "channel \(channel) has gamma \(gamma), beta \(beta), mean \(mean): not finite in float32"))
      }
    }
    return AffineConstants(scale: scales, shift: shifts).map(Result.success)
      ?? .failure(Refusal(reason: "its scale and shift are not finite in float32"))
  }
}
