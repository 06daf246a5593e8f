/// Layer, group, instance and RMS normalization: `(x − mean) / √(variance + epsilon) · gamma + beta` over some axes of one value.
///
/// x of any shape; gamma and beta, both or neither, broadcast to it. J. L. Ba et al., "Layer Normalization", arXiv 1607.06450; D. Ulyanov et al.,
/// "Instance Normalization", arXiv 1607.08022; Y. Wu, K. He, "Group Normalization", arXiv 1803.08494; B. Zhang, R. Sennrich, "Root Mean Square
/// Layer Normalization", arXiv 1910.07467.
package struct Normalization: Operator, Equatable {
  package enum Kind: Sendable, Equatable {
    case standard
    /// The mean counts as 0.
    case rootMeanSquare
  }

  package var kind: Kind
  /// Over which mean and variance are taken: ascending, none twice.
  package var axes: [Int]
  /// Equal parts of the first of `axes`, each normalized alone.
  package var groups: Int
  /// Positive, finite.
  package var epsilon: Float
  package var clamp: Clamp

  package init(kind: Kind = .standard, axes: [Int], groups: Int = 1, epsilon: Float, clamp: Clamp = .none) {
    (self.kind, self.axes, self.groups, self.epsilon, self.clamp) = (kind, axes, groups, epsilon, clamp)
  }

  /// Sums of more int8 squares, times their number, could leave 64 bits.
  package static let maximumInt8Elements = 1 << 22

  /// Of which one mean is taken.
  package func elementCount(_ shape: [Int]) -> Int { axes.reduce(1) { $0 * shape[$1] } / groups }

  package var name: String { kind == .standard ? "Normalization" : "RMSNormalization" }
  package var attributes: String {
    "axes=\(axes.commaSeparated) groups=\(groups) epsilon=\(epsilon)" + (clamp.attribute.map { " \($0)" } ?? "")
  }
  package var quantization: QuantizationRule { .ownRange }

  /// Throws also where the engine has no form of it: its caller then takes it apart.
  package func outputShape(_ inputs: [[Int]]) throws(ShapeError) -> [Int] {
    try checkInputs(inputs, count: inputs.count == 1 ? 1...1 : 3...3)
    let shape = inputs[0]
    guard let first = axes.first, axes.allSatisfy(shape.indices.contains), zip(axes, axes.dropFirst()).allSatisfy(<) else {
      throw ShapeError("the axes \(axes) are not ascending axes of shape \(shape)")
    }
    guard groups >= 1, shape[first].isMultiple(of: groups) else {
      throw ShapeError("\(groups) groups do not divide axis \(first) of shape \(shape)")
    }
    guard epsilon >= .leastNormalMagnitude, epsilon < 0x1p64 else { throw ShapeError("epsilon is \(epsilon), expected a positive number") }
    for parameter in inputs.dropFirst() {
      guard try broadcast(shape, parameter) == shape else {
        throw ShapeError("a parameter of shape \(parameter) does not broadcast to \(shape)")
      }
    }
    try clamp.check()
    guard layout(inputs) != nil else { throw ShapeError("no form of normalization has the axes \(axes) of shape \(shape)") }
    return shape
  }

  package func reference(_ inputs: [Tensor]) -> Tensor {
    var result = inputs[0]
    let shape = inputs[0].shape
    // For each element the group that it belongs to: its place in the shape of what is kept.
    var kept = shape
    for axis in axes { kept[axis] = 1 }
    let (first, part) = (axes[0], shape[axes[0]] / groups)
    let steps = broadcastSteps(kept, to: shape)
    let inner = rowMajorStrides(shape)
    func group(_ index: Int) -> Int {
      var place = 0
      for axis in shape.indices { place += index / inner[axis] % shape[axis] * steps[axis] }
      return place * groups + index / inner[first] % shape[first] / part
    }
    let groupOf = inputs[0].elements.indices.map(group)
    let count = kept.elementCount * groups
    let n = Double(shape.elementCount / count)
    var means = [Double](repeating: 0, count: count)
    if kind == .standard {
      for (x, group) in zip(inputs[0].elements, groupOf) { means[group] += Double(x) }
      means = means.map { $0 / n }
    }
    var variances = [Double](repeating: 0, count: count)
    for (x, group) in zip(inputs[0].elements, groupOf) { variances[group] += (Double(x) - means[group]) * (Double(x) - means[group]) }
    let deviations = variances.map { ($0 / n + Double(epsilon)).squareRoot() }
    let parameters = inputs.dropFirst().map { ($0.elements, broadcastSteps($0.shape, to: shape)) }
    func parameter(_ number: Int, _ index: Int) -> Double {
      let (elements, steps) = parameters[number]
      return Double(elements[shape.indices.reduce(0) { $0 + index / inner[$1] % shape[$1] * steps[$1] }])
    }
    for (index, group) in groupOf.enumerated() {
      let y = (Double(inputs[0].elements[index]) - means[group]) / deviations[group]
      result.elements[index] = Float(clamp.apply(parameters.isEmpty ? y : y * parameter(0, index) + parameter(1, index)))
    }
    return result
  }
}
